import DPoPCore
import HTTPTypes
import Testing

@testable import DPoPClient

/// A source with tokens of an authorization server.
@Suite struct ClientSourceTests {
    @Test("a refresh asks for what was granted, which may be less than was asked for")
    func narrowedScope() async throws {
        let issuer = TestIssuer(granted: "orders:read")
        let resource = "https://api.example.com"
        let source = TokenSource(
            client: try issuer.client(), scope: ["orders:read", "orders:write"], resource: [resource],
            settings: issuer.settings)
        #expect(try await source.current().text == "access-1")
        issuer.advance(300)
        #expect(try await source.current().text == "access-2")
        #expect(issuer.forms.map { $0["grant_type"] } == ["client_credentials", "refresh_token"])
        #expect(issuer.forms.map { $0["scope"] } == ["orders:read orders:write", nil])
        #expect(issuer.forms.map { $0["resource"] } == [resource, resource])
    }

    @Test(
        "a store of another server's or another client's tokens is an error, nothing is sent, and it stays as it is",
        arguments: [
            ("https://other.example.com", "app"), ("https://as.example.com", "other"),
            ("https://as.example.com/", "app"),
        ])
    func otherIdentity(_ uri: String, _ id: String) async throws {
        let folder = try TestFolder()
        let issuer = TestIssuer()
        func source(_ authentication: ClientAuthentication, _ uri: String) throws -> TokenSource {
            TokenSource(
                client: try issuer.client(authentication, issuer: uri), store: FileSessionStore(path: folder.file),
                settings: issuer.settings)
        }
        let own = ClientAuthentication.clientSecretBasic(id: "app", secret: "s")
        _ = try await source(own, "https://as.example.com").current()
        let bytes = try folder.bytes(folder.file)
        issuer.advance(300)
        let wrong = try source(.clientSecretPost(id: id, secret: "s"), uri)
        await refuses(.storeMismatch) { _ = try await wrong.current() }
        await refuses(.storeMismatch) { _ = try await wrong.jkt() }
        await refuses(.storeMismatch) { _ = try await wrong.tokenRequests() }
        await refuses(.storeMismatch) { try await wrong.rotateKey() }
        await refuses(.storeMismatch) {
            _ = try await wrong.sign(ClientKit.request(), as: nil)
        }
        #expect(try folder.bytes(folder.file) == bytes && issuer.requests.count == 1)
        // The same client with other credentials goes on.
        let same = try source(.clientSecretPost(id: "app", secret: "s"), "https://as.example.com")
        #expect(try await same.current().text == "access-2" && issuer.requests.last?.refresh == "refresh-1")
    }

    @Test("a record that says nothing of its client is taken over, and says it from the next write on")
    func takenOver() async throws {
        let issuer = TestIssuer()
        issuer.state.withLock { $0.validRefresh = ["refresh-1"] }
        let store = MemorySessionStore(try SessionRecord.bound(try SigningKey.generate(.es256), expires: 1_700_000_300))
        let source = TokenSource(client: try issuer.client(), store: store, settings: issuer.settings)
        _ = try await source.current()
        #expect(try await store.load()?.identity == nil && issuer.requests.isEmpty)
        issuer.advance(300)
        _ = try await source.current()
        let identity = SessionRecord.Identity(issuer: "https://as.example.com", clientID: "app")
        #expect(try await store.load()?.identity == identity && issuer.requests.map(\.refresh) == ["refresh-1"])
        // Who does not know the client leaves it as it is.
        try await issuer.source(store).rotateKey()
        #expect(try await store.load()?.identity == identity)
        let other = TokenSource(
            client: try issuer.client(.publicClient(id: "other")), store: store, settings: issuer.settings)
        await refuses(.storeMismatch) { _ = try await other.current() }
    }

    @Test("with a signer's key the store has its thumbprint, and a public client's refresh token stays with that key")
    func signer() async throws {
        let issuer = TestIssuer()
        let client = try issuer.client(.publicClient(id: "app"))
        let store = MemorySessionStore()
        let keys = try (0..<2).map { _ in RemoteKey(key: try SigningKey.generate(.es256)) }
        let source = TokenSource(client: client, signer: keys[0], store: store, settings: issuer.settings)
        #expect(try await source.current().text == "access-1")
        guard case .elsewhere(keys[0].publicJWK.thumbprint)? = try await store.load()?.current.key else {
            throw CancellationError()
        }
        issuer.advance(300)
        let local = TokenSource(client: client, signer: keys[0].key, store: store, settings: issuer.settings)
        #expect(try await local.current().text == "access-2")
        await refuses(.keyMismatch) {
            _ = try await TokenSource(client: client, signer: keys[1], store: store, settings: issuer.settings)
                .current()
        }
        try await local.rotate(to: keys[1])
        #expect(issuer.requests.map(\.refresh) == [nil, "refresh-1", nil])
        #expect(issuer.requests.map(\.jkt) == [keys[0], keys[0], keys[1]].map(\.publicJWK.thumbprint))
        let other = TokenSource(
            client: try issuer.client(.publicClient(id: "other")), signer: keys[1], store: store,
            settings: issuer.settings)
        await refuses(.storeMismatch) { _ = try await other.current() }
    }
}

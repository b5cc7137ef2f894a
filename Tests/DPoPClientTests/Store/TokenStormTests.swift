import DPoPCore
import HTTPTypes
import Testing

@testable import DPoPClient

/// Servers and callers that would make a source ask for token after token, or lose what it has.
@Suite struct TokenStormTests {
    @Test(
        "tokens that expire as they come, and the same token again, cost one token request a second",
        arguments: [0, 300])
    func storm(lifetime: Int64) async throws {
        let issuer = TestIssuer(lifetime: lifetime)
        let source = TokenSource(settings: issuer.settings) { requests, refresh in
            let answer = try await issuer.tokens(requests, refresh)
            guard lifetime > 0, case .bound(let token) = answer.credential else { return answer }
            // A server that gives the token of its cache.
            let signed = try await requests.sign(ClientKit.request(.post, "/token"))
            let expires = (token.expiresAt?.seconds ?? 0) - issuer.now.seconds
            return try TokenResponse(
                HTTPResponse(status: .ok),
                body: Array("{\"access_token\":\"same\",\"token_type\":\"DPoP\",\"expires_in\":\(expires)}".utf8),
                to: signed)
        }
        _ = try await source.current()
        issuer.advance(10)
        let server = ScriptedServer { _, _ in Answers.challenge("invalid_token") }
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<100 {
                group.addTask { _ = try? await source.send(ClientKit.request(), over: server) }
            }
        }
        #expect(issuer.requests.count == 2)
        issuer.advance(2)
        _ = try await source.send(ClientKit.request(), over: server)
        #expect(issuer.requests.count == 3)
    }

    @Test("of two changes of the key at once the one that fails leaves the other's")
    func rotations() async throws {
        struct Offline: Error {}
        let issuer = TestIssuer()
        let keys = try (0..<3).map { _ in try SigningKey.generate(.es256) }
        let (reached, gate) = (Gate(), Gate())
        let source = TokenSource(signer: keys[0], settings: issuer.settings) { requests, refresh in
            if requests.core.jkt == keys[1].publicJWK.thumbprint {
                reached.open()
                await gate.wait()
                throw Offline()
            }
            return try await issuer.tokens(requests, refresh)
        }
        _ = try await source.current()
        let failing = Task { try await source.rotate(to: keys[1]) }
        await reached.wait()
        let other = Task { try await source.rotate(to: keys[2]) }
        gate.open()
        await #expect(throws: Offline.self) { try await failing.value }
        try await other.value
        issuer.advance(10_000)
        _ = try await source.current()
        #expect(try await source.jkt() == keys[2].publicJWK.thumbprint)
        try await source.rotate(to: keys[0])
        #expect(try await source.jkt() == keys[0].publicJWK.thumbprint)
    }

    @Test("a change of the key whose caller is cancelled keeps the refresh token that its answer brings")
    func cancelled() async throws {
        let (reached, gate) = (Gate(), Gate())
        let issuer = TestIssuer(grantsAnew: false)
        issuer.state.withLock { $0.validRefresh = ["refresh-0"] }
        let record = try SessionRecord.bound(
            try SigningKey.generate(.es256), expires: issuer.now.seconds + 300, refresh: "refresh-0")
        let source = TokenSource(
            store: MemorySessionStore(record), settings: issuer.settings, refreshBinding: .client
        ) { requests, refresh in
            let answer = try await issuer.tokens(requests, refresh)
            reached.open()
            await gate.wait()
            return answer
        }
        let before = try await source.jkt()
        let rotation = Task { try await source.rotateKey() }
        await reached.wait()
        rotation.cancel()
        await #expect(throws: CancellationError.self) { try await rotation.value }
        gate.open()
        issuer.advance(400)
        _ = try await source.current()
        #expect(try await source.jkt() != before)
    }

    @Test(
        "an unbound token that is stored is not used where bound ones are required, and is where they are preferred",
        arguments: [BindingPolicy.required, .preferred])
    func storedBearer(binding: BindingPolicy) async throws {
        let bearer = AccessCredential.bearer(BearerToken(accessToken: "unbound", expiresAt: nil))
        let record = try SessionRecord(
            current: .init(
                key: .held(try SigningKey.generate(.es256)),
                tokens: .init(
                    credential: bearer, refreshToken: nil, scope: nil, obtainedAt: UnixTime(seconds: 1_700_000_000))),
            others: [])
        let server = ScriptedServer { request, _ in
            guard request.path == "/token" else { return Answers.ok() }
            return (
                HTTPResponse(status: .ok), Array("{\"access_token\":\"bound\",\"token_type\":\"DPoP\"}".utf8)
            )
        }
        let client = TokenClient(
            server: try AuthorizationServer(
                issuer: "https://as.example.com", tokenEndpoint: "https://as.example.com/token"),
            authentication: .clientSecretBasic(id: "a", secret: "b"), transport: server, binding: binding)
        let source = TokenSource(client: client, store: MemorySessionStore(record))
        _ = try await source.send(ClientKit.request(), over: server)
        let last = try #require(server.requests.last)
        #expect(last.headerFields[.authorization] == (binding == .required ? "DPoP bound" : "Bearer unbound"))
        #expect((last.headerFields[.proofField] != nil) == (binding == .required))
    }

    @Test("a store shows no passphrase, and waits for no more than a day")
    func store() throws {
        let folder = try TestFolder()
        let store = FileSessionStore(path: folder.file, passphrase: "a-passphrase", patience: .seconds(Int64.max))
        var text = "\(store)"
        dump(store, to: &text)
        #expect(!text.contains("a-passphrase"))
        // A sleep for longer would stop the program.
        #expect(store.patience == .seconds(86_400))
        #expect(FileSessionStore(path: folder.file, patience: .seconds(5)).patience == .seconds(5))
    }
}

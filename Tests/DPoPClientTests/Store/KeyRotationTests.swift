import DPoPCore
import HTTPTypes
import Testing

@testable import DPoPClient

@Suite struct KeyRotationTests {
    @Test("a new key is stored, gets a token of its own, and the token from before stays with its key until it expires")
    func rotated() async throws {
        let issuer = TestIssuer()
        let store = MemorySessionStore()
        let keysInStore = Locked<[Thumbprint]>([])
        let source = TokenSource(store: store, settings: issuer.settings) { requests, refresh in
            if let stored = try await store.load() {
                keysInStore.withLock { $0 = ([stored.current] + stored.others).map(\.jkt) }
            }
            return try await issuer.tokens(requests, refresh)
        }
        let before = try await source.jkt()
        _ = try await source.current()
        try await source.rotateKey()
        let after = try await source.jkt()
        #expect(after != before)
        #expect(keysInStore.withLock { $0 } == [before, after])
        #expect(try await source.current().text == "access-2")
        // The refresh token from before is bound to the key from before.
        #expect(issuer.requests.map(\.refresh) == [nil, nil] && issuer.requests.map(\.jkt) == [before, after])
        let record = try #require(try await store.load())
        #expect(record.current.jkt == after && record.others.map(\.jkt) == [before])
        #expect(record.others.first?.tokens?.credential.text == "access-1")
        #expect(issuer.events.all.last == .keyRotated(after))
        issuer.advance(300)
        #expect(try await source.current().text == "access-3")
        #expect(issuer.requests.last?.refresh == "refresh-2")
        #expect(try await store.load()?.others.isEmpty == true)
    }

    @Test("a request under way ends with the key and the nonce that it began with")
    func underWay() async throws {
        let issuer = TestIssuer()
        let source = issuer.source()
        let before = try await source.jkt()
        let server = ScriptedServer { _, index in
            guard index == 0 else { return Answers.ok() }
            try await source.rotateKey()
            return Answers.challenge("use_dpop_nonce", Answers.nonce("n1"))
        }
        #expect(try await source.send(ClientKit.request(), over: server).response.status == .ok)
        let tokens = server.requests.map { $0.headerFields[.authorization] }
        #expect(tokens == ["DPoP access-1", "DPoP access-1"])
        #expect(try server.claims.map { $0["nonce"]?.text } == [nil, "n1"])
        #expect(try await source.jkt() != before)
        // The next one has the new key, and the token that goes with it.
        _ = try await source.send(ClientKit.request(), over: server)
        #expect(server.requests.last?.headerFields[.authorization] == "DPoP access-2")
    }

    @Test("a public client's refresh token stays with its key: the error says so, and nothing has changed")
    func publicClient() async throws {
        let issuer = TestIssuer(grantsAnew: false)
        issuer.state.withLock { $0.validRefresh = ["refresh-0"] }
        let record = try SessionRecord.bound(
            try SigningKey.generate(.es256), expires: 1_700_000_300, refresh: "refresh-0")
        let store = MemorySessionStore(record)
        let source = issuer.source(store)
        await refuses(.keyMismatch) { try await source.rotateKey() }
        #expect(isSame(try await store.load(), record) && issuer.requests.isEmpty)
        issuer.advance(300)
        #expect(try await source.current().text == "access-1")
        #expect(issuer.requests.map(\.refresh) == ["refresh-0"])
    }

    @Test("a confidential client's refresh token goes with any key")
    func confidentialClient() async throws {
        let issuer = TestIssuer()
        let source = issuer.source(refresh: .client)
        _ = try await source.current()
        try await source.rotateKey()
        #expect(issuer.requests.map(\.refresh) == [nil, "refresh-1"])
        #expect(Set(issuer.requests.map(\.jkt)).count == 2)
    }

    @Test("a refresh token that is refused with the new key is kept for the old one, and the error says why")
    func refusedWithNewKey() async throws {
        let issuer = TestIssuer(grantsAnew: false)
        let record = try SessionRecord.bound(try SigningKey.generate(.es256), refresh: "refresh-0")
        let store = MemorySessionStore(record)
        let source = issuer.source(store, refresh: .client)
        let error = try await clientError { try await source.rotateKey() }
        #expect(error?.code == .grantNeeded && error?.serverError?.code == "invalid_grant")
        #expect(isSame(try await store.load(), record) && issuer.requests.map(\.refresh) == ["refresh-0"])
    }

    @Test("a rotation that fails changes nothing", arguments: [FailingStore.Failure.reading, .writing, nil])
    func failure(_ trouble: FailingStore.Failure?) async throws {
        let issuer = TestIssuer()
        let store = FailingStore()
        let source = issuer.source(store)
        let before = try await source.jkt()
        _ = try await source.current()
        let record = try await store.load()
        store.failure.withLock { $0 = trouble }
        if trouble == nil { issuer.fail(DPoPClientError(.malformedAnswer, "for the test")) }
        await #expect(throws: (any Error).self) { try await source.rotateKey() }
        store.failure.withLock { $0 = nil }
        issuer.fail(nil)
        #expect(isSame(try await store.load(), record))
        #expect(try await source.jkt() == before)
        #expect(try await source.current().text == "access-1")
        #expect(issuer.requests.count == (trouble == nil ? 2 : 1))
    }

    @Test("another process goes on with the new key")
    func otherProcess() async throws {
        let folder = try TestFolder()
        let issuer = TestIssuer()
        let sources = (0..<2).map { _ in issuer.source(FileSessionStore(path: folder.file)) }
        for source in sources { _ = try await source.current() }
        try await sources[0].rotateKey()
        #expect(try await sources[1].current().text == "access-1")
        issuer.advance(300)
        #expect(try await sources[1].current().text == "access-3")
        #expect(try await sources[1].jkt() == sources[0].jkt())
        #expect(issuer.requests.last?.refresh == "refresh-2")
    }

    @Test("from one signer's key to another's, and to one of the store's own")
    func signers() async throws {
        let issuer = TestIssuer()
        let folder = try TestFolder()
        let store = FileSessionStore(path: folder.file)
        let keys = try (0..<2).map { _ in RemoteKey(key: try SigningKey.generate(.es256)) }
        let source = TokenSource(signer: keys[0], store: store, settings: issuer.settings, getTokens: issuer.tokens)
        _ = try await source.current()
        try await source.rotate(to: keys[1])
        #expect(try await source.jkt() == keys[1].publicJWK.thumbprint)
        #expect(try await source.current().text == "access-2")
        try await source.rotate(to: keys[0].key)
        #expect(try await source.jkt() == keys[0].publicJWK.thumbprint)
        try await source.rotateKey()
        guard case .held(let key)? = try await store.load()?.current.key else { throw CancellationError() }
        #expect(try await source.jkt() == key.publicJWK.thumbprint)
        #expect(try await source.current().text == "access-4")
        #expect(try await store.load()?.others.map(\.jkt) == keys.map(\.publicJWK.thumbprint))
    }

    @Test("a signer's key that another process has changed to already is taken up, at no cost")
    func takenUp() async throws {
        let issuer = TestIssuer()
        let store = MemorySessionStore()
        let keys = try (0..<2).map { _ in RemoteKey(key: try SigningKey.generate(.es256)) }
        let sources = (0..<2).map { _ in
            TokenSource(signer: keys[0], store: store, settings: issuer.settings, getTokens: issuer.tokens)
        }
        for source in sources { _ = try await source.current() }
        try await sources[0].rotate(to: keys[1])
        let record = try await store.load()
        issuer.advance(300)
        await refuses(.keyMismatch) { _ = try await sources[1].current() }
        await refuses(.keyMismatch) { try await sources[1].rotateKey() }
        #expect(isSame(try await store.load(), record))
        issuer.advance(-300)
        try await sources[1].rotate(to: keys[1])
        #expect(try await sources[1].current().text == "access-2")
        let late = TokenSource(signer: keys[0], store: store, settings: issuer.settings, getTokens: issuer.tokens)
        try await late.rotate(to: keys[1])
        #expect(try await late.current().text == "access-2" && issuer.requests.count == 2)
    }
}

import DPoPCore
import HTTPTypes
import Testing

@testable import DPoPClient

/// An end to all tokens of a source.
@Suite struct SignOutTests {
    @Test("all tokens go from store and memory, also those of earlier keys, and are given back; the key stays")
    func forget() async throws {
        let issuer = TestIssuer()
        let folder = try TestFolder()
        let source = issuer.source(FileSessionStore(path: folder.file))
        _ = try await source.current()
        try await source.rotateKey()
        let jkt = try await source.jkt()
        let tokens = try await source.forget()
        #expect(tokens.map(\.credential.text) == ["access-2", "access-1"])
        #expect(tokens.map(\.refreshToken?.text) == ["refresh-2", "refresh-1"])
        let left = try #require(try await FileSessionStore(path: folder.file).load())
        #expect(left.current.jkt == jkt && left.current.tokens == nil && left.others.isEmpty)
        let text = String(decoding: try folder.bytes(folder.file), as: UTF8.self)
        #expect(!text.contains("access-") && !text.contains("refresh-"))
        #expect(try await source.forget().isEmpty)
        // A new grant, and not the refresh token from before.
        #expect(try await source.current().text == "access-3")
        #expect(try await source.jkt() == jkt)
        #expect(issuer.requests.map(\.refresh) == [nil, nil, nil])
    }

    @Test("without a new grant one is needed, for other processes too; accepted tokens are one")
    func consent() async throws {
        let issuer = TestIssuer(grantsAnew: false)
        let store = MemorySessionStore(try SessionRecord.bound(try SigningKey.generate(.es256)))
        let sources = (0..<2).map { _ in issuer.source(store) }
        for source in sources { #expect(try await source.current().text == "access-1") }
        #expect(try await sources[0].forget().count == 1)
        await refuses(.grantNeeded) { _ = try await sources[0].current() }
        await refuses(.grantNeeded) { _ = try await issuer.source(store).current() }
        let code = TestIssuer()
        try await sources[0].accept(try await code.tokens(try await sources[0].tokenRequests(), nil))
        #expect(try await sources[0].current().text == "access-1" && issuer.requests.isEmpty)
    }

    @Test("where nothing is stored nothing is made; a store that fails leaves everything as it was")
    func nothing() async throws {
        let issuer = TestIssuer()
        let store = FailingStore()
        let source = issuer.source(store)
        #expect(try await source.forget().isEmpty)
        #expect(try await store.load() == nil && store.writes.withLock { $0 } == 0)
        _ = try await source.current()
        store.failure.withLock { $0 = .writing }
        await #expect(throws: FailingStore.Trouble.self) { try await source.forget() }
        store.failure.withLock { $0 = nil }
        #expect(try await source.current().text == "access-1")
        #expect(try await store.load()?.access == "access-1")
        #expect(try await source.forget().count == 1)
    }

    @Test("tokens that are not stored yet are forgotten with the rest", .timeLimit(.minutes(1)))
    func unstored() async throws {
        let issuer = TestIssuer()
        let store = FailingStore()
        let source = issuer.source(store)
        _ = try await source.current()
        store.failure.withLock { $0 = .writing }
        issuer.advance(300)
        _ = try await source.current()
        store.failure.withLock { $0 = nil }
        #expect(try await source.forget().map(\.credential.text) == ["access-2"])
        try await source.save()
        #expect(try await store.load()?.current.tokens == nil)
    }

    @Test("a renewal that is under way is waited for, and what it brings is forgotten")
    func underWay() async throws {
        let (asked, gate) = (Gate(), Gate())
        let issuer = TestIssuer(hold: {
            asked.open()
            await gate.wait()
        })
        let store = MemorySessionStore()
        let source = issuer.source(store)
        let renewal = Task { try await source.current() }
        await asked.wait()
        let end = Task { try await source.forget() }
        gate.open()
        _ = try await renewal.value
        #expect(try await end.value.map(\.credential.text) == ["access-1"])
        #expect(try await store.load()?.current.tokens == nil)
    }
}

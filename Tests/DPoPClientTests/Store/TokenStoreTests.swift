import DPoPCore
import HTTPTypes
import Testing

@testable import DPoPClient

/// A source of tokens and its store.
@Suite struct TokenStoreTests {
    @Test("two processes never spend one refresh token twice")
    func shared() async throws {
        let folder = try TestFolder()
        let issuer = TestIssuer()
        let sources = (0..<2).map { _ in issuer.source(FileSessionStore(path: folder.file)) }
        for round in 1...4 {
            let texts = try await withThrowingTaskGroup { group in
                for index in 0..<40 { group.addTask { try await sources[index % 2].current().text } }
                return try await group.reduce(into: Set<String>()) { $0.insert($1) }
            }
            #expect(texts == ["access-\(round)"])
            issuer.advance(280)
        }
        #expect(issuer.requests.map(\.refresh) == [nil, "refresh-1", "refresh-2", "refresh-3"])
        #expect(Set(issuer.requests.map(\.jkt)).count == 1)
    }

    @Test("a refused token that another process has replaced costs no request")
    func replacedElsewhere() async throws {
        let issuer = TestIssuer()
        let store = MemorySessionStore()
        let sources = (0..<2).map { _ in issuer.source(store) }
        for source in sources { #expect(try await source.current().text == "access-1") }
        issuer.advance(10)
        let server = ScriptedServer { request, _ in
            request.headerFields[.authorization] == "DPoP access-1" ? Answers.challenge("invalid_token") : Answers.ok()
        }
        for source in sources {
            #expect(try await source.send(ClientKit.request(), over: server).response.status == .ok)
        }
        #expect(issuer.requests.count == 2 && server.requests.count == 4)
    }

    @Test("a store that can not be read is an error, and no key is made")
    func unreadable() async throws {
        let issuer = TestIssuer()
        let store = FailingStore()
        store.failure.withLock { $0 = .reading }
        let source = issuer.source(store)
        await refuses(.storeUnreadable) { _ = try await source.current() }
        await refuses(.storeUnreadable) { _ = try await source.jkt() }
        await refuses(.storeUnreadable) { try await source.rotateKey() }
        #expect(store.writes.withLock { $0 } == 0 && issuer.requests.isEmpty)
        store.failure.withLock { $0 = nil }
        issuer.advance(1)
        #expect(try await source.current().text == "access-1")
    }

    @Test("a damaged file is an error, stays as it is, and no key is made")
    func damaged() async throws {
        let folder = try TestFolder()
        let issuer = TestIssuer()
        _ = try await issuer.source(FileSessionStore(path: folder.file)).current()
        let bytes = try folder.bytes(folder.file)
        try folder.put(bytes.dropLast(), as: folder.file)
        await refuses(.storeUnreadable) { _ = try await issuer.source(FileSessionStore(path: folder.file)).current() }
        #expect(try folder.bytes(folder.file) == bytes.dropLast() && issuer.requests.count == 1)
        try folder.put(bytes, as: folder.file)
        #expect(try await issuer.source(FileSessionStore(path: folder.file)).current().text == "access-1")
    }

    @Test("no token is asked for with a key that could not be stored")
    func keyNotStored() async throws {
        let issuer = TestIssuer()
        let store = FailingStore()
        store.failure.withLock { $0 = .writing }
        let source = issuer.source(store)
        await #expect(throws: FailingStore.Trouble.self) { try await source.current() }
        #expect(issuer.requests.isEmpty)
    }

    @Test("tokens that could not be stored are used, reported and stored later")
    func tokensNotStored() async throws {
        let issuer = TestIssuer()
        let store = FailingStore()
        let source = issuer.source(store)
        _ = try await source.current()
        store.failure.withLock { $0 = .writing }
        issuer.advance(300)
        #expect(try await source.current().text == "access-2")
        #expect(try await store.load()?.access == "access-1")
        #expect(issuer.events.all.contains(.storeFailed(nil)))
        // They are used on, and the refresh token that is spent is not spent again.
        issuer.advance(300)
        #expect(try await source.current().text == "access-3")
        #expect(issuer.requests.map(\.refresh) == [nil, "refresh-1", "refresh-2"])
        await refuses(.storeNotWritten) { try await source.save() }
        store.failure.withLock { $0 = nil }
        try await source.save()
        #expect(try await store.load()?.access == "access-3")
        let writes = store.writes.withLock { $0 }
        try await source.save()
        #expect(store.writes.withLock { $0 } == writes)
    }

    @Test("they are stored with the next use, without being waited for", .timeLimit(.minutes(1)))
    func storedLater() async throws {
        let issuer = TestIssuer()
        let store = FailingStore()
        let source = issuer.source(store)
        _ = try await source.current()
        store.failure.withLock { $0 = .writing }
        issuer.advance(300)
        _ = try await source.current()
        store.failure.withLock { $0 = nil }
        // Not within the second.
        let writes = store.writes.withLock { $0 }
        _ = try await source.current()
        #expect(store.writes.withLock { $0 } == writes)
        issuer.advance(1)
        #expect(try await source.current().text == "access-2")
        while try await store.load()?.access != "access-2" { await Task.yield() }
        #expect(issuer.requests.count == 2)
    }

    @Test("they give way to what another process has stored meanwhile")
    func overtaken() async throws {
        let issuer = TestIssuer()
        let store = FailingStore()
        let source = issuer.source(store)
        _ = try await source.current()
        store.failure.withLock { $0 = .writing }
        issuer.advance(300)
        #expect(try await source.current().text == "access-2")
        store.failure.withLock { $0 = nil }
        // The other one's refresh token is spent, so it had a new grant.
        #expect(try await issuer.source(store).current().text == "access-4")
        issuer.advance(300)
        #expect(try await source.current().text == "access-5")
        #expect(issuer.requests.last?.refresh == "refresh-4")
    }

    @Test("they do not give way to another process's finding that the refresh token is spent")
    func foundSpent() async throws {
        let issuer = TestIssuer()
        let store = FailingStore()
        let source = issuer.source(store)
        _ = try await source.current()
        store.failure.withLock { $0 = .writing }
        issuer.advance(300)
        #expect(try await source.current().text == "access-2")
        store.failure.withLock { $0 = nil }
        let other = TokenSource(store: store, settings: issuer.settings) { requests, refresh in
            guard refresh != nil else { throw DPoPClientError(.grantNeeded, "for the test") }
            return try await issuer.tokens(requests, refresh)
        }
        await refuses(.grantNeeded) { _ = try await other.current() }
        #expect(try await store.load()?.current.tokens?.refreshToken == nil)
        try await source.save()
        #expect(try await store.load()?.current.tokens?.refreshToken?.text == "refresh-2")
        issuer.advance(1)
        #expect(try await other.current().text == "access-2")
    }

    @Test("a session that was removed while it is in use keeps its key")
    func removed() async throws {
        let folder = try TestFolder()
        let issuer = TestIssuer()
        let source = issuer.source(FileSessionStore(path: folder.file))
        let jkt = try await source.jkt()
        _ = try await source.current()
        try folder.remove(folder.file)
        issuer.advance(300)
        #expect(try await source.current().text == "access-2")
        #expect(try await FileSessionStore(path: folder.file).load()?.current.jkt == jkt)
        #expect(issuer.requests.map(\.refresh) == [nil, "refresh-1"])
    }

    @Test("new tokens are reported after they are written and when the store is free, whatever brings them")
    func reported() async throws {
        let issuer = TestIssuer()
        let store = WatchedStore()
        let heard = Locked<[(event: SessionEvent, writes: Int, isBusy: Bool)]>([])
        var settings = issuer.settings
        settings.observer = ClosureObserver { event in
            heard.withLock { $0.append((event, store.writes.withLock { $0 }, store.isBusy.withLock { $0 })) }
        }
        let source = TokenSource(store: store, settings: settings, getTokens: issuer.tokens)
        _ = try await source.current()
        let first = try await source.jkt()
        // The key, and the tokens.
        #expect(heard.withLock { $0.map(\.event) } == [.tokenRenewed(first)])
        #expect(heard.withLock { $0.map(\.writes) } == [2])
        try await source.rotateKey()
        let second = try await source.jkt()
        #expect(heard.withLock { $0.map(\.event).dropFirst() } == [.tokenRenewed(second), .keyRotated(second)])
        try await source.accept(try await issuer.tokens(try await source.tokenRequests(), nil))
        #expect(heard.withLock { $0.last?.event } == .tokenRenewed(second))
        #expect(heard.withLock { $0.map(\.writes) } == [2, 4, 4, 5])
        #expect(heard.withLock { $0.allSatisfy { !$0.isBusy } })
        // No tokens, no report.
        try await source.forget()
        #expect(heard.withLock { $0.count } == 4)
    }

    // MARK: Keys that are held elsewhere

    @Test("of a signer's key the store has the thumbprint, and a record of another key is a mismatch")
    func signer() async throws {
        let issuer = TestIssuer()
        let store = MemorySessionStore()
        let keys = try (0..<2).map { _ in RemoteKey(key: try SigningKey.generate(.es256)) }
        let source = TokenSource(signer: keys[0], store: store, settings: issuer.settings, getTokens: issuer.tokens)
        #expect(try await source.jkt() == keys[0].publicJWK.thumbprint)
        #expect(try await source.current().text == "access-1")
        let record = try #require(try await store.load())
        guard case .elsewhere(keys[0].publicJWK.thumbprint) = record.current.key else { throw CancellationError() }
        let server = ScriptedServer { _, _ in Answers.ok() }
        _ = try await source.send(ClientKit.request(), over: server)
        #expect(try server.claims.count == 1)
        for wrong in [
            TokenSource(signer: keys[1], store: store, settings: issuer.settings, getTokens: issuer.tokens),
            TokenSource(signer: keys[1].key, store: store, settings: issuer.settings, getTokens: issuer.tokens),
            issuer.source(store),
        ] {
            await refuses(.keyMismatch) { _ = try await wrong.current() }
        }
        #expect(isSame(try await store.load(), record) && issuer.requests.count == 1)
        let local = TokenSource(signer: keys[0].key, store: store, settings: issuer.settings, getTokens: issuer.tokens)
        #expect(try await local.current().text == "access-1")
    }
}

/// A key in another place, as far as the session knows.
struct RemoteKey: ProofSigner {
    let key: SigningKey
    var algorithm: SigningAlgorithm { key.algorithm }
    var publicJWK: PublicJWK { key.publicJWK }
    func signature(over signingInput: [UInt8]) async throws -> [UInt8] { try key.signature(over: signingInput.span) }
}

private struct ClosureObserver: SessionObserver {
    let body: @Sendable (SessionEvent) -> Void
    func record(_ event: SessionEvent) { body(event) }
}

/// A store that says when it is in use.
private final class WatchedStore: SessionStore {
    let inner = MemorySessionStore()
    let isBusy = Locked(false)
    let writes = Locked(0)

    func load() async throws -> SessionRecord? { try await inner.load() }

    func update(_ change: @Sendable (SessionRecord?) async throws -> SessionRecord?) async throws {
        isBusy.withLock { $0 = true }
        defer { isBusy.withLock { $0 = false } }
        try await inner.update { stored in
            let changed = try await change(stored)
            if changed != nil { self.writes.withLock { $0 += 1 } }
            return changed
        }
    }
}

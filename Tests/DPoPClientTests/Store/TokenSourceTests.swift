import DPoPCore
import HTTPTypes
import Testing

@testable import DPoPClient

@Suite struct TokenSourceTests {
    @Test("1,000 callers at once cost one token request")
    func singleFlight() async throws {
        let issuer = TestIssuer()
        let source = issuer.source()
        let texts = try await withThrowingTaskGroup { group in
            for _ in 0..<1_000 { group.addTask { try await source.current().text } }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(texts == ["access-1"] && issuer.requests.count == 1)
    }

    @Test("the key is stored before a token is asked for with it, and is the token's")
    func keyFirst() async throws {
        let store = MemorySessionStore()
        let keyInStore = Locked<Thumbprint?>(nil)
        let issuer = TestIssuer(hold: {
            let stored = try await store.load()
            keyInStore.withLock { $0 = stored?.current.jkt }
        })
        let source = issuer.source(store)
        guard case .bound(let token) = try await source.current() else { throw CancellationError() }
        #expect(keyInStore.withLock { $0 } == token.jkt && issuer.requests.map(\.jkt) == [token.jkt])
        #expect(try await store.load()?.access == "access-1")
        #expect(try await source.jkt() == token.jkt)
        #expect(issuer.events.all == [.tokenRenewed(token.jkt)])
        // Another source of the same store begins with both.
        #expect(try await issuer.source(store).current().text == "access-1" && issuer.requests.count == 1)
    }

    @Test(
        "a token is renewed by its refresh token 30 s before it expires, or a tenth of its time if that is less",
        arguments: [
            (300, 269), (900, 869), (100, 89), (10, 8),
        ])
    func beforeExpiry(_ lifetime: Int64, _ lastFresh: Int64) async throws {
        let issuer = TestIssuer(lifetime: lifetime)
        let source = issuer.source()
        #expect(try await source.current().text == "access-1")
        issuer.advance(lastFresh)
        #expect(try await source.current().text == "access-1")
        issuer.advance(1)
        #expect(try await source.current().text == "access-2")
        #expect(issuer.requests.map(\.refresh) == [nil, "refresh-1"])
        #expect(Set(issuer.requests.map(\.jkt)).count == 1)
    }

    @Test("a token without a time of expiry is used until it is refused")
    func noExpiry() async throws {
        let issuer = TestIssuer(lifetime: nil)
        let source = issuer.source()
        _ = try await source.current()
        issuer.advance(1_000_000_000)
        #expect(try await source.current().text == "access-1")
    }

    @Test("a refresh token that the server does not renew is used again; none is a new grant each time")
    func refreshTokens() async throws {
        let issuer = TestIssuer(givesRefresh: false)
        let key = try SigningKey.generate(.es256)
        issuer.state.withLock { $0.validRefresh = ["refresh-0"] }
        let record = try SessionRecord.bound(key, expires: 1, refresh: "refresh-0")
        let store = MemorySessionStore(record)
        #expect(try await issuer.source(store).current().text == "access-1")
        #expect(try await store.load()?.current.tokens?.refreshToken?.text == "refresh-0")
        let other = TestIssuer(givesRefresh: false)
        let source = other.source()
        for _ in 0..<3 {
            _ = try await source.current()
            other.advance(300)
        }
        #expect(other.requests.map(\.refresh) == [nil, nil, nil])
    }

    @Test("a caller that is cancelled ends alone: the request goes on for the others")
    func cancellation() async throws {
        let gate = Gate()
        let started = Gate()
        let issuer = TestIssuer(hold: {
            started.open()
            await gate.wait()
        })
        let source = issuer.source()
        let first = Task { try await source.current() }
        await started.wait()
        let second = Task { try await source.current() }
        first.cancel()
        await #expect(throws: CancellationError.self) { try await first.value }
        gate.open()
        #expect(try await second.value.text == "access-1")
        #expect(issuer.requests.count == 1)
    }

    @Test("a failure reaches all who wait and those who come within a second, and is forgotten then")
    func failure() async throws {
        struct Outage: Error {}
        let issuer = TestIssuer()
        let source = issuer.source()
        issuer.fail(Outage())
        await withTaskGroup { group in
            for _ in 0..<100 {
                group.addTask { await #expect(throws: Outage.self) { try await source.current() } }
            }
        }
        await #expect(throws: Outage.self) { try await source.current() }
        #expect(issuer.requests.count == 1)
        #expect(issuer.events.all == [.renewalFailed(nil)])
        issuer.fail(nil)
        issuer.advance(1)
        #expect(try await source.current().text == "access-2")
    }

    @Test("while a token is valid, a failure to renew it is no failure")
    func validStill() async throws {
        let issuer = TestIssuer()
        let source = issuer.source()
        _ = try await source.current()
        issuer.fail(DPoPClientError(.malformedAnswer, "for the test"))
        issuer.advance(280)
        for _ in 0..<5 { #expect(try await source.current().text == "access-1") }
        #expect(issuer.requests.count == 2 && issuer.events.all.last == .renewalFailed(.malformedAnswer))
        issuer.advance(21)
        await refuses(.malformedAnswer) { _ = try await source.current() }
    }

    @Test(
        "a refresh token that is refused is followed by a new grant, or by its refusal where there is none",
        arguments: [true, false])
    func invalidGrant(_ grantsAnew: Bool) async throws {
        let issuer = TestIssuer(grantsAnew: grantsAnew)
        let store = MemorySessionStore(try SessionRecord.bound(try SigningKey.generate(.es256), expires: 1))
        let source = issuer.source(store)
        if grantsAnew {
            #expect(try await source.current().text == "access-2")
            #expect(issuer.requests.map(\.refresh) == ["refresh-1", nil])
        } else {
            let jkt = try await store.load()?.current.jkt
            let error = try await clientError { try await source.current() }
            #expect(error?.code == .grantNeeded && error?.serverError?.code == "invalid_grant")
            #expect(error?.response?.status == .badRequest)
            // Key and access token stay what they were, and the refresh token is not tried again.
            let left = try await store.load()
            #expect(left?.access == "access-1" && left?.current.jkt == jkt)
            #expect(left?.current.tokens?.refreshToken == nil)
            issuer.advance(1)
            await refuses(.grantNeeded) { _ = try await source.current() }
            await refuses(.grantNeeded) { _ = try await issuer.source(store).current() }
            #expect(issuer.requests.map(\.refresh) == ["refresh-1"])
        }
    }

    @Test("a refresh token that is refused while no new grant can be had is not tried again")
    func invalidGrantInOutage() async throws {
        let issuer = TestIssuer()
        let store = MemorySessionStore(try SessionRecord.bound(try SigningKey.generate(.es256), expires: 1))
        struct Outage: Error {}
        let source = TokenSource(store: store, settings: issuer.settings) { requests, refresh in
            if refresh == nil, issuer.requests.count < 2 {
                issuer.state.withLock { $0.requests.append((nil, requests.core.jkt)) }
                throw Outage()
            }
            return try await issuer.tokens(requests, refresh)
        }
        await #expect(throws: Outage.self) { try await source.current() }
        issuer.advance(1)
        #expect(try await source.current().text == "access-3")
        #expect(issuer.requests.map(\.refresh) == ["refresh-1", nil, nil])
    }

    @Test("without a token and without a grant the error says that one is needed; accepted tokens are one")
    func grantNeeded() async throws {
        let issuer = TestIssuer(grantsAnew: false)
        let store = MemorySessionStore()
        let source = issuer.source(store)
        await refuses(.grantNeeded) { _ = try await source.current() }
        let jkt = try await source.jkt()
        #expect(try await store.load()?.current.jkt == jkt)
        let code = TestIssuer()
        try await source.accept(try await code.tokens(try await source.tokenRequests(), nil))
        #expect(try await source.current().text == "access-1")
        let other = try await TestIssuer().source().tokenRequests()
        let foreign = try await code.tokens(other, nil)
        await refuses(.keyMismatch) { try await source.accept(foreign) }
        #expect(try await store.load()?.access == "access-1")
    }

    // MARK: As a signer

    private func scripted(_ refused: Set<String>) -> ScriptedServer {
        ScriptedServer { request, _ in
            let token = request.headerFields[.authorization]?.split(separator: " ").last.map(String.init) ?? ""
            return refused.contains(token) ? Answers.challenge("invalid_token") : Answers.ok()
        }
    }

    @Test("a token that is refused is replaced, once, and its replacement used by all")
    func refused() async throws {
        let issuer = TestIssuer()
        let source = issuer.source()
        _ = try await source.current()
        issuer.advance(10)
        let server = scripted(["access-1"])
        let statuses = try await withThrowingTaskGroup { group in
            for _ in 0..<50 {
                group.addTask { try await source.send(ClientKit.request(), over: server).response.status.code }
            }
            return try await group.reduce(into: Set<Int>()) { $0.insert($1) }
        }
        #expect(statuses == [200] && issuer.requests.map(\.refresh) == [nil, "refresh-1"])
        for (request, claims) in zip(server.requests, try server.claims) {
            let token = request.headerFields[.authorization]?.split(separator: " ").last.map(String.init) ?? ""
            #expect(claims["ath"]?.text == AccessTokenHash(of: token).ath)
        }
    }

    @Test("a resource that refuses every token costs one token request a second at most")
    func alwaysRefused() async throws {
        let issuer = TestIssuer()
        let source = issuer.source()
        let server = scripted(Set((0..<100).map { "access-\($0)" }))
        for _ in 0..<20 {
            #expect(try await source.send(ClientKit.request(), over: server).response.status == .unauthorized)
        }
        #expect(issuer.requests.count == 1)
        issuer.advance(1)
        #expect(try await source.send(ClientKit.request(), over: server).response.status == .unauthorized)
        #expect(issuer.requests.count == 2)
        // A token that has no other is not sent again.
        #expect(server.requests.count == 22)
    }

    @Test("an unbound token is sent as what it is, without a proof")
    func bearer() async throws {
        let issuer = TestIssuer(type: "Bearer")
        let source = issuer.source()
        let server = scripted([])
        _ = try await source.send(ClientKit.request(), over: server)
        #expect(server.requests.first?.headerFields[.authorization] == "Bearer access-1")
        #expect(server.requests.first?.headerFields[.proofField] == nil)
    }
}

#if Valkey
    import DPoPCore
    import DPoPServer
    import Testing

    @testable import DPoPValkey

    /// Revocations that have an end.
    @Suite struct RevocationEndTests {
        private let time = RevocationTestTime()
        private let server: FakeRevocationServer

        init() { server = FakeRevocationServer(time) }

        @Test("it runs out 300 s after its end, at the server and in the views, and its slot serves again")
        func runsOut() async throws {
            let (a, b) = (RevocationTestNode(server), RevocationTestNode(server))
            for number in 0..<256 { try await a.revoke(RevocationKit.key(number), until: 1_700_000_100) }
            time.pass(.seconds(400))
            await b.poll()
            #expect(await a.status(RevocationKit.key(5)) == .revoked && server.slots.count == 256)
            #expect(await b.status(RevocationKit.key(5)) == .revoked)
            time.pass(.seconds(2))
            #expect(await b.status(RevocationKit.key(5)) == .active && server.slots.isEmpty)
            await a.poll()
            await b.poll()
            time.pass(.seconds(60))
            await a.poll()
            #expect(a.revocations.node.view.withLock { $0.entries.count } == 0)
            for number in 0..<256 { try await a.revoke(RevocationKit.key(number)) }
            // All on the first page.
            #expect(
                server.state.withLock { state in
                    (0..<256).allSatisfy {
                        state.values[RevocationKeys(prefix: "dpop", database: 0).slot($0)]?.ends == nil
                    }
                })
            await b.poll()
            #expect(await b.status(RevocationKit.key(255)) == .revoked)
        }

        @Test("a revocation whose end has passed does nothing, and one that has run out does not widen the next")
        func past() async throws {
            let a = RevocationTestNode(server)
            let key = RevocationKit.key(1)
            try await a.revoke(key, until: 1_699_000_000)
            #expect(server.slots.isEmpty)
            try await a.revoke(key, until: 1_700_000_100)
            time.pass(.seconds(500))
            try await a.revoke(key, issuedBefore: 1_699_999_000)
            await a.poll()
            #expect(await a.status(key, issuedAt: 1_699_998_999) == .revoked)
            #expect(await a.status(key, issuedAt: 1_699_999_000) == .active)
        }
    }
#endif

#if Valkey
    import DPoPCore
    import DPoPServer
    import Testing

    @testable import DPoPValkey

    /// What a server gets to see, and what it lists.
    @Suite struct RevocationAtServerTests {
        private let time = RevocationTestTime()
        private let server: FakeRevocationServer

        init() { server = FakeRevocationServer(time) }

        @Test("attack 144: a slot is claimed by one SET with NX and PX; no other command takes part")
        func commands() async throws {
            let a = RevocationTestNode(server)
            let key = RevocationKit.key(1)
            try await a.revoke(key, until: 1_700_000_100)
            await a.poll()
            let sets = server.state.withLock { $0.sets }
            let claims = sets.filter { $0.contains("NX") }
            #expect(
                claims == [["SET", "dpop:{revoked}:0:1", "v1 \(key.jkt) * 1700000100", "NX", "PX", "401000"]])
        }

        @Test(
            "attack 153: keys have the prefix and a place, never a thumbprint; other prefixes and databases do not meet"
        )
        func names() async throws {
            let a = RevocationTestNode(server)
            try await a.revoke(RevocationKit.key(1))
            let names = server.state.withLock { $0.values.keys.map { String(decoding: $0, as: UTF8.self) } }
            #expect(
                Set(names) == [
                    "dpop:{revoked}:0:1", "dpop:{revoked}:page:0", "dpop:{revoked}:version",
                    "dpop:{revoked}:writable",
                ])
            let other = ValkeyKeyRevocations(
                server: a.connection, prefix: "other", time: time.revocationTime)
            await other.node.poll()
            #expect(
                await other.status(of: RevocationKit.key(1), tokenIssuedAt: nil, now: time.now) == .active)
            #expect(
                RevocationKeys(prefix: "dpop", database: 0).channel
                    != RevocationKeys(prefix: "dpop", database: 1).channel)
        }

        @Test("all are listed, with their ends as they were given")
        func list() async throws {
            let (a, b) = (RevocationTestNode(server), RevocationTestNode(server))
            try await a.revoke(RevocationKit.key(2), issuedBefore: 1_699_999_000, until: 1_700_000_100)
            try await a.revoke(RevocationKit.key(1))
            let expected = [
                RevokedKey(thumbprint: RevocationKit.key(1), issuedBefore: nil, until: nil),
                RevokedKey(
                    thumbprint: RevocationKit.key(2), issuedBefore: UnixTime(seconds: 1_699_999_000),
                    until: UnixTime(seconds: 1_700_000_100)),
            ]
            #expect(try await b.revocations.list(now: time.now) == expected)
            #expect(try await a.revocations.list(now: time.now) == expected)
            time.pass(.seconds(402))
            #expect(try await b.revocations.list(now: time.now) == [expected[0]])
            b.connection.set(then: .fails)
            await #expect(throws: ValkeyRevocationError.unavailable) {
                try await b.revocations.list(now: time.now)
            }
        }
    }
#endif

#if Valkey
    import DPoPCore
    import DPoPServer
    import Testing

    @testable import DPoPValkey

    /// A revocation that was under way when the server went away: in its slot, announced, or not.
    @Suite struct RevocationLostWriteTests {
        private let time = RevocationTestTime()
        private let server: FakeRevocationServer

        init() { server = FakeRevocationServer(time) }

        @Test(
            "attack 148: a reply that was lost after the slot was written costs no second slot", arguments: [0, 1, 2])
        func replyLost(batch: Int) async throws {
            let (a, b) = (RevocationTestNode(server), RevocationTestNode(server))
            await a.poll()
            await b.poll()
            // The claim, the announcement, the message.
            a.connection.set([FakeRevocationConnection.Fate](repeating: .passes, count: batch) + [.replyLost])
            if batch == 2 {
                try await a.revoke(RevocationKit.key(1))
            } else {
                await #expect(throws: ValkeyRevocationError.unavailable) {
                    try await a.revoke(RevocationKit.key(1))
                }
            }
            #expect(await a.status(RevocationKit.key(1)) == .revoked)
            try await a.revoke(RevocationKit.key(1))
            await b.poll()
            #expect(await b.status(RevocationKit.key(1)) == .revoked)
            try await b.revoke(RevocationKit.key(1))
            await a.poll()
            #expect(server.slots.count == 1)
        }

        @Test("a node that stops between the slot and the version: a second call tells the others, or time does")
        func crash() async throws {
            let (b, c) = (RevocationTestNode(server), RevocationTestNode(server))
            try await b.revoke(RevocationKit.key(0))
            await b.poll()
            await c.poll()
            let a = RevocationTestNode(server)
            await a.poll()
            a.connection.set([.passes], then: .fails)
            await #expect(throws: ValkeyRevocationError.unavailable) { try await a.revoke(RevocationKit.key(1)) }
            await b.poll()
            #expect(await b.status(RevocationKit.key(1)) == .active && server.slots.count == 2)
            time.pass(.seconds(60))
            await b.poll()
            #expect(await b.status(RevocationKit.key(1)) == .revoked)
            // That it is known here does not keep a second call from telling the others.
            time.pass(.seconds(-1))
            await c.poll()
            #expect(await c.status(RevocationKit.key(1)) == .active)
            try await b.revoke(RevocationKit.key(1))
            await c.poll()
            #expect(await c.status(RevocationKit.key(1)) == .revoked && server.slots.count == 2)
        }

        @Test("what could not be written holds at this node, and is written when the server is back")
        func writtenLater() async throws {
            let (a, b) = (RevocationTestNode(server), RevocationTestNode(server))
            await a.poll()
            a.connection.set(then: .fails)
            await #expect(throws: ValkeyRevocationError.unavailable) { try await a.revoke(RevocationKit.key(1)) }
            #expect(await a.status(RevocationKit.key(1)) == .revoked && server.slots.isEmpty)
            await a.poll()
            a.connection.set()
            await a.poll()
            await b.poll()
            #expect(await b.status(RevocationKit.key(1)) == .revoked && a.reported(.writtenBack(1)))
        }
    }
#endif

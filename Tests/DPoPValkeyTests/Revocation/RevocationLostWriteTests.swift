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

        @Test(
            "a node that stops between the slot and the version: a second call tells the others, or time does",
            arguments: [0, 1])
        func crash(before: Int) async throws {
            let (b, c) = (RevocationTestNode(server), RevocationTestNode(server))
            // On the same page, or none was ever put there.
            for number in 0..<before { try await b.revoke(RevocationKit.key(100 + number)) }
            await b.poll()
            await c.poll()
            let a = RevocationTestNode(server)
            await a.poll()
            a.connection.set([.passes], then: .fails)
            await #expect(throws: ValkeyRevocationError.unavailable) { try await a.revoke(RevocationKit.key(1)) }
            await b.poll()
            #expect(await b.status(RevocationKit.key(1)) == .active)
            #expect(server.slots.count == before + 1)
            time.pass(.seconds(60))
            await b.poll()
            #expect(await b.status(RevocationKit.key(1)) == .revoked)
            // That it is known here does not keep a second call from telling the others.
            time.pass(.seconds(-1))
            await c.poll()
            #expect(await c.status(RevocationKit.key(1)) == .active)
            try await b.revoke(RevocationKit.key(1))
            await c.poll()
            #expect(await c.status(RevocationKit.key(1)) == .revoked)
            #expect(server.slots.count == before + 1)
        }

        @Test(
            "what was not announced when the server went away, all know with their next poll once it is back",
            arguments: [0, 1], [FakeRevocationConnection.Fate.fails, .replyLost])
        func announcedLater(batch: Int, fate: FakeRevocationConnection.Fate) async throws {
            // The page's key is new, or old; the node reads what changed, or, with a new subscription, everything.
            for (isNew, isFull) in [(true, false), (false, false), (true, true), (false, true)] {
                server.flushAll()
                let (a, b) = (RevocationTestNode(server), RevocationTestNode(server))
                if !isNew { try await b.revoke(RevocationKit.key(0)) }
                await a.poll()
                await b.poll()
                // The claim, or the announcement.
                a.connection.set(
                    [FakeRevocationConnection.Fate](repeating: .passes, count: batch) + [fate], then: .fails)
                await #expect(throws: ValkeyRevocationError.unavailable) { try await a.revoke(RevocationKit.key(1)) }
                #expect(await a.poll() == false)
                a.connection.set()
                if isFull { a.revocations.node.view.withLock { $0.askFull() } }
                #expect(await a.poll())
                await b.poll()
                #expect(await b.status(RevocationKit.key(1)) == .revoked)
                #expect(await b.status(RevocationKit.key(2)) == .active)
                #expect(server.slots.count == (isNew ? 1 : 2))
                // And then there is rest.
                await a.poll()
                let sets = server.state.withLock { $0.sets.count }
                await a.poll()
                #expect(server.state.withLock { $0.sets.count } == sets + 1)
            }
        }

        @Test("what ran out before it could be written is written no more")
        func tooLate() async throws {
            let a = RevocationTestNode(server)
            await a.poll()
            a.connection.set(then: .fails)
            for (number, until) in [(1, Int64(1_700_000_100)), (2, 1_700_001_000)] {
                await #expect(throws: ValkeyRevocationError.unavailable) {
                    try await a.revoke(RevocationKit.key(number), until: until)
                }
            }
            time.pass(.seconds(402))
            a.connection.set()
            await a.poll()
            #expect(server.slots == ["v1 \(RevocationKit.key(2).jkt) * 1700001000"])
            #expect(a.revocations.node.view.withLock { $0.unwritten.isEmpty })
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

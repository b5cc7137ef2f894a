#if Valkey
    import DPoPCore
    import DPoPServer
    import Testing

    @testable import DPoPValkey

    /// A server that forgets gets back what is revoked.
    @Suite struct RevocationLostMemoryTests {
        private let time = RevocationTestTime()
        private let server: FakeRevocationServer

        init() { server = FakeRevocationServer(time) }

        @Test(
            "attack 151: what FLUSHALL or an empty restart took is written back, once, by whoever is alive",
            arguments: [1, 3])
        func flushAll(count: Int) async throws {
            let nodes = (0..<count).map { _ in RevocationTestNode(server) }
            for number in 0..<300 { try await nodes[0].revoke(RevocationKit.key(number * 37)) }
            for node in nodes { await node.poll() }
            server.flushAll()
            await withDiscardingTaskGroup { group in
                for node in nodes { group.addTask { await node.poll() } }
            }
            #expect(server.slots.count == 300)
            let late = RevocationTestNode(server)
            for node in nodes + [late] {
                await node.poll()
                for number in 0..<300 { #expect(await node.status(RevocationKit.key(number * 37)) == .revoked) }
                #expect(await node.status(RevocationKit.key(1)) == .active)
            }
            #expect(server.slots.count == 300)
            // And then there is rest.
            let sets = server.state.withLock { $0.sets.count }
            for node in nodes { await node.poll() }
            #expect(server.state.withLock { $0.sets.count } == sets + count)
        }

        @Test("attack 151: a write-back that is cut off is taken up again")
        func flushAllCutOff() async throws {
            let a = RevocationTestNode(server)
            for number in 0..<300 { try await a.revoke(RevocationKit.key(number)) }
            await a.poll()
            server.flushAll()
            // Version, page keys (two batches), and one batch of slots.
            a.connection.set([.passes, .passes, .passes, .replyLost], then: .fails)
            await a.poll()
            #expect(server.slots.count == 128)
            a.connection.set()
            await a.poll()
            #expect(server.slots.count == 300)
            let late = RevocationTestNode(server)
            await late.poll()
            for number in 0..<300 { #expect(await late.status(RevocationKit.key(number)) == .revoked) }
        }

        @Test("attack 151: a write-back that was not announced is, once the server answers again")
        func notAnnounced() async throws {
            let a = RevocationTestNode(server)
            for number in 0..<5 { try await a.revoke(RevocationKit.key(number)) }
            let replica = server.state.withLock { $0.values }
            for number in 5..<10 { try await a.revoke(RevocationKit.key(number)) }
            await a.poll()
            server.state.withLock { $0.values = replica }
            let late = RevocationTestNode(server)
            await late.poll()
            // Version, page keys (two batches), the page, and what it lacks.
            a.connection.set([.passes, .passes, .passes, .passes, .passes], then: .fails)
            await a.poll()
            await late.poll()
            #expect(await late.status(RevocationKit.key(9)) == .active && server.slots.count == 10)
            a.connection.set()
            await a.poll()
            await late.poll()
            for number in 0..<10 { #expect(await late.status(RevocationKit.key(number)) == .revoked) }
            #expect(await late.status(RevocationKit.key(10)) == .active && server.slots.count == 10)
        }

        @Test("what a server lost is written back also beside something that can not be read")
        func besideUnreadable() async throws {
            let a = RevocationTestNode(server)
            for number in 0..<5 { try await a.revoke(RevocationKit.key(number)) }
            await a.poll()
            server.flushAll()
            server.put("v2 something new", inSlot: 17)
            server.announce(page: 0)
            await a.poll()
            #expect(server.slots.count == 6 && a.reported(.writtenBack(5)) && a.reported(.unreadable(slot: 17)))
            // It is not confirmed by that.
            time.pass(.seconds(6))
            #expect(await a.status(RevocationKit.key(10)) == .unknown)
            #expect(await a.status(RevocationKit.key(1)) == .revoked)
        }

        @Test("attack 149: what a replica that takes over had not heard of is written back")
        func failover() async throws {
            let (a, b) = (RevocationTestNode(server), RevocationTestNode(server))
            for number in 0..<10 { try await a.revoke(RevocationKit.key(number)) }
            let replica = server.state.withLock { $0.values }
            for number in 10..<20 { try await a.revoke(RevocationKit.key(number)) }
            await a.poll()
            server.state.withLock { $0.values = replica }
            await b.poll()
            await a.poll()
            await b.poll()
            for number in 0..<20 { #expect(await b.status(RevocationKit.key(number)) == .revoked) }
            #expect(server.slots.count == 20)
        }
    }
#endif

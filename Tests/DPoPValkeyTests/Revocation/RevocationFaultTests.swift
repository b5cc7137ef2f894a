#if Valkey
    import DPoPCore
    import DPoPServer
    import Testing

    @testable import DPoPValkey

    /// A server that fails, forgets or answers nonsense: no revoked key passes.
    @Suite struct RevocationFaultTests {
        private let time = RevocationTestTime()
        private let server: FakeRevocationServer

        init() { server = FakeRevocationServer(time) }

        @Test(
            "attack 145: a view that was not confirmed for more than 5 s answers for no key, and does again after a poll"
        )
        func unconfirmed() async throws {
            let a = RevocationTestNode(server)
            await a.poll()
            try await a.revoke(RevocationKit.key(1))
            a.connection.set(then: .fails)
            time.pass(.seconds(5))
            await a.poll()
            #expect(await a.status(RevocationKit.key(2)) == .active)
            time.pass(.nanoseconds(1))
            #expect(await a.status(RevocationKit.key(2)) == .unknown)
            // What is known stays so.
            #expect(await a.status(RevocationKit.key(1)) == .revoked)
            await a.poll()
            #expect(await a.status(RevocationKit.key(2)) == .unknown)
            a.connection.set()
            await a.poll()
            #expect(await a.status(RevocationKit.key(2)) == .active)
            #expect(await a.status(RevocationKit.key(1)) == .revoked)
            #expect(a.events.withLock { $0 } == [.confirmed, .unconfirmed, .confirmed])
        }

        @Test("a poll confirms as of when it was sent, not as of its answer")
        func confirmedAsOf() async throws {
            let a = RevocationTestNode(server)
            await a.poll()
            time.pass(.seconds(4))
            a.connection.set([.replyLost])
            await a.poll()
            time.pass(.seconds(2))
            #expect(await a.status(RevocationKit.key(2)) == .unknown)
        }

        @Test(
            "attacks 145 and 150: errors and nonsense confirm nothing and revoke nothing, and good answers do again",
            arguments: [RESPValue.null, .integer(1), .bulk([]), .simple("QUEUED"), .array([]), .simple("ok")]
                + [
                    "LOADING Redis is loading", "READONLY You can't write", "OOM command not allowed",
                    "NOREPLICAS Not enough good replicas", "MOVED 1 127.0.0.1:1", "CLUSTERDOWN down", "TRYAGAIN",
                    "WRONGTYPE Operation", "NOAUTH Authentication required", "ERR",
                ].map { .error(ServerError(Array($0.utf8))) })
        func nonsense(answer: RESPValue) async throws {
            for isAboutWrites in [false, true] {
                let a = RevocationTestNode(server)
                server.state.withLock { $0.answer = isAboutWrites ? nil : answer }
                // A primary cut off from its replicas, or a replica, still answers GET.
                server.state.withLock { $0.refusal = isAboutWrites ? answer : nil }
                await a.poll()
                #expect(await a.status(RevocationKit.key(2)) == .unknown)
                await #expect(throws: ValkeyRevocationError.unavailable) {
                    try await a.revoke(RevocationKit.key(1))
                }
                // It was asked for, so it holds here.
                #expect(await a.status(RevocationKit.key(1)) == .revoked)
                server.state.withLock { ($0.answer, $0.refusal) = (nil, nil) }
                await a.poll()
                #expect(await a.status(RevocationKit.key(2)) == .active)
                let late = RevocationTestNode(server)
                await late.poll()
                #expect(await late.status(RevocationKit.key(1)) == .revoked)
            }
        }

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

        @Test(
            "a slot that can not be read: no key is answered for, until it is gone",
            arguments: ["", "v2 something new", "v1 nonsense", "v1  * *"])
        func unreadable(value: String) async throws {
            let (a, b) = (RevocationTestNode(server), RevocationTestNode(server))
            try await a.revoke(RevocationKit.key(1))
            await b.poll()
            server.put(value, inSlot: 17, milliseconds: 30_000)
            server.announce(page: 0)
            await b.poll()
            time.pass(.seconds(6))
            await b.poll()
            #expect(b.events.withLock { $0 } == [.confirmed, .unreadable(slot: 17), .unconfirmed])
            let late = RevocationTestNode(server)
            await late.poll()
            for node in [b, late] {
                #expect(await node.status(RevocationKit.key(2)) == .unknown)
                #expect(await node.status(RevocationKit.key(1)) == .revoked)
            }
            await #expect(throws: ValkeyRevocationError.unavailable) { try await late.revocations.list(now: time.now) }
            // What is there is left alone, also by a key whose place it is.
            try await b.revoke(RevocationKit.key(17))
            #expect(server.slots.contains(value))
            time.pass(.seconds(30))
            for node in [b, late] {
                await node.poll()
                #expect(await node.status(RevocationKit.key(2)) == .active)
                #expect(await node.status(RevocationKit.key(17)) == .revoked)
            }
        }

        @Test("messages that are no revocations are ignored")
        func messages() async throws {
            let a = RevocationTestNode(server)
            await a.poll()
            let jkt = RevocationKit.key(1).jkt
            for message in ["", "v2 \(jkt) * *", "v1 \(jkt) *", "v1 \(jkt) * * *"] {
                a.revocations.node.hear(Array(message.utf8))
                #expect(await a.status(RevocationKit.key(1)) == .active)
            }
            a.revocations.node.hear(Array("v1 \(jkt) * *".utf8))
            #expect(await a.status(RevocationKit.key(1)) == .revoked)
        }

        @Test("a node keeps itself in step, is caught up after an interruption, and stops when it is cancelled")
        func maintained() async throws {
            let (a, b) = (RevocationTestNode(server), RevocationTestNode(server))
            let task = Task { await b.revocations.maintain() }
            func until(_ condition: () async throws -> Bool) async throws -> Bool {
                let start = ContinuousClock.now
                while ContinuousClock.now - start < .seconds(600) {
                    if try await condition() { return true }
                    try await Task.sleep(for: .milliseconds(2))
                }
                return false
            }
            #expect(try await until { await b.status(RevocationKit.key(1)) == .active })
            #expect(try await until { b.connection.subscriptions.withLock { $0 } == 1 })
            try await a.revoke(RevocationKit.key(1))
            // At once, by the message.
            #expect(await b.status(RevocationKit.key(1)) == .revoked)
            // Messages are lost without a sign: polls show it.
            b.connection.hearsMessages.withLock { $0 = false }
            try await a.revoke(RevocationKit.key(2))
            #expect(try await until { await b.status(RevocationKit.key(2)) == .revoked })
            // Away, and back: another subscription, and all is read once more, also what no version tells of.
            b.connection.set(then: .fails)
            #expect(try await until { server.state.withLock { $0.listeners.isEmpty } })
            server.put("v1 \(RevocationKit.key(3).jkt) * *", inSlot: 200)
            b.connection.set()
            #expect(try await until { b.connection.subscriptions.withLock { $0 } >= 2 })
            #expect(try await until { await b.status(RevocationKit.key(3)) == .revoked })
            #expect(await b.status(RevocationKit.key(4)) == .active)
            task.cancel()
            await task.value
            #expect(server.state.withLock { $0.listeners.isEmpty })
        }
    }
#endif

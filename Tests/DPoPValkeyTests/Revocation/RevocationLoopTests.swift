#if Valkey
    import DPoPCore
    import DPoPServer
    import Testing

    @testable import DPoPValkey

    /// How a node keeps itself in step.
    @Suite struct RevocationLoopTests {
        private let time = RevocationTestTime()
        private let server: FakeRevocationServer

        init() { server = FakeRevocationServer(time) }

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

        @Test("each 500 ms it asks, and where there is no answer it asks again after 100 ms", arguments: [false, true])
        func intervals(isAway: Bool) async throws {
            let a = RevocationTestNode(server)
            if isAway { a.connection.set(then: .fails) }
            let task = Task { await a.revocations.maintain() }
            try await eventually("it has asked") { a.connection.batches.withLock { $0 } >= 20 }
            task.cancel()
            await task.value
            let sleeps = time.sleeps.withLock { Set($0) }
            // Where there is none, the other 500 ms are between two tries to subscribe.
            #expect(sleeps == (isAway ? [.milliseconds(100), .milliseconds(500)] : [.milliseconds(500)]))
        }
    }
#endif

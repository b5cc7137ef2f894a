#if Valkey
    import DPoPCore
    import DPoPServer
    import Testing

    @testable import DPoPValkey

    /// When a view may be believed: a server that fails or answers nonsense lets no revoked key pass.
    @Suite struct RevocationConfirmationTests {
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
                server.refuse { _ in isAboutWrites ? answer : nil }
                await a.poll()
                #expect(await a.status(RevocationKit.key(2)) == .unknown)
                let isFull = answer == .error(ServerError(Array("OOM".utf8)))
                await #expect(throws: isFull ? ValkeyRevocationError.full : .unavailable) {
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
    }
#endif

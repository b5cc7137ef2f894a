#if Valkey
    import DPoPCore
    import DPoPServer
    import Testing

    @testable import DPoPValkey

    /// Several nodes and a server that does its work.
    @Suite struct RevocationFleetTests {
        private let time = RevocationTestTime()
        private let server: FakeRevocationServer

        init() { server = FakeRevocationServer(time) }

        @Test("what one node revokes the others refuse at once, by the message, and go on with other keys")
        func byMessage() async throws {
            let (a, b) = (RevocationTestNode(server), RevocationTestNode(server, hears: true))
            await a.poll()
            await b.poll()
            #expect(await b.status(RevocationKit.key(1)) == .active)
            try await a.revoke(RevocationKit.key(1))
            #expect(await a.status(RevocationKit.key(1)) == .revoked)
            #expect(await b.status(RevocationKit.key(1)) == .revoked)
            #expect(await a.status(RevocationKit.key(2)) == .active)
            #expect(await b.status(RevocationKit.key(2)) == .active)
        }

        @Test("without messages they refuse with the next poll")
        func byPoll() async throws {
            let (a, b) = (RevocationTestNode(server), RevocationTestNode(server))
            await a.poll()
            await b.poll()
            try await a.revoke(RevocationKit.key(1))
            #expect(await b.status(RevocationKit.key(1)) == .active)
            time.pass(RevocationNode.pollInterval)
            await b.poll()
            #expect(await b.status(RevocationKit.key(1)) == .revoked)
            // Only the page that changed was read: version, page keys (two batches), one page.
            #expect(b.connection.batches.withLock { $0 } == 3 + 4)
        }

        @Test("a node that starts later knows all, and before it has read them answers for none")
        func lateNode() async throws {
            let a = RevocationTestNode(server)
            for number in 0..<600 { try await a.revoke(RevocationKit.key(number)) }
            #expect(server.slots.count == 600)
            let b = RevocationTestNode(server)
            #expect(await b.status(RevocationKit.key(1)) == .unknown)
            #expect(await b.status(RevocationKit.key(1_000)) == .unknown)
            await b.poll()
            for number in 0..<600 { #expect(await b.status(RevocationKit.key(number)) == .revoked) }
            #expect(await b.status(RevocationKit.key(1_000)) == .active)
        }

        @Test("tokens issued before a moment are refused, those without iat too, later ones are not")
        func issuedBefore() async throws {
            let (a, b) = (RevocationTestNode(server), RevocationTestNode(server))
            try await a.revoke(RevocationKit.key(1), issuedBefore: 1_699_999_000)
            await b.poll()
            for node in [a, b] {
                await node.poll()
                #expect(await node.status(RevocationKit.key(1), issuedAt: 1_699_998_999) == .revoked)
                #expect(await node.status(RevocationKit.key(1), issuedAt: nil) == .revoked)
                #expect(await node.status(RevocationKit.key(1), issuedAt: 1_699_999_000) == .active)
            }
        }

        @Test("a second revocation never narrows the first, on no node, in whichever order they are read")
        func neverNarrowed() async throws {
            let (a, b) = (RevocationTestNode(server), RevocationTestNode(server, hears: true))
            let key = RevocationKit.key(1)
            try await a.revoke(key, issuedBefore: 1_699_999_000, until: 1_700_000_500)
            // Has not read what the other wrote.
            try await b.revoke(key, issuedBefore: 1_699_998_000, until: 1_700_000_900)
            let c = RevocationTestNode(server)
            for node in [a, b, c] {
                await node.poll()
                #expect(await node.status(key, issuedAt: 1_699_998_999) == .revoked)
                #expect(await node.status(key, issuedAt: 1_699_999_000) == .active)
            }
            time.pass(.seconds(1_100))
            for node in [a, b, c] {
                await node.poll()
                #expect(await node.status(key, issuedAt: 1_699_998_999) == .revoked)
            }
            try await a.revoke(key)
            try await a.revoke(key, issuedBefore: 1, until: 1_700_002_000)
            for node in [a, b, c] {
                await node.poll()
                #expect(await node.status(key) == .revoked)
            }
            time.pass(.seconds(100_000))
            for node in [a, b, c] {
                await node.poll()
                #expect(await node.status(key) == .revoked)
            }
        }

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

        @Test("two nodes that revoke at once do not lose each other's", arguments: [false, true])
        func atOnce(sameKeys: Bool) async throws {
            let nodes = (0..<3).map { _ in RevocationTestNode(server) }
            for node in nodes { await node.poll() }
            // The same first byte, so that all look for the same slots.
            let keys = (0..<3).map { node in
                (0..<40).map { RevocationKit.key(256 * ($0 + (sameKeys ? 0 : 100 * node))) }
            }
            try await withThrowingTaskGroup { group in
                for (node, keys) in zip(nodes, keys) {
                    for key in keys { group.addTask { try await node.revoke(key) } }
                }
                try await group.waitForAll()
            }
            let late = RevocationTestNode(server)
            for node in nodes + [late] {
                await node.poll()
                for key in keys.joined() { #expect(await node.status(key) == .revoked) }
            }
            if sameKeys { #expect(Set(server.slots).count == 40) }
        }

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

        @Test("a view without room refuses another key, forgets none, and takes a known one")
        func fullView() async throws {
            let a = RevocationTestNode(server, capacity: 2)
            try await a.revoke(RevocationKit.key(1), until: 1_700_000_100)
            try await a.revoke(RevocationKit.key(2))
            await #expect(throws: ValkeyRevocationError.full) { try await a.revoke(RevocationKit.key(3)) }
            await a.poll()
            #expect(await a.status(RevocationKit.key(3)) == .active)
            #expect(await a.status(RevocationKit.key(1)) == .revoked)
            try await a.revoke(RevocationKit.key(2), until: 1_700_000_200)
            time.pass(.seconds(402))
            try await a.revoke(RevocationKit.key(3))
            #expect(await a.status(RevocationKit.key(2)) == .revoked)
        }

        @Test("a view that has no room for what the server has answers for no other key")
        func overflow() async throws {
            let (a, b) = (RevocationTestNode(server), RevocationTestNode(server, hears: true, capacity: 1))
            await b.poll()
            try await a.revoke(RevocationKit.key(1))
            #expect(await b.status(RevocationKit.key(9)) == .active)
            try await a.revoke(RevocationKit.key(2))
            #expect(await b.status(RevocationKit.key(9)) == .unknown)
            await b.poll()
            #expect(await b.status(RevocationKit.key(9)) == .unknown && b.reported(.full))
            #expect(await b.status(RevocationKit.key(1)) == .revoked)
        }

        @Test("when all slots are taken another key is refused, and let in once one has run out")
        func fullServer() async throws {
            let value = "v1 \(RevocationKit.key(1).jkt) * *"
            #expect(ValkeyKeyRevocations.capacity == 102_400)
            for slot in 0..<512 {
                server.put(value, inSlot: slot, milliseconds: slot == 300 ? 1_000 : nil)
            }
            for page in 0..<2 { server.announce(page: page) }
            let a = RevocationTestNode(server, pages: 2)
            await a.poll()
            await #expect(throws: ValkeyRevocationError.full) { try await a.revoke(RevocationKit.key(2)) }
            #expect(await a.status(RevocationKit.key(2)) == .active)
            #expect(await a.status(RevocationKit.key(1)) == .revoked)
            time.pass(.seconds(2))
            try await a.revoke(RevocationKit.key(2))
            #expect(await a.status(RevocationKit.key(2)) == .revoked)
        }
    }
#endif

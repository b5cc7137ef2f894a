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
            // Version, page keys (two batches), and the first time the page where others would begin; then only the page
            // that changed.
            #expect(b.connection.batches.withLock { $0 } == 4 + 4)
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
    }
#endif

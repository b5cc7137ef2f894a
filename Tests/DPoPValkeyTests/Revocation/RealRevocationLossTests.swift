#if Valkey
    import DPoPCore
    import DPoPServer
    import Testing

    @testable import DPoPValkey

    /// Servers that lose what they had, or that others take over from.
    extension RealRevocationTests {
        @Test(
            "attack 151: a server that was killed leaves keys unknown after a while, and gets back what it lost",
            .needsRealServer)
        func killed() async throws {
            let server = try await RealServer()
            let nodes = try await [node(settings(server.port)), node(settings(server.port))]
            let (revoked, other) = (RevocationKit.key(1), RevocationKit.key(2))
            _ = try await spreads(revoked, from: nodes[0], to: [nodes[1]])
            server.kill()
            let gone = ContinuousClock.now
            for node in nodes {
                try await eventually("other keys are unknown") { await status(other, node) == .unknown }
                #expect(await status(revoked, node) == .revoked)
                #expect(node.events.count(.revocationsStale) <= 1)
            }
            print("revocation: unknown \(ContinuousClock.now - gone) after the server was gone")
            await #expect(throws: ValkeyRevocationError.unavailable) {
                try await nodes[0].store.revocations.revoke(RevocationKit.key(3))
            }
            try await server.restart()
            for node in nodes {
                try await eventually("other keys are active") { await status(other, node) == .active }
                try await eventually("what was revoked meanwhile is") {
                    await status(RevocationKit.key(3), node) == .revoked
                }
            }
            #expect(nodes.map { $0.events.count(.revocationsRestored) }.reduce(0, +) > 0)
            let fresh = try await node(settings(server.port))
            for key in [revoked, RevocationKit.key(3)] {
                try await eventually("a new node knows both") { await status(key, fresh) == .revoked }
            }
        }

        @Test("attack 151: a server that was emptied gets back what is revoked", .needsRealServer)
        func flushed() async throws {
            let server = try await RealServer()
            let nodes = try await [node(settings(server.port)), node(settings(server.port))]
            for number in 0..<300 { try await nodes[0].store.revocations.revoke(RevocationKit.key(number)) }
            try await eventually("the other knows all") { await status(RevocationKit.key(299), nodes[1]) == .revoked }
            try server.command("FLUSHALL")
            let lost = ContinuousClock.now
            try await eventually("one has given them back") {
                nodes.contains { $0.events.count(.revocationsRestored) > 0 }
            }
            print("revocation: written back after \(ContinuousClock.now - lost)")
            // A server that was emptied is connected to anew, and a call just then is unavailable.
            var listed: [RevokedKey]?
            try await eventually("they can be listed") {
                listed = try? await nodes[1].store.revocations.list()
                return listed != nil
            }
            #expect(Set((listed ?? []).map(\.thumbprint)) == Set((0..<300).map(RevocationKit.key)))
            // One that starts just then knows them a second later.
            let fresh = try await node(settings(server.port))
            for number in 0..<300 {
                try await eventually("a new node knows all") {
                    await status(RevocationKit.key(number), fresh) == .revoked
                }
            }
            for node in nodes { #expect(await status(RevocationKit.key(500), node) == .active) }
        }

        @Test(
            "attack 149: in a cluster one primary has them, wherever its slot is, and a replica that takes over",
            .needsRealServer)
        func cluster() async throws {
            let cluster = try await RealCluster(withReplica: true, nodeTimeout: 2_000)
            let settings = try ClusterKit.settings(cluster.primaries[1])
            let nodes = try await [node(settings), node(settings)]
            let slot = try cluster.slot(of: "dpop:{revoked}:version")
            print(
                "revocation: in a cluster after \(try await spreads(RevocationKit.key(1), from: nodes[0], to: [nodes[1]]))"
            )
            // Alone among slots of other primaries, so that it is not where its neighbours are.
            for target in [cluster.primaries[2], cluster.primaries[0]] {
                if try cluster.owner(ofSlot: slot) !== target { try cluster.moveSlot(slot, to: target) }
                for node in nodes {
                    try await eventually("the keys are known") { await status(RevocationKit.key(2), node) == .active }
                }
            }
            try await nodes[0].store.revocations.revoke(RevocationKit.key(3))
            try await eventually("the other refuses it") { await status(RevocationKit.key(3), nodes[1]) == .revoked }
            try await cluster.failover(killing: true)
            for (number, node) in nodes.enumerated() {
                try await eventually("the keys can be revoked again") {
                    (try? await node.store.revocations.revoke(RevocationKit.key(10 + number))) != nil
                }
            }
            for node in nodes {
                for key in [1, 3, 10, 11].map(RevocationKit.key) {
                    try await eventually("it is revoked") { await status(key, node) == .revoked }
                }
                try await eventually("others are active") { await status(RevocationKit.key(2), node) == .active }
            }
        }

        /// Until two polls in a row had nothing to read.
        private func settled(_ node: Node) async throws {
            let view = node.store.revocations.node.view
            try await eventually("nothing new is there") {
                let reading = view.withLock { $0.reading }
                for _ in 0..<2 {
                    let confirmed = view.withLock { $0.confirmed }
                    try await eventually("it has polled") { view.withLock { $0.confirmed } != confirmed }
                }
                return view.withLock { $0.reading } == reading
            }
        }

        @Test("what was put into its slot and not announced the others know when the server is back", .needsRealServer)
        func notAnnounced() async throws {
            let server = try await RealServer()
            let proxy = try await FaultProxy(target: server.port)
            let (near, far) = (try await node(settings(server.port)), try await node(settings(proxy.port)))
            _ = try await spreads(RevocationKit.key(1), from: far, to: [near])
            try await settled(near)
            // The announcement, and all that is sent with it or after it, is lost.
            let isGone = Locked(false)
            proxy.faults.rewriteRequest = { bytes in
                let isLost = isGone.withLock { isGone in
                    isGone = isGone || String(decoding: bytes, as: UTF8.self).contains("{revoked}:page")
                    return isGone
                }
                return isLost ? [] : bytes
            }
            await #expect(throws: ValkeyRevocationError.unavailable) {
                try await far.store.revocations.revoke(RevocationKit.key(2))
            }
            #expect(await status(RevocationKit.key(2), far) == .revoked)
            proxy.faults.rewriteRequest = nil
            let back = ContinuousClock.now
            try await eventually("the other refuses it") { await status(RevocationKit.key(2), near) == .revoked }
            let time = ContinuousClock.now - back
            print("revocation: announced \(time) after the server was back")
            // Not with the reading of everything, each 60 s.
            #expect(time < .seconds(30))
            #expect(await status(RevocationKit.key(3), near) == .active)
        }

        @Test(
            "a server whose memory is full is said to be, and has what was revoked once there is room", .needsRealServer
        )
        func memoryFull() async throws {
            let server = try await RealServer()
            let nodes = try await [node(settings(server.port)), node(settings(server.port))]
            try server.command("CONFIG", "SET", "maxmemory", "1")
            await #expect(throws: ValkeyRevocationError.full) {
                try await nodes[0].store.revocations.revoke(RevocationKit.key(1))
            }
            #expect(await status(RevocationKit.key(1), nodes[0]) == .revoked)
            #expect(await status(RevocationKit.key(1), nodes[1]) != .revoked)
            for node in nodes {
                try await eventually("others are unknown") { await status(RevocationKit.key(2), node) == .unknown }
            }
            try server.command("CONFIG", "SET", "maxmemory", "0")
            for node in nodes {
                try await eventually("it is refused") { await status(RevocationKit.key(1), node) == .revoked }
                try await eventually("others are active") { await status(RevocationKit.key(2), node) == .active }
            }
        }
    }
#endif

#if Valkey
    import DPoPCore
    import Testing

    @testable import DPoPValkey

    /// How a node that decided alone ends, or goes back to the server.
    @Suite(.serialized) struct FarewellTests {
        private let kit: AloneKit
        private let server: ScriptedServer
        private let proxy: FaultProxy

        init() async throws {
            kit = try AloneKit()
            server = try await ScriptedServer(ScriptedServer.healthy())
            proxy = try await FaultProxy(target: server.port)
        }

        /// A node that accepted three proofs alone, and those.
        private func nodeAlone() async throws -> (Node, [String]) {
            let node = try kit.node(kit.settings(proxy.port))
            try await node.ready()
            try await kit.acceptedProof(at: node)
            proxy.faults.refuses = true
            proxy.cutAll()
            try await eventually("no connection is left") { proxy.open == 0 }
            #expect(await kit.code(try kit.proof(), at: node) != nil)
            var proofs: [String] = []
            for _ in 0..<3 { proofs.append(try await kit.acceptedProof(at: node)) }
            return (node, proofs)
        }

        @Test("attack 150: a node that stops tells the server what it accepted alone")
        func told() async throws {
            let other = try kit.node(kit.settings(server.port))
            try await other.ready()
            try await kit.acceptedProof(at: other)
            let (node, proofs) = try await nodeAlone()
            proxy.faults.refuses = false
            try await node.stop()
            #expect(node.events.count(.acceptedUntold) == 0)
            for proof in proofs { #expect(await kit.code(proof, at: other) == .replayed) }
        }

        @Test("attack 150: and what it could not tell is an event")
        func untold() async throws {
            let (node, proofs) = try await nodeAlone()
            try await node.stop()
            let event = try #require(node.events.all.last { $0.code == .acceptedUntold })
            #expect(event.count >= proofs.count)
            for proof in proofs { #expect(await kit.code(proof, at: node) != nil) }
            #expect(await kit.code(try kit.proof(), at: node) == .replayStoreUnavailable)
        }

        @Test(
            "attack 150: what was accepted alone is not accepted again by a reply of the server that comes afterwards")
        func lateReply() async throws {
            let (node, _) = try await nodeAlone()
            let key = try TestClaims.key()
            let now = UnixTime.now()
            let use = ClaimedUse(
                key: key, claimed: ClaimedKey(key, role: Array("rs".utf8)), attempt: try #require(Symbols.random()),
                deadline: now.advanced(bySeconds: 60), usedAt: now)
            let alone = try #require(node.store.replay(.resourceServer).alone)
            #expect(alone.decide(use) == .firstSighting)
            proxy.faults.refuses = false
            try await eventually("it is back") { node.events.count(.recovered) == 1 }
            #expect(alone.decideIfAlone(use, isClaimed: true)?.isSeen == true)
            // Another's is not held up.
            let other = try TestClaims.key()
            let good = ClaimedUse(
                key: other, claimed: ClaimedKey(other, role: Array("rs".utf8)), attempt: use.attempt,
                deadline: use.deadline, usedAt: now)
            #expect(alone.decideIfAlone(good, isClaimed: true) == nil)
        }
    }
#endif

#if Valkey
    import DPoPCore
    import Testing

    @testable import DPoPValkey

    /// Claims in a cluster whose slots go elsewhere.
    @Suite(.serialized, .needsRealServer) struct ReshardingTests {
        /// Claims new keys of a partition at nodes in turn until `body` is through; those that were accepted.
        private func claiming(
            _ nodes: [Node], in partition: Int, _ tally: Tally<ReplayOutcome>, while body: () async throws -> Void
        ) async throws -> [ReplayKey] {
            let isOver = Locked(false)
            let accepted = Locked<[ReplayKey]>([])
            async let load: Void = {
                var turn = 0
                while !isOver.withLock({ $0 }) {
                    turn += 1
                    guard let key = try? ClusterKit.keys(1, in: partition)[0] else { return }
                    let outcome = await tally.count { await nodes[turn % nodes.count].claim(key) }
                    if outcome == .firstSighting { accepted.withLock { $0.append(key) } }
                }
            }()
            try await body()
            isOver.withLock { $0 = true }
            await load
            return accepted.withLock { $0 }
        }

        @Test("attack 145: MOVED is followed while claims go on, and no replay is accepted")
        func moved() async throws {
            let cluster = try await RealCluster()
            let nodes = try [
                Node(ClusterKit.settings(cluster.primaries[0])), Node(ClusterKit.settings(cluster.primaries[1])),
            ]
            for node in nodes { try await node.ready() }
            let (partition, tally) = (7, Tally<ReplayOutcome>())
            let slot = Partitions.slot(of: partition)
            let accepted = try await claiming(nodes, in: partition, tally) {
                // There and back, with claims in each place.
                for target in [cluster.primaries[1], cluster.primaries[2], cluster.primaries[0]] {
                    let before = tally[.firstSighting]
                    try await eventually("claims") { tally[.firstSighting] > before + 10 }
                    try cluster.moveSlot(slot, to: target)
                }
                let before = tally[.firstSighting]
                try await eventually("claims") { tally[.firstSighting] > before + 10 }
            }
            print("cluster: a slot moved three times under claims: \(tally)")
            #expect(tally.total == tally[.firstSighting])
            for node in nodes { #expect(await node.unknown(accepted).isEmpty) }
            let fresh = try Node(ClusterKit.settings(cluster.primaries[2]))
            try await fresh.ready()
            #expect(await fresh.unknown(accepted).isEmpty)
        }

        @Test("attack 145: ASK is followed while a slot is on its way, for keys that are there and keys that are not")
        func ask() async throws {
            let cluster = try await RealCluster()
            let nodes = try [
                Node(ClusterKit.settings(cluster.primaries[0])), Node(ClusterKit.settings(cluster.primaries[1])),
            ]
            for node in nodes { try await node.ready() }
            let partition = 7
            let slot = Partitions.slot(of: partition)
            let target = cluster.primaries[2]
            let before = try ClusterKit.keys(20, in: partition)
            for key in before { #expect(await nodes[0].claim(key) == .firstSighting) }
            try cluster.startMove(ofSlot: slot, to: target)
            #expect(await nodes[1].unknown(before).isEmpty)
            let during = try ClusterKit.keys(20, in: partition)
            for key in during { #expect(await nodes[0].claim(key) == .firstSighting) }
            #expect(await nodes[1].unknown(during).isEmpty)
            #expect(try ClusterKit.count(target) == 20)
            try cluster.finishMove(ofSlot: slot, to: target)
            let after = try ClusterKit.keys(20, in: partition)
            for key in after { #expect(await nodes[0].claim(key) == .firstSighting) }
            let fresh = try Node(ClusterKit.settings(cluster.primaries[1]))
            try await fresh.ready()
            for node in [nodes[1], fresh] { #expect(await node.unknown(before + during + after).isEmpty) }
        }

        @Test("attack 149: a slot that is given away without its keys is a loss, and noticed")
        func givenAway() async throws {
            let cluster = try await RealCluster()
            let node = try Node(ClusterKit.settings(cluster.primaries[0]))
            try await node.ready()
            let partition = 7
            #expect(await node.claim(try ClusterKit.keys(1, in: partition)[0]) == .firstSighting)
            #expect(node.events.count(.memoryLost) == 0)
            let slot = Partitions.slot(of: partition)
            let target = cluster.primaries[1]
            let id = try target.command("CLUSTER", "MYID")
            // As a repair does of a cluster that lost a primary: the source's keys are not asked for.
            for key in try cluster.primaries[0].command("CLUSTER", "GETKEYSINSLOT", "\(slot)", "1000").split(
                separator: "\n")
            {
                try cluster.primaries[0].command("DEL", String(key))
            }
            for primary in [target, cluster.primaries[0], cluster.primaries[2]] {
                try primary.command("CLUSTER", "SETSLOT", "\(slot)", "NODE", id)
            }
            let lost = UnixTime.now()
            #expect(await node.claim(try ClusterKit.keys(1, in: partition)[0]) == .firstSighting)
            #expect(node.events.count(.memoryLost) > 0)
            guard case .sinceLoss(let since, _) = node.store.replay(.resourceServer).memory else {
                Issue.record("no loss")
                return
            }
            #expect(since.seconds >= lost.seconds)
        }

        @Test("attacks 149 and 151: a replica takes over from a primary that is killed under load")
        func failover() async throws {
            let cluster = try await RealCluster(withReplica: true, nodeTimeout: 2_000)
            let settings = try ClusterKit.settings(cluster.primaries[1], deadline: .milliseconds(50))
            let nodes = try [Node(settings), Node(settings)]
            for node in nodes { try await node.ready() }
            let traffic = try FaultTraffic(nodes)
            async let load: Void = traffic.run(tasks: 4)
            try await eventually("accepted proofs") { traffic.accepted > 100 }
            try await cluster.failover(killing: true)
            try await eventually("the cluster is well") {
                try cluster.primaries[1].command("CLUSTER", "INFO").contains("cluster_state:ok")
            }
            let well = ContinuousClock.now
            try await eventually("both nodes serve all parts") {
                for node in nodes {
                    for partition in [0, 40, 80] {
                        guard await node.claim(try ClusterKit.keys(1, in: partition)[0]) == .firstSighting else {
                            return false
                        }
                    }
                }
                return true
            }
            let back = ContinuousClock.now - well
            let accepted = traffic.accepted
            try await eventually("accepted proofs") { traffic.accepted > accepted + 100 }
            traffic.stop()
            await load
            let fresh = try Node(settings)
            try await fresh.ready()
            let replayed = await traffic.replayAll(at: fresh)
            print("cluster: served \(back) after a failover; \(traffic.accepted) accepted, replays: \(replayed)")
            #expect(traffic.replaysAccepted == 0)
            #expect(!StoreKit.isAlone || back < .seconds(5))
            for node in nodes { #expect(node.events.count(.memoryLost) > 0) }
        }
    }
#endif

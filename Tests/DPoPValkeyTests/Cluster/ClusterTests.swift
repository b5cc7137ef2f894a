#if Valkey
    import DPoPCore
    import Testing

    @testable import DPoPValkey

    /// Claims in a cluster whose slots stay where they are, and how it is found.
    @Suite(.serialized, .needsRealServer) struct ClusterTests {
        @Test(
            "attacks 130 and 153: claims are spread over all primaries, each counts once across nodes, replicas get none"
        )
        func spread() async throws {
            let cluster = try await RealCluster(withReplica: true)
            let replica = try #require(cluster.replica)
            let nodes = try [
                Node(ClusterKit.settings(cluster.primaries[0])), Node(ClusterKit.settings(cluster.primaries[2])),
            ]
            for node in nodes { try await node.ready() }
            let keys = try TestClaims.keys(600)
            let atReplica = try await replica.recordedCommands {
                for (index, key) in keys.enumerated() { #expect(await nodes[index % 2].claim(key) == .firstSighting) }
                for (index, key) in keys.enumerated() {
                    guard case .seen = await nodes[1 - index % 2].claim(key) else {
                        Issue.record("a replay is not seen")
                        continue
                    }
                }
            }
            // What its primary tells it alone.
            #expect(!atReplica.contains { $0.hasPrefix("GET") || $0.hasPrefix("INFO") })
            for primary in cluster.primaries { #expect(try ClusterKit.count(primary) > 120) }
            #expect(try cluster.primaries.map(ClusterKit.count).reduce(0, +) == 600)
            for node in nodes { #expect(node.events.count(.memoryLost) == 0) }
        }

        @Test("attack 130: of many claims at two nodes at once one is the first")
        func atOnce() async throws {
            let cluster = try await RealCluster()
            let nodes = try [
                Node(ClusterKit.settings(cluster.primaries[0])), Node(ClusterKit.settings(cluster.primaries[1])),
            ]
            for node in nodes { try await node.ready() }
            for _ in 0..<20 {
                let key = try TestClaims.key()
                let tally = Tally<ReplayOutcome>()
                await withTaskGroup(of: Void.self) { group in
                    for task in 0..<50 { group.addTask { tally.count(await nodes[task % 2].claim(key)) } }
                }
                #expect(tally[.firstSighting] == 1 && tally[.unavailable] == 0, "\(tally)")
            }
        }

        @Test(
            "attack 145: a cluster is found by the second address where the first is dead, by a replica's, and by name")
        func seeds() async throws {
            let cluster = try await RealCluster(withReplica: true)
            let replica = try #require(cluster.replica)
            var named = try ClusterKit.settings(cluster.primaries[0])
            named.addresses = [try ValkeyAddress("redis://localhost:\(cluster.primaries[0].port)")]
            let key = try TestClaims.key()
            var isFirst = true
            for settings in [
                try ClusterKit.settings(ports: [FreePort.next(), cluster.primaries[1].port]),
                try ClusterKit.settings(replica), named,
            ] {
                let node = try Node(settings)
                try await node.ready()
                #expect(await node.claim(key) == .firstSighting || !isFirst)
                isFirst = false
                // By others' word alone, where only one is named.
                for key in try TestClaims.keys(60) { #expect(await node.claim(key) == .firstSighting) }
                #expect(await node.unknown([key]).isEmpty)
                try await node.stop()
            }
        }

        @Test("a node that has nothing any more is forgotten")
        func forgets() async throws {
            let cluster = try await RealCluster(withReplica: true)
            let node = try Node(ClusterKit.settings(cluster.primaries[1]))
            try await node.ready()
            let key = try TestClaims.key()
            #expect(await node.claim(key) == .firstSighting)
            func clients() throws -> Int {
                try cluster.primaries[0].command("CLIENT", "LIST", "TYPE", "NORMAL").split(separator: "\n")
                    .count { $0.contains("user=default") }
            }
            #expect(try clients() > 0)
            try await cluster.failover()
            try await eventually("claims go on at all primaries") {
                for key in try TestClaims.keys(30) where await node.claim(key) != .firstSighting { return false }
                return true
            }
            try await eventually("nobody asks the old one") { try clients() == 0 }
            let other = try Node(ClusterKit.settings(cluster.primaries[2]))
            try await other.ready()
            #expect(await other.unknown([key]).isEmpty)
        }

        @Test("attacks 145 and 150: a cluster that is down refuses, and goes on when it is back")
        func down() async throws {
            let cluster = try await RealCluster(nodeTimeout: 1_000)
            let node = try Node(ClusterKit.settings(cluster.primaries[0], deadline: .milliseconds(200)))
            try await node.ready()
            let kept = try ClusterKit.keys(1, in: 0)
            try await eventually("a claim") { await node.claim(kept[0]) == .firstSighting }
            cluster.primaries[2].kill()
            try await eventually("the cluster is down") {
                try cluster.primaries[0].command("CLUSTER", "INFO").contains("cluster_state:fail")
            }
            // Also what is the first one's.
            for key in try ClusterKit.keys(5, in: 1) { #expect(await node.claim(key) == .unavailable) }
            for key in try ClusterKit.keys(5, in: 255) { #expect(await node.claim(key) == .unavailable) }
            try await cluster.primaries[2].restart()
            let returned = ContinuousClock.now
            try await eventually("claims in all parts") {
                for partition in [0, 128, 255] {
                    guard await node.claim(try ClusterKit.keys(1, in: partition)[0]) == .firstSighting else {
                        return false
                    }
                }
                return true
            }
            print("cluster: served \(ContinuousClock.now - returned) after the return of its third primary")
            // It had lost what it knew.
            #expect(node.events.count(.memoryLost) > 0)
            let other = try Node(ClusterKit.settings(cluster.primaries[1]))
            try await other.ready()
            #expect(await other.unknown(kept).isEmpty)
        }
    }
#endif

#if Valkey
    import DPoPCore
    import Testing

    @testable import DPoPValkey

    /// Servers that send claims elsewhere without a reason.
    @Suite struct RedirectionTests {
        /// Whether a command claims a proof.
        @Sendable private static func isClaim(_ words: [String]) -> Bool {
            words.count > 2 && words[0] == "SET" && words[1].contains(":rs:")
        }

        /// A node of a cluster that has everything but claims, which another has.
        private func node(run: Character, port: Int, _ kind: String, other: Int) async throws -> ScriptedServer {
            try await ScriptedServer(
                port: port,
                ScriptedServer.healthy(overriding: [
                    "INFO": { _, _ in .bulk(ClusterKit.info(run: run)) },
                    "ASKING": { _, _ in .ok },
                    "SET": { words, _ in
                        RedirectionTests.isClaim(words) ? .error("\(kind) 5 127.0.0.1:\(other)") : nil
                    },
                ]))
        }

        @Test(
            "attack 145: two servers that send a claim to each other are asked a few times, and it is refused",
            arguments: ["MOVED", "ASK"])
        func loop(kind: String) async throws {
            let ports = try (FreePort.next(), FreePort.next())
            let servers = try await [
                node(run: "a", port: ports.0, kind, other: ports.1),
                node(run: "b", port: ports.1, kind, other: ports.0),
            ]
            let node = try Node(ClusterKit.settings(ports: [ports.0], deadline: .seconds(2)))
            try await node.ready()
            for _ in 0..<3 {
                let key = try TestClaims.key()
                #expect(await node.claim(key) == .unavailable)
            }
            let asked = servers.map { $0.received.count(where: RedirectionTests.isClaim) }
            #expect(3...3 * 8 ~= asked.reduce(0, +), "\(asked)")
        }

        @Test("attack 145: proofs of a partition that is on its way do not hold up the others")
        func onItsWay() async throws {
            let port = try FreePort.next()
            let isAway = Locked(false)
            let key = try TestClaims.key()
            let partition = ClusterKit.partition(key)
            let tag = "{" + WireText.text(Partitions.tags[partition]) + "}"
            let away: @Sendable ([String], Int) -> Reply? = { words, _ in
                guard isAway.withLock({ $0 }), words.count > 1, words[1].contains(tag) else { return nil }
                return .error("ASK \(HashSlot.of(Array(words[1].utf8))) 127.0.0.1:1")
            }
            let server = try await ScriptedServer(
                port: port,
                ScriptedServer.healthy(overriding: [
                    "INFO": { _, _ in .bulk(ClusterKit.info(run: "a")) }, "GET": away, "SET": away,
                ]))
            var settings = try ClusterKit.settings(ports: [port], deadline: .seconds(2))
            settings.connections = 1
            let node = try Node(settings)
            try await node.ready()
            isAway.withLock { $0 = true }
            let before = node.events.count(.connected)
            server.closeAll()
            try await eventually("it is back") { node.events.count(.connected) > before }
            // All at once, so that they stand in one batch.
            let strange = try ClusterKit.keys(3, in: partition)
            var others: [ReplayKey] = []
            while others.count < 10 {
                let other = try TestClaims.key()
                if ClusterKit.partition(other) != partition { others.append(other) }
            }
            let outcomes = await withTaskGroup(of: (Bool, ReplayOutcome).self) { group in
                for key in strange { group.addTask { (true, await node.claim(key)) } }
                for key in others { group.addTask { (false, await node.claim(key)) } }
                return await group.reduce(into: []) { $0.append($1) }
            }
            for (isStrange, outcome) in outcomes {
                #expect(outcome == (isStrange ? .unavailable : .firstSighting))
            }
            isAway.withLock { $0 = false }
            try await eventually("and these, when it has come to rest") { await node.claim(key) == .firstSighting }
        }

        @Test("attack 145: a canary that is elsewhere each time confirms nothing, and is not asked for without end")
        func canaryElsewhere() async throws {
            let port = try FreePort.next()
            let isAway = Locked(false)
            let server = try await ScriptedServer(
                port: port,
                ScriptedServer.healthy(overriding: [
                    "INFO": { _, _ in .bulk(ClusterKit.info(run: "a")) },
                    "GET": { words, _ in
                        guard isAway.withLock({ $0 }), words[1].contains("canary") else { return nil }
                        return .error("MOVED 5 127.0.0.1:\(port)")
                    },
                ]))
            let node = try Node(ClusterKit.settings(ports: [port], deadline: .seconds(2)))
            try await node.ready()
            #expect(await node.claim(try TestClaims.key()) == .firstSighting)
            isAway.withLock { $0 = true }
            let before = server.received.count(where: RedirectionTests.isClaim)
            #expect(await node.claim(try TestClaims.key()) == .unavailable)
            #expect(1...8 ~= server.received.count(where: RedirectionTests.isClaim) - before)
            isAway.withLock { $0 = false }
            let key = try TestClaims.key()
            try await eventually("a claim") { await node.claim(key) != .unavailable }
        }

        @Test(
            "attack 145: a server by itself that sends claims elsewhere is not followed",
            arguments: ["MOVED", "ASK", "TRYAGAIN"])
        func alone(kind: String) async throws {
            let other = try await ScriptedServer(ScriptedServer.healthy())
            let isStrange = Locked(true)
            let server = try await ScriptedServer(
                ScriptedServer.healthy(overriding: [
                    "SET": { words, _ in
                        guard isStrange.withLock({ $0 }), RedirectionTests.isClaim(words) else { return nil }
                        return .error(kind == "TRYAGAIN" ? kind : "\(kind) 5 127.0.0.1:\(other.port)")
                    }
                ]))
            let node = try Node(ClusterKit.settings(ports: [server.port], deadline: .seconds(2)))
            try await node.ready()
            for _ in 0..<3 {
                let key = try TestClaims.key()
                #expect(await node.claim(key) == .unavailable)
            }
            #expect(other.accepted == 0)
            isStrange.withLock { $0 = false }
            let key = try TestClaims.key()
            #expect(await node.claim(key) == .firstSighting)
            guard case .seen = await node.claim(key) else {
                Issue.record("a replay")
                return
            }
        }

        @Test("attack 145: a server by itself whose canary is elsewhere is no cluster, and not used")
        func canaryOfOneAlone() async throws {
            let other = try await ScriptedServer(ScriptedServer.healthy())
            let isStrange = Locked(true)
            let server = try await ScriptedServer(
                ScriptedServer.healthy(overriding: [
                    "GET": { words, _ in
                        guard isStrange.withLock({ $0 }), words[1].contains("canary") else { return nil }
                        return .error("MOVED 5 127.0.0.1:\(other.port)")
                    }
                ]))
            let node = try Node(ClusterKit.settings(ports: [server.port], deadline: .seconds(2)))
            #expect(await node.claim(try TestClaims.key()) == .unavailable)
            #expect(other.accepted == 0)
            isStrange.withLock { $0 = false }
            try await node.ready()
            #expect(await node.claim(try TestClaims.key()) == .firstSighting)
        }
    }
#endif

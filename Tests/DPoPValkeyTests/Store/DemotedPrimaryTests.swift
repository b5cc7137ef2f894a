#if Valkey
    import DPoPCore
    import Testing

    @testable import DPoPValkey

    extension StoreTests {
        /// A primary that was a replica for a moment has a copy of its own memory, with the canary, and perhaps without
        /// the last claims.
        @Suite struct DemotedPrimaryTests {
            @Test("attack 149: a primary that was a replica between two claims confirms nothing")
            func scripted() async throws {
                let server = try await FaultyServer()
                let node = try Node(try StoreKit.settings(server.port))
                try await node.ready()
                let before = UnixTime.now()
                #expect(await node.admit(try TestClaims.key()) == .firstSighting)
                // Long enough after the last question.
                try await Task.sleep(for: .milliseconds(25))
                let (fake, isFirst) = (server.fake, Locked(true))
                server.set { step, _, _ in
                    guard step == .claim, isFirst.withLock({ $0 }) else { return nil }
                    isFirst.withLock { $0 = false }
                    fake.demote { $0.contains(":rs:") }
                    return nil
                }
                #expect(await node.admit(try TestClaims.key()) == .unavailable)
                try await node.recovers()
                #expect(node.events.count(.memoryLost) == 1)
                #expect(try #require(node.since) >= before)
            }

            @Test("attack 149: the reign is asked for with a claim that comes later, and not with each of many")
            func asked() async throws {
                let server = try await FaultyServer()
                let node = try Node(try StoreKit.settings(server.port))
                try await node.ready()
                let questions = { server.server.received.count { $0 == ["INFO", "replication"] } }
                #expect(await node.admit(try TestClaims.key()) == .firstSighting)
                #expect(questions() == 1)
                try await Task.sleep(for: .milliseconds(25))
                #expect(await node.admit(try TestClaims.key()) == .firstSighting)
                #expect(questions() == 2)
                // With each where nothing may be sent twice.
                let old = try await ScriptedServer(ScriptedServer.healthy(oldSet: true))
                let other = try Node(try StoreKit.settings(old.port))
                try await other.ready()
                for _ in 0..<20 { #expect(await other.admit(try TestClaims.key()) == .firstSighting) }
                #expect(old.received.count { $0 == ["INFO", "replication"] } == 20)
            }

            @Test("attack 149: an answer that took long is believed when the reign was asked for after it")
            func slowAnswer() async throws {
                let server = try await FaultyServer()
                let proxy = try await FaultProxy(target: server.port)
                let node = try Node(try StoreKit.settings(proxy.port))
                try await node.ready()
                #expect(await node.admit(try TestClaims.key()) == .firstSighting)
                proxy.faults.replyLatency = .milliseconds(60)
                // Two at once, so that one of them may come without the question.
                for _ in 0..<5 {
                    let keys = try TestClaims.keys(20)
                    let outcomes = await withTaskGroup(of: ReplayOutcome.self) { group in
                        for key in keys { group.addTask { await node.admit(key) } }
                        return await group.reduce(into: []) { $0.append($1) }
                    }
                    #expect(outcomes.allSatisfy { $0 == .firstSighting })
                    for key in keys { #expect(await node.admit(key).isSeen) }
                }
            }

            @Test("attack 149: no node takes what such a primary says for the first use of a proof", .needsRealServer)
            func real() async throws {
                var options = RealServer.Options()
                options.arguments = ["--repl-diskless-sync-delay", "0"]
                let primary = try await RealServer(options)
                options.replicaOf = primary.port
                let replica = try await RealServer(options)
                try await eventually("it follows") { try replica.info("master_link_status") == "up" }
                let settings = try StoreKit.settings(primary.port)
                let (one, other) = (try Node(settings), try Node(settings))
                for node in [one, other] { try await node.ready() }
                let client = try Client()
                try await eventually("proofs are accepted") { try await client.code(client.proof(), at: one) == nil }
                // From here on the other server does not learn what is used.
                try replica.command("REPLICAOF", "NO", "ONE")
                let used = try client.proof()
                #expect(await client.code(used, at: one) == nil)
                try primary.command("REPLICAOF", "127.0.0.1", String(replica.port))
                try await eventually("it has the other's memory") { try primary.info("master_link_status") == "up" }
                try primary.command("REPLICAOF", "NO", "ONE")
                for _ in 0..<50 { #expect(await client.code(used, at: other) != nil) }
                try await eventually("new proofs are accepted") {
                    try await client.code(client.proof(), at: other) == nil
                }
                #expect(other.events.count(.memoryLost) > 0)
                #expect(await client.code(used, at: other) != nil)
            }

            /// Who makes proofs, and hears why one is refused.
            private struct Client {
                private let key: SigningKey
                private let target: TargetURI

                init() throws {
                    key = try SigningKey.generate(.es256)
                    target = try TargetURI("https://api.example.com/token")
                }

                func proof() throws -> String { try ProofBuilder(signer: key).proof(method: "POST", targetURI: target) }

                func code(_ proof: String, at node: Node) async -> ProofRejection.Code? {
                    do {
                        _ = try await node.verifier.verify(
                            proof, for: .tokenRequest(method: "POST", targetURI: target))
                        return nil
                    } catch {
                        return error.code
                    }
                }
            }

            // MARK: What is compared

            private static let line = "master_replid:" + String(repeating: "a", count: 40)

            private static let ground = Ground(
                partition: 0, canaryKey: Array("dpop:canary:x".utf8), canary: Array("canary".utf8),
                replicationLine: Array(line.utf8))

            private static func info(_ lines: String...) -> RESPValue {
                .bulk(Array((["# Replication"] + lines + [""]).joined(separator: "\r\n").utf8))
            }

            private static let good = info("role:master", "connected_slaves:0", line, "master_repl_offset:7")

            @Test(
                "attack 149: only the primary of the same reign confirms",
                arguments: [
                    (good, true), (info(line, "role:master"), true), (info("role:slave", line), false),
                    (info("role:master"), false), (info("role:master", line + "a"), false),
                    (info("role:master", String(line.dropLast())), false), (info("role:masters", line), false),
                    (info("xrole:master", line), false),
                    (info("role:master", "master_replid2:" + String(repeating: "a", count: 40)), false),
                    (info("role:master", "master_replid:" + String(repeating: "b", count: 40)), false),
                    (.bulk([]), false), (.null, false), (.simple("OK"), false),
                    (.error(ServerError(Array("NOPERM no".utf8))), false),
                ])
            func compare(info: RESPValue, isKept: Bool) {
                let canary = RESPValue.bulk(Array("canary".utf8))
                for isCluster in [false, true] {
                    switch Self.ground.compare(canary: canary, info: info, isCluster: isCluster) {
                    case .kept: #expect(isKept)
                    case .elsewhere, .lost: #expect(!isKept)
                    }
                }
            }

            @Test(
                "attack 151: only the canary that the claims were sent under confirms",
                arguments: [
                    (RESPValue.bulk(Array("canary".utf8)), "kept", "kept"),
                    (.bulk(Array("canarY".utf8)), "lost", "lost"), (.null, "lost", "lost"),
                    (.error(ServerError(Array("MOVED 1 127.0.0.1:1".utf8))), "lost", "elsewhere"),
                    (.error(ServerError(Array("OOM".utf8))), "lost", "lost"),
                ])
            func canary(reply: RESPValue, alone: String, inCluster: String) {
                for (isCluster, expected) in [(false, alone), (true, inCluster)] {
                    let finding = Self.ground.compare(canary: reply, info: Self.good, isCluster: isCluster)
                    #expect("\(finding)".hasPrefix(expected))
                }
            }
        }
    }
#endif

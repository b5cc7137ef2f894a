#if Valkey
    import DPoPCore
    import DPoPTesting
    import Testing

    @testable import DPoPValkey

    extension StoreTests {
        /// One claim of a key is the first, however many nodes claim it at once.
        @Suite(.needsRealServer) struct OnceTests {
            @Test(
                "attack 130: of 1,000 claims of one key at once over three nodes exactly one is the first, in each round"
            )
            func once() async throws {
                let server = try await RealServer()
                let settings = try StoreKit.settings(server.port)
                let nodes = try (0..<3).map { _ in try Node(settings) }
                for node in nodes { try await node.ready() }
                for round in 0..<(25 * StoreKit.scale) {
                    let key = try TestClaims.key()
                    let (now, deadline) = (UnixTime.now(), TestClaims.deadline())
                    let outcomes = await withTaskGroup(of: ReplayOutcome.self) { group in
                        for index in 0..<1_000 {
                            group.addTask { await nodes[index % 3].admit(key, until: deadline, now: now) }
                        }
                        return await group.reduce(into: []) { $0.append($1) }
                    }
                    #expect(outcomes.count { $0 == .firstSighting } == 1, "round \(round)")
                    #expect(
                        outcomes.count { $0 == .seen(since: UnixTime(seconds: now.seconds)) } == 999, "round \(round)")
                }
            }

            @Test("attack 130: the same before 7.0, where no reply tells whose the first claim was")
            func oncePlain() async throws {
                let server = try await FaultyServer(FakeValkey(oldSet: true))
                let settings = try StoreKit.settings(server.port)
                let nodes = try (0..<3).map { _ in try Node(settings) }
                for node in nodes { try await node.ready() }
                for _ in 0..<3 {
                    let key = try TestClaims.key()
                    let outcomes = await withTaskGroup(of: ReplayOutcome.self) { group in
                        for index in 0..<300 { group.addTask { await nodes[index % 3].admit(key) } }
                        return await group.reduce(into: []) { $0.append($1) }
                    }
                    #expect(outcomes.count { $0 == .firstSighting } == 1)
                    #expect(outcomes.count { $0.isSeen } == 299)
                }
            }
        }

        /// The store keeps to what every replay store must.
        @Suite(.needsRealServer) struct StoreConformanceTests {
            /// One server, and nodes that stay until the test ends.
            private final class Fleet: Sendable {
                let server: RealServer
                private let nodes = Locked<[Node]>([])

                init() async throws { server = try await RealServer() }

                func store() async throws -> ValkeyReplayStore {
                    var settings = try StoreKit.settings(server.port)
                    settings.prefix = TestClaims.prefix()
                    return try await node(settings)
                }

                func pair() async throws -> (any ReplayStore, any ReplayStore) {
                    let settings = try StoreKit.settings(server.port)
                    return (try await node(settings), try await node(settings))
                }

                private func node(_ settings: ValkeySettings) async throws -> ValkeyReplayStore {
                    let node = try Node(settings)
                    nodes.withLock { $0.append(node) }
                    try await node.ready()
                    return node.store.replay(.resourceServer)
                }
            }

            @Test("it keeps to every check that applies to it", arguments: ReplayStoreConformance.Check.allCases)
            func conforms(_ check: ReplayStoreConformance.Check) async throws {
                let fleet = try await Fleet()
                let conformance = ReplayStoreConformance(
                    clock: .own, store: { try await fleet.store() }, pair: { try await fleet.pair() },
                    rounds: 5 * StoreKit.scale)
                switch check {
                case .refusalWhenFull, .clockSteps:
                    // Its room is the server's memory (attack 152), and its clock the server's.
                    #expect(!conformance.checks.contains(check))
                default: #expect(try await conformance.run(check) == .passed)
                }
            }
        }
    }
#endif

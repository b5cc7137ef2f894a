#if Valkey
    import DPoPCore
    import Testing

    @testable import DPoPValkey

    extension Node {
        /// Claims a key of the resource server's for five minutes.
        func claim(_ key: ReplayKey) async -> ReplayOutcome {
            await store.replay(.resourceServer).admit(key, until: TestClaims.deadline(), now: .now())
        }

        /// The keys among these that are not answered as used.
        func unknown(_ keys: [ReplayKey]) async -> [ReplayOutcome] {
            var others: [ReplayOutcome] = []
            for key in keys {
                let outcome = await claim(key)
                guard case .seen = outcome else {
                    others.append(outcome)
                    continue
                }
            }
            return others
        }
    }

    enum ClusterKit {
        /// For a client that starts at this server. The deadline is long, so that a busy machine refuses nothing.
        static func settings(_ seeds: RealServer..., deadline: Duration = .seconds(5)) throws -> ValkeySettings {
            try settings(ports: seeds.map(\.port), deadline: deadline)
        }

        static func settings(ports: [Int], deadline: Duration = .seconds(5)) throws -> ValkeySettings {
            var settings = ValkeySettings(try ValkeyAddress("redis://127.0.0.1:\(ports[0])"))
            settings.addresses = try ports.map { try ValkeyAddress("redis://127.0.0.1:\($0)") }
            settings.deadline = deadline
            return settings
        }

        static func partition(_ key: ReplayKey) -> Int { ClaimedKey(key, role: Array("rs".utf8)).partition }

        /// New keys of the same partition.
        static func keys(_ count: Int, in partition: Int) throws -> [ReplayKey] {
            var keys: [ReplayKey] = []
            while keys.count < count {
                let key = try TestClaims.key()
                if ClusterKit.partition(key) == partition { keys.append(key) }
            }
            return keys
        }

        /// How many proofs a server remembers.
        static func count(_ server: RealServer) throws -> Int {
            try server.command("KEYS", "dpop:*:rs:*").split(separator: "\n").filter { $0.hasPrefix("dpop:") }.count
        }

        /// As a node of a cluster says of itself.
        static func info(run: Character) -> String {
            let identifier = String(repeating: run, count: 40)
            return "run_id:\(identifier)\r\nrole:master\r\nmaster_replid:\(identifier)\r\ncluster_enabled:1\r\n"
        }
    }
#endif

#if Valkey
    import DPoPCore
    import Testing

    @testable import DPoPValkey

    extension StoreTests {
        /// What is looked at before a server is used, and what it may refuse later.
        @Suite struct ServerAtStartTests {
            /// What `run` throws; it must end by itself.
            private func refusal(_ settings: ValkeySettings) async throws -> (ValkeyConfigurationError?, EventLog) {
                let events = EventLog()
                let store = try ValkeyStore(settings, observer: events)
                do {
                    try await store.run()
                    return (nil, events)
                } catch let error as ValkeyConfigurationError {
                    return (error, events)
                }
            }

            @Test(
                "attack 152: a server that drops entries when it is full ends the start", .needsRealServer,
                arguments: ["allkeys-lru", "volatile-ttl", "allkeys-random"])
            func evicting(_ policy: String) async throws {
                var options = RealServer.Options()
                options.policy = policy
                options.users = ["app on >secret ~* &* +@all -config"]
                let server = try await RealServer(options)
                // From CONFIG GET, and from INFO for one who may not use that.
                for settings in try [
                    StoreKit.settings(server.port), StoreKit.settings(server.port, password: "secret", user: "app"),
                ] {
                    let (error, events) = try await refusal(settings)
                    #expect(error == ValkeyConfigurationError("the server's maxmemory-policy is not noeviction"))
                    #expect(events.count(.evictingServer) >= 1 && events.count(.connected) == 0)
                }
                #expect(try server.command("DBSIZE") == "0")
                try server.command("CONFIG", "SET", "maxmemory-policy", "noeviction")
                for settings in try [
                    StoreKit.settings(server.port), StoreKit.settings(server.port, password: "secret", user: "app"),
                ] {
                    let node = try Node(settings)
                    try await node.recovers()
                    #expect(node.events.count(.evictionPolicyUnknown) == 0)
                }
            }

            @Test(
                "attack 152: a policy that nobody tells is an event, and the server is used",
                arguments: [
                    "-NOPERM this user has no permissions\r\n", "-ERR unknown command\r\n", "*0\r\n", ":1\r\n",
                    "*2\r\n$9\r\nmaxmemory\r\n$11\r\nallkeys-lru\r\n",
                ])
            func unknown(_ reply: String) async throws {
                let server = try await FaultyServer { step, _, _ in step == .config ? .text(reply) : nil }
                let node = try Node(try StoreKit.settings(server.port))
                try await node.recovers()
                #expect(node.events.count(.evictionPolicyUnknown) >= 1)
                server.set(nil)
                let twin = try Node(try StoreKit.settings(server.port))
                try await twin.recovers()
                #expect(twin.events.count(.evictionPolicyUnknown) == 0)
            }

            @Test(
                "attack 152: one that begins to drop entries is left, and taken again when it has stopped",
                .needsRealServer
            )
            func later() async throws {
                let server = try await RealServer()
                let node = try Node(try StoreKit.settings(server.port, deadline: .milliseconds(300)))
                try await node.ready()
                try await node.recovers()
                // No connection breaks: the poll finds it.
                try server.command("CONFIG", "SET", "maxmemory-policy", "allkeys-lru")
                try await eventually("evictingServer") { node.events.count(.evictingServer) > 0 }
                try await eventually("it is left") { await node.admit(try TestClaims.key()) == .unavailable }
                try server.command("CONFIG", "SET", "maxmemory-policy", "noeviction")
                // It has not ended.
                try await node.recovers()
                try await node.stop()
            }

            @Test(
                "attack 145: a cluster by a Unix socket, or by another database than 0, ends the start",
                .needsRealServer)
            func misplacedCluster() async throws {
                var options = RealServer.Options()
                options.isCluster = true
                let server = try await RealServer(options)
                let (error, events) = try await refusal(try StoreKit.settings(server.port, database: 1))
                #expect(error?.description.contains("database 0") == true)
                #expect(events.count(.connected) == 0)
                // No slot is served, so a socket is not found out before one is.
                try server.command("CLUSTER", "ADDSLOTSRANGE", "0", "16383")
                try await eventually("it serves") { try server.command("CLUSTER", "INFO").contains("cluster_state:ok") }
                let socket = ValkeySettings(try ValkeyAddress("unix://\(server.unixSocket)"))
                let (second, more) = try await refusal(socket)
                #expect(second?.description.contains("TCP") == true)
                #expect(more.count(.connected) == 0)
                let node = try Node(try StoreKit.settings(server.port))
                try await node.recovers()
            }

            @Test("an address behind which each connection finds another server is tried less and less often")
            func inTurns() async throws {
                let fakes = Locked<[Int: FakeValkey]>([:])
                let server = try await ScriptedServer { words, connection in
                    let fake = fakes.withLock { fakes in
                        let fake = fakes[connection] ?? FakeValkey()
                        fakes[connection] = fake
                        return fake
                    }
                    return fake.answer(words, connection)
                }
                let node = try Node(try StoreKit.settings(server.port))
                try await eventually("it begins") { server.accepted >= 2 }
                let start = ContinuousClock.now
                try await eventually("many connections") { node.events.count(.connected) >= 40 }
                // Each of two connections was lost 19 times at least, and waited 125 ms before most: 2.2 s. If each
                // were tried at once it would be 0.1 s.
                #expect(ContinuousClock.now - start > .seconds(1))
            }

            @Test("attack 152: a server without room for the first canary is full, and one that is gone then is not")
            func fullThenGone() async throws {
                let server = try await FaultyServer { step, _, _ in
                    step == .canarySet ? .error("OOM command not allowed when used memory > 'maxmemory'.") : nil
                }
                let node = try Node(try StoreKit.settings(server.port, deadline: .milliseconds(500)))
                try await eventually("it is full") { await node.admit(try TestClaims.key()) == .full }
                server.server.stop()
                try await eventually("it is gone") { await node.admit(try TestClaims.key()) == .unavailable }
            }

            @Test("attack 152: a server without room is full, and has room again", .needsRealServer)
            func outOfMemory() async throws {
                let server = try await RealServer()
                let node = try Node(try StoreKit.settings(server.port))
                try await node.ready()
                let used = try TestClaims.key()
                #expect(await node.admit(used) == .firstSighting)
                try server.command("CONFIG", "SET", "maxmemory", "1")
                let refused = try TestClaims.key()
                #expect(await node.admit(refused) == .full)
                #expect(await node.admit(used).isSeen)
                try server.command("CONFIG", "SET", "maxmemory", "0")
                // It was not remembered.
                #expect(await node.admit(refused) == .firstSighting)
            }

            @Test(
                "an identity that a server hides can not be watched, so it is not used",
                arguments: ["run_id", "master_replid", "role"])
            func hidden(_ field: String) async throws {
                let fake = FakeValkey()
                let server = try await FaultyServer(fake) { step, words, connection in
                    guard step == .info, case .text(let text) = fake.answer(words, connection) else { return nil }
                    let lines = text.split(separator: "\r\n").dropFirst().filter { !$0.hasPrefix(field) }
                    return .bulk(lines.joined(separator: "\r\n"))
                }
                let node = try Node(try StoreKit.settings(server.port, deadline: .milliseconds(300)))
                try await eventually("it was met") { server.met > 0 }
                #expect(await node.admit(try TestClaims.key()) == .unavailable)
                server.set(nil)
                try await node.recovers()
            }
        }
    }
#endif

#if Valkey
    import DPoPCore
    import Testing

    @testable import DPoPValkey

    extension StoreTests {
        /// How a server decides is found out by two claims, anew on each connection, and never guessed from its version.
        @Suite struct ModeProbeTests {
            /// A server whose INFO says something else than it does.
            private func server(oldSet: Bool, saying version: String) async throws -> FaultyServer {
                let fake = FakeValkey(oldSet: oldSet)
                return try await FaultyServer(fake) { step, words, connection in
                    guard step == .info, case .text(let text) = fake.answer(words, connection) else { return nil }
                    let lines = text.split(separator: "\r\n").dropFirst().map { line in
                        line.hasPrefix("redis_version:") ? "redis_version:\(version)" : String(line)
                    }
                    return .bulk(lines.joined(separator: "\r\n"))
                }
            }

            @Test(
                "the probe decides, whatever the version",
                arguments: [(true, "6.2.16"), (true, "7.2.4"), (false, "7.0.15"), (false, "6.2.16"), (false, "?")])
            func byProbe(oldSet: Bool, version: String) async throws {
                let server = try await server(oldSet: oldSet, saying: version)
                let (node, other) = try (
                    Node(StoreKit.settings(server.port)), Node(StoreKit.settings(server.port))
                )
                try await node.ready()
                try await other.ready()
                for key in try TestClaims.keys(10) {
                    let now = UnixTime.now()
                    #expect(await node.admit(key, now: now) == .firstSighting)
                    #expect(await other.admit(key) == .seen(since: UnixTime(seconds: now.seconds)))
                }
                #expect(server.claims.count == 20)
                #expect(server.claims.allSatisfy { $0.contains("GET") != oldSet && $0.contains("NX") })
            }

            @Test(
                "attacks 145 and 148: a server whose answers to the probe do not go together is not used",
                arguments: [
                    ("$-1\r\n", "$-1\r\n"), ("+OK\r\n", "+OK\r\n"), ("+OK\r\n", "$-1\r\n"), ("$-1\r\n", "+OK\r\n"),
                    ("$-1\r\n", "$6\r\nsecond\r\n"), ("$5\r\nfirst\r\n", "$5\r\nfirst\r\n"),
                    ("$-1\r\n", "-ERR syntax error\r\n"), ("-ERR syntax error\r\n", "$-1\r\n"),
                    ("-ERR syntax error\r\n", "+OK\r\n"), ("-ERR unknown\r\n", "-ERR unknown\r\n"),
                    ("-ERR wrong number of arguments\r\n", "-ERR syntax error\r\n"), (":1\r\n", ":0\r\n"),
                    ("what\r\n", "ever\r\n"),
                ])
            func contradictory(first: String, second: String) async throws {
                let server = try await FaultyServer { step, _, _ in
                    switch step {
                    case .firstProbe: .text(first)
                    case .secondProbe: .text(second)
                    default: nil
                    }
                }
                let node = try Node(try StoreKit.settings(server.port, deadline: .milliseconds(300)))
                try await eventually("it was met") { server.met >= 2 }
                #expect(await node.admit(try TestClaims.key()) == .unavailable)
                #expect(server.claims.isEmpty && node.events.count(.connected) == 0)
                server.set(nil)
                try await node.recovers()
            }

            @Test("a server that is another after a reconnect is asked as that one is, and nil is read as it means it")
            func changes() async throws {
                let (new, old) = (FakeValkey(), FakeValkey(oldSet: true))
                old.runID = new.runID
                let isOld = Locked(false)
                let server = try await ScriptedServer { words, connection in
                    (isOld.withLock { $0 } ? old : new).answer(words, connection)
                }
                let node = try Node(try StoreKit.settings(server.port))
                try await node.ready()
                for turn in 0..<6 {
                    isOld.withLock { $0 = turn % 2 == 1 }
                    server.closeAll()
                    let (known, new) = (try TestClaims.key(), try TestClaims.key())
                    // Put there by another node, of which this one does not know.
                    let other = try Node(try StoreKit.settings(server.port))
                    try await other.ready()
                    #expect(await other.admit(known) == .firstSighting)
                    try await eventually("it is answered") { await node.admit(known) != .unavailable }
                    #expect(await node.admit(known).isSeen)
                    #expect(await node.admit(new) == .firstSighting)
                    #expect(await other.admit(new).isSeen)
                }
                let claims = server.received.filter { Step($0) == .claim }
                #expect(claims.contains { $0.contains("GET") } && claims.contains { !$0.contains("GET") })
            }
        }
    }
#endif

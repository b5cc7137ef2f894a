#if Valkey
    import DPoPCore
    import DPoPServer
    import Testing

    @testable import DPoPValkey

    extension StoreTests {
        /// What is sent to a server and kept there.
        @Suite(.needsRealServer) struct CommandsSentTests {
            private func words(_ command: String) -> [String] { command.split(separator: " ").map(String.init) }

            @Test("attack 144: one command claims a key, and no other kind of command is ever sent")
            func oneCommand() async throws {
                let server = try await RealServer()
                let keys = try TestClaims.keys(20)
                let commands = try await server.recordedCommands {
                    let node = try Node(try StoreKit.settings(server.port))
                    try await node.ready()
                    for key in keys { #expect(await node.admit(key) == .firstSighting) }
                    // Once more at another, so that replays are seen at the server too.
                    let other = try Node(try StoreKit.settings(server.port))
                    try await other.ready()
                    for key in keys { #expect(await other.admit(key).isSeen) }
                    try await node.stop()
                    try await other.stop()
                }
                let allowed: Set = ["SET", "GET", "PING", "AUTH", "SELECT", "INFO", "CONFIG", "SUBSCRIBE", "PUBLISH"]
                #expect(allowed.isSuperset(of: commands.compactMap { words($0).first?.uppercased() }))
                let claims = commands.map(words).filter { $0.count > 1 && $0[1].hasPrefix("dpop:rs:") }
                #expect(claims.count == 2 * keys.count)
                for claim in claims {
                    #expect(claim.count == 7)
                    #expect(claim[0] == "SET" && Array(claim[3...5]) == ["NX", "GET", "PX"])
                    #expect(Int(claim[6]).map { 299_000...300_001 ~= $0 } == true)
                }
                // One for each use.
                #expect(Set(claims.map { $0[1] }).count == keys.count)
                #expect(Set(claims.map { $0[2] }).count == 2 * keys.count)
            }

            @Test(
                "attack 153: nothing of a proof stands in keys, values or commands, and keys begin with prefix and role"
            )
            func nothingRaw() async throws {
                let server = try await RealServer()
                let thumbprint = try TestClaims.thumbprint()
                let jti = "a jti that nobody\r\nelse has"
                let key = ReplayKey(
                    thumbprint: thumbprint, targetURI: try TargetURI("https://api.example/secret-path"), jti: jti)
                var settings = try StoreKit.settings(server.port)
                settings.prefix = "shop:eu-1"
                let commands = try await server.recordedCommands {
                    let node = try Node(settings)
                    try await node.ready()
                    #expect(await node.admit(key, .authorizationServer) == .firstSighting)
                    try await node.stop()
                }
                let stored = try server.command("KEYS", "*").split(separator: "\n").map(String.init)
                #expect(stored.allSatisfy { $0.hasPrefix("shop:eu-1:") })
                let claim = try #require(stored.first { $0.hasPrefix("shop:eu-1:as:") })
                #expect(claim.utf8.count == "shop:eu-1:as:".utf8.count + 22)
                let all = try commands + stored + [server.command("GET", claim)]
                for raw in ["jti", "nobody", "secret-path", "api.example", thumbprint.description] {
                    #expect(!all.contains { $0.contains(raw) }, "\(raw)")
                }
            }

            @Test("attack 153: roles and prefixes on one server do not see each other's claims")
            func apart() async throws {
                let server = try await RealServer()
                var settings = try StoreKit.settings(server.port)
                // Each of these, joined by a colon, could be read as another of them.
                var nodes: [(Node, ValkeyStore.Role)] = []
                for (prefix, roles) in [
                    ("dpop", [.resourceServer, .authorizationServer, try .named("rs"), try .named("n")]),
                    ("dpop:n", [.resourceServer, try .named("rs")]), ("dpop:rs", [.resourceServer]),
                    ("dpop2", [.resourceServer]),
                ] as [(String, [ValkeyStore.Role])] {
                    settings.prefix = prefix
                    let node = try Node(settings)
                    try await node.ready()
                    nodes += roles.map { (node, $0) }
                }
                let key = try TestClaims.key()
                for (node, role) in nodes { #expect(await node.admit(key, role) == .firstSighting) }
                for (node, role) in nodes { #expect(await node.admit(key, role).isSeen) }
                // The same role again is the same.
                settings.prefix = "dpop"
                let twin = try Node(settings)
                try await twin.ready()
                #expect(await twin.admit(key, try .named("rs")).isSeen)
            }

            @Test("attack 153: a replica is never asked, and serves once it is a primary")
            func replica() async throws {
                let primary = try await RealServer()
                var options = RealServer.Options()
                options.replicaOf = primary.port
                // Even one that takes writes.
                options.arguments = ["--replica-read-only", "no"]
                let replica = try await RealServer(options)
                try await eventually("the replica follows") { try replica.info("master_link_status") == "up" }
                let node = try Node(try StoreKit.settings(replica.port, deadline: .milliseconds(300)))
                try await eventually("it was looked at") { node.events.count(.connectFailed) > 0 }
                #expect(await node.admit(try TestClaims.key()) == .unavailable)
                #expect(try replica.command("DBSIZE") == "0")
                try replica.command("REPLICAOF", "NO", "ONE")
                try await node.recovers()
            }

            @Test("attacks 132 and 134: the server remembers at least until the deadline, by its own clock")
            func timeToLive() async throws {
                let server = try await RealServer()
                let node = try Node(try StoreKit.settings(server.port))
                try await node.ready()
                for (seconds, nanoseconds) in [(71, 0), (1, 1), (60, 999_999_999), (0, 900_000_000)] as [(Int64, Int32)]
                {
                    let (key, now) = (try TestClaims.key(), UnixTime.now())
                    let deadline = UnixTime(
                        seconds: now.seconds + seconds + (now.nanoseconds + nanoseconds >= 1_000_000_000 ? 1 : 0),
                        nanoseconds: Int32((Int64(now.nanoseconds) + Int64(nanoseconds)) % 1_000_000_000))
                    #expect(await node.admit(key, until: deadline, now: now) == .firstSighting)
                    let claimed = ClaimedKey(key, role: Array("rs".utf8))
                    var name: [UInt8] = []
                    KeySpace(prefix: Array("dpop".utf8)).append(claimed, to: &name)
                    let asked = UnixTime.now()
                    let rest = try #require(Int64(try server.command("PTTL", String(decoding: name, as: UTF8.self))))
                    // Asked before the answer, so what remains at the answer is more than this.
                    let needed = try #require(Lifetime.milliseconds(until: deadline, now: max(asked, now)))
                    let took = try #require(Lifetime.milliseconds(until: .now(), now: asked))
                    #expect(rest >= needed - took - 1, "\(seconds).\(nanoseconds)")
                    #expect(rest <= seconds * 1_000 + 1_001)
                }
            }
        }

        /// How long a server is told to remember.
        @Suite struct LifetimeTests {
            @Test(
                "attack 132: rounded up, the deadline included, and at least a millisecond",
                arguments: [
                    // Seconds and nanoseconds of the deadline, nanoseconds of now (in second 100), milliseconds.
                    (100, 0, 0, 1), (100, 1, 0, 2), (100, 1_000_000, 0, 2), (100, 1_000_001, 0, 3),
                    (101, 0, 0, 1_001), (101, 0, 999_999_999, 2), (101, 0, 999_000_000, 2), (101, 0, 998_999_999, 3),
                    (171, 0, 500_000_000, 70_501), (171, 0, 500_000_001, 70_501), (171, 0, 499_999_999, 70_502),
                    (100, 999_999_999, 0, 1_001), (100, 999_999_999, 999_999_999, 1),
                    (3_155_760_100, 0, 0, 3_155_760_000_001),
                ] as [(Int64, Int32, Int32, Int64)])
            func rounded(_ seconds: Int64, _ nanoseconds: Int32, _ nowNanoseconds: Int32, _ expected: Int64) {
                #expect(
                    Lifetime.milliseconds(
                        until: UnixTime(seconds: seconds, nanoseconds: nanoseconds),
                        now: UnixTime(seconds: 100, nanoseconds: nowNanoseconds)) == expected)
            }

            @Test("a deadline beyond a hundred years is refused, and no sum overflows")
            func absurd() {
                #expect(
                    Lifetime.milliseconds(until: UnixTime(seconds: 3_155_760_000), now: UnixTime(seconds: 0)) != nil)
                #expect(
                    Lifetime.milliseconds(until: UnixTime(seconds: 3_155_760_001), now: UnixTime(seconds: 0)) == nil)
                #expect(Lifetime.milliseconds(until: UnixTime(seconds: .max), now: UnixTime(seconds: .min)) == nil)
                #expect(Lifetime.milliseconds(until: UnixTime(seconds: .max), now: UnixTime(seconds: -1)) == nil)
            }
        }
    }
#endif

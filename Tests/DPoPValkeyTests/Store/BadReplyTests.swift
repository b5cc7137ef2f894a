#if Valkey
    import DPoPCore
    import Testing

    @testable import DPoPValkey

    extension StoreTests {
        /// Whatever a server answers instead of what belongs there, no claim is the first.
        @Suite struct BadReplyTests {
            /// What comes instead, on the wire; nil: nothing. An empty text: the connection is closed.
            static let defects: [String?] =
                [
                    "LOADING Redis is loading the dataset in memory",
                    "READONLY You can't write against a read only replica.",
                    "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
                    "OOM command not allowed when used memory > 'maxmemory'.", "CLUSTERDOWN The cluster is down",
                    "TRYAGAIN Multiple keys request during rehashing of slot", "WRONGTYPE Operation against a key",
                    "NOAUTH Authentication required.", "NOPERM this user has no permissions to run this command",
                    "WRONGPASS invalid username-password pair or user is disabled.",
                    "NOREPLICAS Not enough good replicas to write.",
                    "MISCONF Redis is configured to save RDB snapshots",
                    "BUSY Redis is busy running a script.", "ERR unknown command", "ERR max number of clients reached",
                    "EXECABORT x", "MOVED 3999 127.0.0.1:1", "ASK 3999 127.0.0.1:1", "MOVED", "", " ", "err lower case",
                ].map { "-\($0)\r\n" } + [
                    ":1\r\n", ":0\r\n", "*0\r\n", "*-1\r\n*-1\r\n", "*1\r\n$2\r\nOK\r\n", "+QUEUED\r\n", "+PONG\r\n",
                    "$0\r\n\r\n", "$5\r\nother\r\n", "$24\r\nAAAAAAAAAAAAAAAAAAAAAA-1\r\n",
                    "$24\r\nAAAAAAAAAAAAAAAAAAAAAA01\r\n", "$24\r\nAAAAAAAAAAAAAAAAAAAAAA+1\r\n", "$1050000\r\nx",
                    "$1048577\r\nx", "*100000000\r\n", "$-2\r\n",
                    "$01\r\nx\r\n",
                    "HTTP/1.1 400 Bad Request\r\n\r\n", "\u{0}\u{0}\u{0}", "%1\r\n+a\r\n:1\r\n", "_\r\n", "OK\r\n",
                    "+OK\n",
                    "", nil,
                ]

            /// What a claim answered so may come to. What is right at a step stands in no row of it.
            private func allowed(_ defect: String?, at step: Step) -> Set<ReplayOutcome> {
                guard defect?.hasPrefix("-OOM") == true else { return [.unavailable] }
                switch step {
                case .claim: return [.full]
                // No room for what is written first is an answer, too.
                case .canarySet, .canaryGet, .firstProbe, .secondProbe: return [.full, .unavailable]
                default: return [.unavailable]
                }
            }

            private static func reply(_ defect: String?) -> Reply {
                guard let defect else { return .none }
                return defect.isEmpty ? .close : .text(defect)
            }

            private func node(_ port: Int, at step: Step) throws -> Node {
                // Before claims all are refused at the deadline; a claim has time, however busy the machine is.
                var settings = try StoreKit.settings(
                    port, deadline: .seconds(step == .claim ? 5 : 1), password: step == .auth ? "right" : nil,
                    database: step == .select ? 1 : 0)
                settings.connections = 1
                return try Node(settings)
            }

            @Test(
                "attack 145: a bad reply at any step before claims: unavailable, and first when it is mended",
                arguments: [Step.auth, .select, .info, .canarySet, .canaryGet, .firstProbe, .secondProbe])
            func handshake(_ step: Step) async throws {
                try await each { defect in
                    let server = try await FaultyServer(FakeValkey(password: step == .auth ? "right" : nil)) {
                        at, _, _ in
                        at == step ? Self.reply(defect) : nil
                    }
                    let node = try node(server.port, at: step)
                    try await eventually("it was met") { server.met > 0 }
                    let outcome = await node.admit(try TestClaims.key())
                    #expect(
                        allowed(defect, at: step).contains(outcome),
                        "\(outcome), \(String(describing: defect?.prefix(60)))")
                    #expect(server.claims.isEmpty && node.events.count(.connected) == 0)
                    #expect(node.store.replay(.resourceServer).memory == .startsEmpty)
                    server.set(nil)
                    try await node.recovers()
                }
            }

            @Test(
                "attack 145: a bad reply to a claim: unavailable or full, and first when it is mended",
                arguments: [false, true])
            func claim(plain: Bool) async throws {
                try await each { defect in
                    let server = try await FaultyServer(FakeValkey(oldSet: plain))
                    let node = try node(server.port, at: .claim)
                    try await node.ready()
                    #expect(await node.admit(try TestClaims.key()) == .firstSighting)
                    server.set { step, _, _ in step == .claim ? Self.reply(defect) : nil }
                    let outcome = await node.admit(try TestClaims.key())
                    #expect(
                        allowed(defect, at: .claim).contains(outcome),
                        "\(outcome), \(String(describing: defect?.prefix(60)))")
                    #expect(server.met > 0)
                    server.set(nil)
                    try await node.recovers()
                }
            }

            @Test("attack 145: in plain mode, a bad answer to the question since when")
            func since() async throws {
                try await each { defect in
                    let server = try await FaultyServer(FakeValkey(oldSet: true))
                    let (first, second) = try (node(server.port, at: .claim), node(server.port, at: .claim))
                    try await first.ready()
                    try await second.ready()
                    let key = try TestClaims.key()
                    #expect(await first.admit(key) == .firstSighting)
                    server.set { step, _, _ in step == .claimGet ? Self.reply(defect) : nil }
                    #expect(await second.admit(key) == .unavailable, "\(String(describing: defect?.prefix(60)))")
                    server.set(nil)
                    try await eventually("it is known") { await second.admit(key).isSeen }
                }
            }

            @Test(
                "attacks 145 and 151: a bad answer of the canary behind a claim: unavailable, and first when it is mended"
            )
            func canary() async throws {
                try await each { defect in
                    let server = try await FaultyServer()
                    let node = try node(server.port, at: .claim)
                    try await node.ready()
                    let claimed = Locked(false)
                    server.set { step, _, _ in
                        // Only the one behind the claim.
                        if step == .claim { claimed.withLock { $0 = true } }
                        return step == .canaryGet && claimed.withLock({ $0 }) ? Self.reply(defect) : nil
                    }
                    let key = try TestClaims.key()
                    #expect(await node.admit(key) == .unavailable, "\(String(describing: defect?.prefix(60)))")
                    #expect(server.met > 0)
                    server.set(nil)
                    try await node.recovers()
                    // It was stored, so it counts as used.
                    try await eventually("it is known") { await node.admit(key).isSeen }
                }
            }

            @Test("attack 145: nobody listens at the port: unavailable, and first once somebody does")
            func refused() async throws {
                let port = try FreePort.next()
                let node = try node(port, at: .claim)
                #expect(await node.admit(try TestClaims.key()) == .unavailable)
                try await eventually("it was tried") { node.events.count(.connectFailed) > 0 }
                let server = try await FaultyServer(port: port)
                try await node.recovers()
                withExtendedLifetime(server) {}
            }

            @Test(
                "attack 150: a primary without its replicas refuses, and a node decides nothing by itself",
                .needsRealServer
            )
            func minority() async throws {
                let server = try await RealServer()
                let node = try Node(try StoreKit.settings(server.port, deadline: .seconds(2)))
                try await node.ready()
                let used = try TestClaims.key()
                #expect(await node.admit(used) == .firstSighting)
                try server.command("CONFIG", "SET", "min-replicas-to-write", "1")
                for key in try TestClaims.keys(10) { #expect(await node.admit(key) == .unavailable) }
                #expect(await node.admit(used).isSeen)
                server.pause()
                for key in try TestClaims.keys(3) { #expect(await node.admit(key) == .unavailable) }
                server.resume()
                try server.command("CONFIG", "SET", "min-replicas-to-write", "0")
                try await node.recovers()
                #expect(node.events.count(.acceptedLocally) == 0 && node.events.count(.acceptedUnchecked) == 0)
            }

            /// All defects, some at once.
            private func each(_ body: @escaping @Sendable (String?) async throws -> Void) async throws {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for (index, defect) in Self.defects.enumerated() {
                        if index >= 20 { try await group.next() }
                        group.addTask { try await body(defect) }
                    }
                    try await group.waitForAll()
                }
            }
        }
    }
#endif

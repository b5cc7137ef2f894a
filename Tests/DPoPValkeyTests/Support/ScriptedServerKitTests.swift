#if Valkey
    import Foundation
    import Testing

    @Suite("The tests' scripted server")
    struct ScriptedServerKitTests {
        @Test("answers as it is told: late, not at all, in order, and with its end")
        func answers() async throws {
            let server = try await ScriptedServer { words, connection in
                switch words[0] {
                case "late": .delayed(.milliseconds(50), "+late\r\n")
                case "who": .text("+\(connection)\r\n")
                case "end": .close
                default: .none
                }
            }
            let client = try BlockingClient(port: server.port)
            try client.send(["late"])
            try client.send(["nothing"])
            #expect(try client.command(["who"]) == "late")
            #expect(try client.reply() == "1")
            #expect(try BlockingClient(port: server.port).command(["who"]) == "2")
            server.push("+pushed\r\n", to: 1)
            #expect(try client.reply() == "pushed")
            #expect(throws: KitError.self) { try client.command(["end"]) }
            #expect(server.received == [["late"], ["nothing"], ["who"], ["who"], ["end"]])
            #expect(server.accepted == 2)
        }

        @Test("may be a web server")
        func web() async throws {
            let server = try await ScriptedServer.answering()
            let client = try BlockingClient(port: server.port)
            try client.send(["PING"])
            #expect(try client.raw(28) == "HTTP/1.1 400 Bad Request\r\n\r\n")
            #expect(throws: KitError.self) { try client.raw(1) }
        }

        @Test("refuses what is no command")
        func garbage() async throws {
            let server = try await ScriptedServer(ScriptedServer.healthy())
            let client = try BlockingClient(port: server.port)
            try client.send(raw: "GET / HTTP/1.1\r\n\r\n")
            #expect(throws: BlockingClient.ErrorReply.self) { try client.reply() }
            #expect(throws: KitError.self) { try client.reply() }
        }

        @Test("can have single commands overridden")
        func overridden() async throws {
            let server = try await ScriptedServer(
                ScriptedServer.healthy(overriding: ["GET": { words, _ in words[1] == "x" ? .error("LOADING") : nil }]))
            let client = try BlockingClient(port: server.port)
            #expect(throws: BlockingClient.ErrorReply.self) { try client.command(["GET", "x"]) }
            #expect(try client.command(["GET", "y"]) == "(nil)")
        }

        @Test("lets those who subscribe know")
        func subscribed() async throws {
            let server = try await ScriptedServer(ScriptedServer.healthy())
            let (subscriber, publisher) = (try BlockingClient(port: server.port), try BlockingClient(port: server.port))
            #expect(try subscriber.command(["SUBSCRIBE", "a", "b"]) == "subscribe\na\n1")
            #expect(try subscriber.reply() == "subscribe\nb\n2")
            #expect(try publisher.command(["PUBLISH", "a", "news"]) == "1")
            #expect(try subscriber.reply() == "message\na\nnews")
            #expect(try subscriber.command(["PING"]) == "pong\n")
            #expect(try publisher.command(["PING"]) == "PONG")
        }

        @Test("asks for a password")
        func password() async throws {
            let fake = FakeValkey(password: "secret")
            let server = try await ScriptedServer { fake.answer($0, $1) }
            let client = try BlockingClient(port: server.port)
            #expect(throws: BlockingClient.ErrorReply.self) { try client.command(["PING"]) }
            #expect(throws: BlockingClient.ErrorReply.self) { try client.command(["AUTH", "alice", "wrong"]) }
            #expect(try client.command(["AUTH", "alice", "secret"]) == "OK")
            #expect(try client.command(["PING"]) == "PONG")
        }

        /// What the real server must answer alike.
        static let dialogue: [[String]] = [
            ["PING"], ["SELECT", "0"], ["SET", "a", "1", "NX", "GET", "PX", "60000"],
            ["SET", "a", "2", "NX", "GET", "PX", "60000"], ["GET", "a"], ["SET", "b", "1", "NX", "PX", "60000"],
            ["SET", "b", "2", "NX", "PX", "60000"], ["SET", "c", "1", "XX"],
            ["SET", "b", "\u{0}\u{ff}\r\n", "XX", "GET"],
            ["GET", "b"], ["SET", "d", "1", "NX", "XX"], ["SET", "d", "1", "NONSENSE"], ["SET", "d", "1", "PX", "0"],
            ["CONFIG", "GET", "maxmemory-policy"], ["PUBLISH", "nobody", "news"],
            ["SET", "e", "1", "PX", "1"], ["AUTH", "secret"],
        ]

        @Test("with the usual script it answers as a real server does", .needsRealServer)
        func likeReal() async throws {
            let real = try await RealServer()
            let fake = try await ScriptedServer(ScriptedServer.healthy())
            let (one, other) = (try BlockingClient(port: real.port), try BlockingClient(port: fake.port))
            guard try real.isSince7 else { return }
            for words in ScriptedServerKitTests.dialogue {
                #expect(outcome(one, words) == outcome(other, words), "\(words)")
            }
            try await eventually("the short-lived is forgotten") { try other.command(["GET", "e"]) == "(nil)" }
            for field in ["role:master", "cluster_enabled:0", "run_id:", "master_replid:", "redis_version:7"] {
                #expect(try other.command(["INFO"]).contains(field))
            }
        }

        @Test("of before 7.0 refuses NX with GET, and nothing else")
        func oldSet() async throws {
            let server = try await ScriptedServer(ScriptedServer.healthy(oldSet: true))
            let client = try BlockingClient(port: server.port)
            #expect(outcome(client, ["SET", "a", "1", "NX", "GET", "PX", "60000"]) == "-ERR syntax error")
            #expect(outcome(client, ["SET", "a", "1", "NX", "PX", "60000"]) == "OK")
            #expect(outcome(client, ["SET", "a", "1", "NX", "PX", "60000"]) == "(nil)")
            #expect(outcome(client, ["SET", "a", "2", "GET"]) == "1")
        }

        /// A reply, or the first words of an error.
        private func outcome(_ client: BlockingClient, _ words: [String]) -> String {
            do {
                return try client.command(words)
            } catch {
                return "-" + "\(error)".split(separator: " ").prefix(3).joined(separator: " ")
            }
        }
    }
#endif

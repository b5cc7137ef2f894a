#if Valkey
    import NIOSSL
    import Testing

    @Suite("The tests' real server", .needsRealServer)
    struct RealServerKitTests {
        @Test("answers over its own client, binary text too, and ends by its process id")
        func answers() async throws {
            let server = try await RealServer()
            #expect(try server.command("SET", "key", "\u{0}\u{ff}\r\n") == "OK")
            #expect(try server.command("GET", "key") == "\u{0}\u{ff}\r\n")
            #expect(try server.command("GET", "other") == "(nil)")
            #expect(try server.command("CONFIG", "GET", "maxmemory-policy") == "maxmemory-policy\nnoeviction")
            #expect(throws: BlockingClient.ErrorReply.self) { try server.command("NONSENSE") }
            #expect(try server.info("process_id") == "\(server.pid)")
            server.stop()
            #expect(server.pid == 0)
            #expect(throws: KitError.self) { try server.command("PING") }
        }

        @Test("says nothing while it is paused, and answers afterwards what it was asked")
        func paused() async throws {
            let server = try await RealServer()
            let client = try server.client(patience: 1)
            server.pause()
            #expect(throws: KitError.self) { try client.command(["PING"]) }
            server.resume()
            try await eventually("it answers") { (try? client.reply()) == "PONG" }
        }

        @Test("is empty at the same port after a restart, unless it is persistent", arguments: [false, true])
        func restarted(isPersistent: Bool) async throws {
            var options = RealServer.Options()
            options.isPersistent = isPersistent
            let server = try await RealServer(options)
            try server.command("SET", "key", "value")
            let (port, run) = (server.port, try server.info("run_id"))
            try await server.restart()
            #expect(try server.command("GET", "key") == (isPersistent ? "value" : "(nil)"))
            #expect(try server.info("tcp_port") == "\(port)")
            #expect(try server.info("run_id") != run)
        }

        @Test("asks for its password and knows its users")
        func users() async throws {
            var options = RealServer.Options()
            options.password = "secret"
            options.users = ["alice on >hers ~a:* &* +@all -config"]
            let server = try await RealServer(options)
            let client = try BlockingClient(path: server.unixSocket)
            #expect(throws: BlockingClient.ErrorReply.self) { try client.command(["PING"]) }
            #expect(throws: BlockingClient.ErrorReply.self) { try client.command(["AUTH", "wrong"]) }
            #expect(try client.command(["AUTH", "secret"]) == "OK")
            #expect(try client.command(["AUTH", "alice", "hers"]) == "OK")
            #expect(try client.command(["SET", "a:1", "value"]) == "OK")
            #expect(throws: BlockingClient.ErrorReply.self) { try client.command(["SET", "b:1", "value"]) }
            #expect(throws: BlockingClient.ErrorReply.self) { try client.command(["CONFIG", "GET", "save"]) }
        }

        @Test("refuses what does not fit into its memory")
        func memory() async throws {
            var options = RealServer.Options()
            options.maximumMemory = 4 << 20
            let server = try await RealServer(options)
            let value = String(repeating: "x", count: 1 << 19)
            let error = #expect(throws: BlockingClient.ErrorReply.self) {
                for number in 0..<20 { try server.command("SET", "key-\(number)", value) }
            }
            #expect(error?.description.hasPrefix("OOM") == true)
        }

        @Test("follows a primary")
        func replica() async throws {
            let primary = try await RealServer()
            try primary.command("SET", "key", "value")
            var options = RealServer.Options()
            options.replicaOf = primary.port
            let replica = try await RealServer(options)
            try await eventually("it has the key") { try replica.command("GET", "key") == "value" }
            #expect(throws: BlockingClient.ErrorReply.self) { try replica.command("SET", "key", "other") }
            try replica.command("REPLICAOF", "NO", "ONE")
            #expect(try replica.command("SET", "key", "other") == "OK")
        }

        @Test("tells what it was sent")
        func recorded() async throws {
            let server = try await RealServer()
            let client = try server.client()
            _ = try client.command(["GET", "before"])
            let commands = try await server.recordedCommands {
                _ = try client.command(["SET", "key", "two words", "NX"])
                try server.command("GET", "key")
            }
            #expect(commands == ["SET key two words NX", "GET key"])
        }
    }
#endif

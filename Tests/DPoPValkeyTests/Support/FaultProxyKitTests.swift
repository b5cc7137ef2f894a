#if Valkey
    import Testing

    @Suite("The tests' proxy")
    struct FaultProxyKitTests {
        let server: ScriptedServer
        let proxy: FaultProxy

        init() async throws {
            server = try await ScriptedServer(ScriptedServer.healthy())
            proxy = try await FaultProxy(target: server.port)
        }

        @Test("passes everything while there is no fault, and both ends go together")
        func passes() async throws {
            let value = String(repeating: "value", count: 800_000)
            var client: BlockingClient? = try BlockingClient(port: proxy.port)
            #expect(try client?.command(["SET", "key", value]) == "OK")
            #expect(try client?.command(["GET", "key"]) == value)
            #expect(proxy.accepted == 1 && proxy.open == 1)
            client = nil
            try await eventually("both are closed") { proxy.open == 0 && server.open == 0 }

            let other = try BlockingClient(port: proxy.port)
            #expect(try other.command(["PING"]) == "PONG")
            server.closeAll()
            #expect(throws: KitError.self) { try other.reply() }
        }

        @Test("cuts in the middle of a reply, after so many bytes, once")
        func cutsInReply() async throws {
            let client = try BlockingClient(port: proxy.port)
            #expect(try client.command(["SET", "key", "value"]) == "OK")
            proxy.cut(afterReplyBytes: 6)
            try client.send(["GET", "key"])
            #expect(try client.raw(6) == "$5\r\nva")
            #expect(throws: KitError.self) { try client.raw(1) }
            #expect(proxy.cuts == 1)
            #expect(try BlockingClient(port: proxy.port).command(["GET", "key"]) == "value")
        }

        @Test("cuts all connections, and refuses new ones")
        func cutsAll() async throws {
            let clients = try (0..<3).map { _ in try BlockingClient(port: proxy.port) }
            for client in clients { #expect(try client.command(["PING"]) == "PONG") }
            proxy.cutAll()
            for client in clients { #expect(throws: KitError.self) { try client.reply() } }
            #expect(try BlockingClient(port: proxy.port).command(["PING"]) == "PONG")
            proxy.faults.refuses = true
            #expect(throws: KitError.self) { try BlockingClient(port: proxy.port).command(["PING"]) }
            proxy.faults.refuses = false
            #expect(try BlockingClient(port: proxy.port).command(["PING"]) == "PONG")
        }

        @Test("is late by its latencies, and keeps the order")
        func isLate() throws {
            let client = try BlockingClient(port: proxy.port)
            proxy.faults.requestLatency = .milliseconds(40)
            proxy.faults.replyLatency = .milliseconds(60)
            let start = ContinuousClock.now
            #expect(try client.command(["SET", "key", "1"]) == "OK")
            #expect(ContinuousClock.now - start >= .milliseconds(99))

            proxy.faults.replyLatency = .milliseconds(200)
            try client.send(["SET", "key", "2"])
            try client.send(["GET", "key"])
            proxy.faults.requestLatency = .zero
            proxy.faults.replyLatency = .zero
            #expect(try client.reply() == "OK")
            #expect(try client.reply() == "2")
        }

        @Test("stalls and goes on")
        func stalls() throws {
            let client = try BlockingClient(port: proxy.port, patience: 1)
            #expect(try client.command(["PING"]) == "PONG")
            proxy.faults.stalls = true
            #expect(throws: KitError.self) { try client.command(["SET", "key", "value"]) }
            #expect(server.received.count == 1)
            proxy.faults.stalls = false
            #expect(try client.reply() == "OK")
        }

        @Test("rewrites requests and replies")
        func rewrites() throws {
            let client = try BlockingClient(port: proxy.port)
            proxy.faults.rewriteRequest = { bytes in bytes.map { $0 == UInt8(ascii: "a") ? UInt8(ascii: "b") : $0 } }
            #expect(try client.command(["SET", "a", "1"]) == "OK")
            #expect(server.received == [["SET", "b", "1"]])
            proxy.faults.rewriteReply = { _ in Array("+2\r\n".utf8) }
            #expect(try client.command(["GET", "b"]) == "2")
        }

        @Test("cuts replies of a real server", .needsRealServer)
        func realServer() async throws {
            let real = try await RealServer()
            proxy.target = real.port
            let client = try BlockingClient(port: proxy.port)
            #expect(try client.command(["SET", "key", "value"]) == "OK")
            proxy.cut(afterReplyBytes: 5)
            try client.send(["GET", "key"])
            #expect(try client.raw(5) == "$5\r\nv")
            #expect(throws: KitError.self) { try client.raw(1) }

            let next = try BlockingClient(port: proxy.port)
            #expect(try next.command(["GET", "key"]) == "value")
            real.kill()
            #expect(throws: KitError.self) { try next.reply() }
            #expect(throws: KitError.self) { try BlockingClient(port: proxy.port).command(["PING"]) }
            try await real.restart()
            #expect(try BlockingClient(port: proxy.port).command(["GET", "key"]) == "(nil)")
        }

        @Test("goes to another server when it is told to")
        func goesElsewhere() async throws {
            let other = try await ScriptedServer { _, _ in .text("+other\r\n") }
            let client = try BlockingClient(port: proxy.port)
            #expect(try client.command(["PING"]) == "PONG")
            proxy.target = other.port
            #expect(try client.command(["PING"]) == "PONG")
            #expect(try BlockingClient(port: proxy.port).command(["PING"]) == "other")
        }
    }
#endif

#if Hummingbird
    import Foundation
    import Testing

    @Suite("dpop serve: the process")
    struct ServeProcessTests {
        @Test("SIGTERM and SIGINT stop it with status 0", arguments: [SIGTERM, SIGINT])
        func stops(_ signal: Int32) throws {
            let server = try RunningServer()
            // Leaves a connection open behind it.
            #expect(try server.send("GET", "/jwks").status == 200)
            let end = try server.stop(by: signal)
            #expect(end.status == 0 && end.reason == .exit)
            #expect(end.output.isEmpty)
            #expect(try server.complaints().contains("test server"))
        }

        @Test("a client that never ends its request does not keep it from stopping")
        func stopsStuck() throws {
            let server = try RunningServer()
            let connection = try LoopbackConnection(port: server.port)
            try connection.write("POST /token HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc")
            let end = try server.stop()
            #expect(end.status == 0 && end.reason == .exit)
        }

        @Test("it listens on 127.0.0.1 alone")
        func loopback() throws {
            let server = try RunningServer()
            _ = try LoopbackConnection(port: server.port)
            #expect(throws: LoopbackConnection.Trouble.self) {
                try LoopbackConnection(host: 0x7F00_0002, port: server.port)
            }
        }

        @Test("a port that is taken is named")
        func taken() throws {
            let server = try RunningServer()
            let port = String(server.port)
            let result = try server.bench.dpop("serve", "--port", port)
            #expect(result.status == 2 && result.output.isEmpty)
            #expect(isOneLine(result.error, naming: "--port", port), "\(result.error)")
        }

        @Test(
            "one line names a bad option and status 2 says usage",
            arguments: [
                ("--port 65536", "--port"), ("--port -1", "--port"), ("--port http", "--port"),
                ("--origin as.example", "--origin"), ("--origin https://as.example/path", "--origin"),
                ("--origin https://as.example/?", "--origin"), ("--origin https://as.example//", "--origin"),
                ("--origin ftp://as.example", "--origin"), ("--nonce maybe", "--nonce"),
                ("--schemes bearer", "--schemes"),
                ("--client agent", "--client"), ("--client :secret", "--client"), ("--client agent:", "--client"),
                ("--client agent:/nowhere/secret", "--client"), ("--client agent:/dev/null", "--client"),
                ("--client agent:- --client other:-", "standard input"),
                ("--public-client a --public-client a", "--public-client"), ("--audit /nowhere/audit", "--audit"),
                ("--audit /", "--audit"), ("--audit /dev/null", "--audit"), ("--frobnicate", "--frobnicate"),
            ])
        func usage(_ arguments: String, _ named: String) throws {
            let bench = try Workbench()
            let result = try bench.dpop(["serve"] + arguments.split(separator: " ").map(String.init))
            #expect(result.status == 2)
            #expect(result.output.isEmpty)
            #expect(isOneLine(result.error, naming: named), "\(result.error)")
        }

        @Test("a secret that is not printable ASCII is refused, and not repeated")
        func badSecret() throws {
            let bench = try Workbench()
            for secret in ["pass\u{E9}word", "pass\tword", "pass\nword"] {
                let file = try bench.file("secret", secret)
                let result = try bench.dpop("serve", "--client", "agent:\(file)")
                #expect(result.status == 2)
                #expect(isOneLine(result.error, naming: "--client"), "\(result.error)")
                #expect(!result.error.contains("word"))
            }
        }

        @Test("its help is no error, and says that it asks nobody")
        func help() throws {
            let result = try Workbench().dpop("serve", "--help")
            #expect(result.status == 0 && result.error.isEmpty)
            let words = result.output.split { $0 == " " || $0 == "\n" }.joined(separator: " ")
            #expect(words.contains("approves each request by itself"))
        }
    }
#endif

#if AsyncHTTPClient
    import AsyncHTTPClient
    import DPoPAsyncHTTPClient
    import DPoPClient
    import DPoPPeerServer
    import HTTPTypes
    import NIOCore
    import NIOHTTP1
    import Testing

    @Suite(.enabled(if: PeerServer.isAvailable, "needs python3 with the package joserfc"))
    struct PeerTests {
        @Test("a token and a resource that both ask for nonces; one that is known costs one send")
        func nonces() async throws {
            try await AsyncHTTPClientKit.with { kit async throws in
                for _ in 0..<3 {
                    let answer = try await kit.get(kit.request("/resource?page=2"))
                    #expect(answer == (200, #"{"method": "GET", "bytes": 0}"#))
                }
                let journal = try await kit.scene.server.journal()
                #expect(journal.map(\.status) == [400, 200, 401, 200, 200, 200])
                #expect(journal.map(\.claims?.nonce) == [nil, "as-1", nil, "rs-1", "rs-2", "rs-3"])
                #expect(Set(journal.map(\.claims?.jti)).count == 6)
                #expect(journal[5].authorization == ["DPoP"] && journal[5].dpop == 1)
                #expect(journal[5].claims?.htu == kit.scene.server.origin + "/resource")
            }
        }

        @Test("many requests at once to a server that nothing is known of cost one challenge")
        func burst() async throws {
            var settings = SessionSettings()
            // However busy the machine is.
            settings.coldWait = .seconds(60)
            try await AsyncHTTPClientKit.with(["--keep", "1000"], settings: settings) { kit async throws in
                try await withThrowingTaskGroup(of: UInt.self) { group in
                    for index in 0..<24 {
                        group.addTask { try await kit.get(kit.request("/resource/\(index)")).status }
                    }
                    for try await status in group { #expect(status == 200) }
                }
                let statuses = try await kit.scene.journal("/resource").compactMap(\.status)
                #expect(statuses.filter { $0 == 401 }.count == 1 && statuses.filter { $0 == 200 }.count == 24)
            }
        }

        @Test("attack 126: endless use_dpop_nonce ends after two sends")
        func endless() async throws {
            try await AsyncHTTPClientKit.with { kit async throws in
                #expect(await clientError { _ = try await kit.get(kit.request("/endless")) } == .nonceRepeated)
                #expect(try await kit.scene.journal("/endless").count == 2)
            }
        }

        @Test("a server's clock that is off is followed", arguments: [-550, 550])
        func clock(offset: Int) async throws {
            try await AsyncHTTPClientKit.with(["--clock-offset", "\(offset)", "--age", "400", "--future", "400"]) {
                kit async throws in
                #expect(try await kit.get(kit.request("/resource")).status == 200)
                #expect(try await kit.scene.journal("/token").map(\.status) == [400, 400, 200])
                #expect(try await kit.scene.journal("/resource").map(\.status) == [401, 200])
            }
        }

        @Test("a nonce in two field lines is none", arguments: ["second", "first", ""])
        func twoNonces(second: String) async throws {
            try await AsyncHTTPClientKit.with { kit async throws in
                _ = try await kit.get(kit.request("/two-nonces?second=\(second)"))
                _ = try await kit.get(kit.request("/resource"))
                #expect(try await kit.scene.journal("/resource").map(\.claims?.nonce) == [nil, "rs-1"])
            }
        }

        @Test(
            "attack 127: a redirect to another origin is an error, and nothing is sent there",
            arguments: [301, 302, 303, 307, 308])
        func elsewhere(code: Int) async throws {
            try await AsyncHTTPClientKit.with { kit async throws in
                let other = try PeerServer()
                let path = "/redirect?code=\(code)&to=\(other.origin)/landing"
                for request in [kit.request(path), kit.request(path, .POST, body: .bytes(ByteBuffer(string: "body")))] {
                    #expect(await clientError { _ = try await kit.get(request) } == .redirectRefused)
                }
                #expect(try await other.journal().isEmpty)
                // The transport by itself follows none either.
                let (head, _) = try await kit.transport.send(
                    try kit.scene.session.sign(
                        kit.scene.server.request(.get, "/redirect?code=\(code)&to=/landing"), with: kit.scene.token
                    ).request, body: [], upTo: 100)
                #expect(head.status.code == code)
                #expect(try await kit.scene.journal("/landing").isEmpty)
            }
        }

        @Test(
            "a redirect within the origin is signed anew, as GET where its status says so",
            arguments: [301, 302, 303, 307, 308])
        func within(code: Int) async throws {
            try await AsyncHTTPClientKit.with { kit async throws in
                let answer = try await kit.get(
                    kit.request("/redirect?code=\(code)&to=/echo", .POST, body: .bytes(ByteBuffer(string: "body"))))
                let keeps = code > 303
                #expect(answer == (200, keeps ? "body" : ""))
                let first = try await kit.scene.journal("/redirect").last
                let last = try await kit.scene.journal("/echo").last
                #expect(last?.method == (keeps ? "POST" : "GET") && last?.claims?.htm == last?.method)
                #expect(last?.claims?.htu == kit.scene.server.origin + "/echo")
                #expect(last?.claims?.jti != first?.claims?.jti && last?.dpop == 1)
            }
        }

        @Test("redirects in a circle end")
        func loop() async throws {
            try await AsyncHTTPClientKit.with { kit async throws in
                #expect(await clientError { _ = try await kit.get(kit.request("/loop")) } == .redirectRefused)
                #expect(try await kit.scene.journal("/loop").filter { $0.status == 302 }.count == 6)
            }
        }
    }
#endif

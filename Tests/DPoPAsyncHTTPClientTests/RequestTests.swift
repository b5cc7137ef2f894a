#if AsyncHTTPClient
    import AsyncHTTPClient
    import DPoPAsyncHTTPClient
    import DPoPClient
    import DPoPPeerServer
    import NIOHTTP1
    import Testing

    @Suite(.enabled(if: PeerServer.isAvailable, "needs python3 with the package joserfc"))
    struct RequestTests {
        // The server compares htu with the path on the wire byte for byte.
        @Test(
            "what is signed is what is sent, however the path is written",
            arguments: [
                "/resource", "/resource/", "/resource//a", "//resource", "/resource/%7Ea%2fb%2F", "/resource/%C3%BC",
                "/resource/a;b=c,d", "/resource/a%20b?x=a%20b&y=/../", "/resource?", "/resource?#part",
                "/resource/A'b(c)*",
                "/resource/a/../b", "/resource/./%2e%2E/b",
            ])
        func paths(path: String) async throws {
            try await AsyncHTTPClientKit.with { kit async throws in
                #expect(try await kit.get(kit.request(path)).status == 200)
                let sent = try #require(try await kit.scene.server.journal().last)
                #expect(sent.path.prefix { $0 != "?" } == path.prefix { $0 != "#" && $0 != "?" })
                #expect(sent.claims?.htu == kit.scene.server.origin + sent.path.prefix { $0 != "?" })
            }
        }

        @Test("attack 128: scheme, host, user and password of a URL are signed and sent as they should")
        func origins() async throws {
            try await AsyncHTTPClientKit.with { kit async throws in
                let port = try #require(kit.scene.server.origin.split(separator: ":").last)
                for prefix in ["HTTP://LocalHost:\(port)", "http://user:secret@localhost:\(port)"] {
                    let answer = try await kit.get(HTTPClientRequest(url: prefix + "/resource"))
                    #expect(answer.status == 200)
                }
                let sent = try await kit.scene.journal("/resource")
                #expect(sent.allSatisfy { $0.claims?.htu == "http://localhost:\(port)/resource" })
                #expect(sent.allSatisfy { $0.authorization == ["DPoP"] })
            }
        }

        @Test("a request's own fields stay, but for those that are the signer's, and Host")
        func fields() async throws {
            try await AsyncHTTPClientKit.with { kit async throws in
                var request = kit.request("/resource")
                request.headers = [
                    "authorization": "Bearer mine", "dpop": "mine", "DPoP": "mine too", "X-Own": "1",
                    "Host": "elsewhere.example",
                ]
                #expect(try await kit.get(request).status == 200)
                let sent = try #require(try await kit.scene.server.journal().last)
                #expect(sent.authorization == ["DPoP"] && sent.dpop == 1)
                #expect(sent.fields.contains("x-own"))
                #expect(sent.host == String(kit.scene.server.origin.dropFirst(7)))
            }
        }

        @Test(
            "what is no request for HTTP is refused",
            arguments: [
                "ftp://127.0.0.1/resource", "ws://127.0.0.1/resource", "file:///resource", "data:,x", "/resource", "",
                "http:/x", "http+unix://%2Fsocket/x",
            ])
        func refused(text: String) async throws {
            try await AsyncHTTPClientKit.with { kit async throws in
                let request = HTTPClientRequest(url: text)
                #expect(await clientError { _ = try await kit.get(request) } == .malformedRequest)
            }
        }

        @Test("fields that are none are refused")
        func badFields() async throws {
            try await AsyncHTTPClientKit.with { kit async throws in
                for (name, value) in [("X-A", "a\r\nDPoP: b"), ("X A", "a"), ("X-A", "a\0")] {
                    var request = kit.request("/resource")
                    request.headers.add(name: name, value: value)
                    let bad = request
                    #expect(await clientError { _ = try await kit.get(bad) } == .malformedRequest)
                }
            }
        }
    }
#endif

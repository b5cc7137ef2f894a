#if Hummingbird
    import Foundation
    import Testing

    @Suite struct RequestCommandTests {
        @Test("a request is granted, with the nonce that the server asks for", arguments: ["off", "required"])
        func request(nonce: String) throws {
            let scene = try ClientScene("--nonce", nonce)
            let (file, _) = try scene.tokenFile()
            let answer = try scene.request(token: file)
            #expect(answer.status == 0 && answer.error.isEmpty && !answer.output.isEmpty)
            let object = try scene.request(token: file, "--json", "--trace").object()
            #expect(object["status"] as? Int == 200)
            let trace = try #require(object["trace"] as? [[String: Any]])
            // Each run of the command knows nothing of the one before.
            #expect(trace.map { $0["status"] as? Int } == (nonce == "off" ? [200] : [401, 200]))
            let proofs = trace.compactMap { $0["proof"] as? [String: Any] }
            #expect(proofs.allSatisfy { $0["htm"] as? String == "GET" && $0["jkt"] as? String == scene.jkt })
            #expect(Set(proofs.compactMap { $0["jti"] as? String }).count == trace.count)
        }

        @Test("a trace shows the sequence with the proofs' claims, and no secret")
        func trace() throws {
            let scene = try ClientScene("--nonce", "required")
            let (file, token) = try scene.tokenFile()
            let answer = try scene.request("/resource?page=2", token: file, "--trace", "--method", "POST")
            #expect(answer.status == 0)
            let lines = answer.error.split(separator: "\n").map(String.init)
            #expect(lines.filter { $0 == "> POST \(scene.server.origin)/resource?… (6 bytes)" }.count == 2)
            #expect(lines.filter { ["< 401", "< 200"].contains($0) } == ["< 401", "< 200"])
            #expect(lines.contains(">     htu: \"\(scene.server.origin)/resource\""))
            #expect(lines.contains { $0.hasPrefix(">     nonce: ") && $0.hasSuffix("bytes)\"") })
            #expect(
                lines.contains {
                    $0.hasPrefix("> Authorization: DPoP ") && $0.hasSuffix(" (\(token.utf8.count) bytes)")
                })
            #expect(
                lines.contains {
                    $0.lowercased().hasPrefix("< www-authenticate: dpop ") && $0.contains("use_dpop_nonce")
                })
            #expect(!answer.error.contains(token))
            // Of a proof, a token or a nonce no more than its beginning.
            #expect(!answer.error.contains("eyJ0eXAi") && lines.allSatisfy { $0.utf8.count < 512 })
        }

        @Test("what the server refuses is printed, with status 1")
        func refused() throws {
            let scene = try ClientScene()
            let (file, token) = try scene.tokenFile()
            #expect(try scene.request(token: file).status == 0)

            let stolen = scene.bench.path("thief.pem")
            #expect(try scene.bench.dpop("key", "new", "--out", stolen).status == 0)
            let thief = try scene.bench.dpop(
                "request", "--key", stolen, "--access-token-file", file, "--url", scene.server.origin + "/resource",
                "--include")
            #expect(thief.status == 1 && thief.output.hasPrefix("401\n") && thief.output.contains("invalid_token"))

            let missing = try scene.request("/nothing", token: file, "--json")
            #expect(try missing.status == 1 && missing.object()["status"] as? Int == 404)
            #expect(!missing.output.contains(token))
        }
    }
#endif

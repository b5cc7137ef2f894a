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
            #expect(lines.filter { $0 == "> POST \(scene.server.origin)/resource?page=2" }.count == 2)
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

        @Test("a token response that names another key or no binding is refused before anything is sent")
        func tokenFile() throws {
            let scene = try ClientScene()
            for (json, isGood) in [
                ("{\"access_token\":\"a\",\"token_type\":\"dpop\",\"jkt\":\"\(scene.jkt)\"}", true),
                ("{\"access_token\":\"a\",\"token_type\":\"DPoP\"}", true),
                ("{\"access_token\":\"a\",\"token_type\":\"Bearer\"}", false),
                (
                    "{\"access_token\":\"a\",\"token_type\":\"DPoP\",\"jkt\":\"\(String(repeating: "A", count: 43))\"}",
                    false
                ),
                ("{\"access_token\":\"a b\",\"token_type\":\"DPoP\"}", false), ("{\"access_token\":\"a\"}", false),
                ("{", false),
            ] {
                let file = try scene.bench.file("response.json", json)
                let answer = try scene.request(token: file)
                #expect(answer.status == (isGood ? 1 : 2))
                #expect(isGood || isOneLine(answer.error, naming: "--access-token-file"))
            }
        }

        @Test(
            "usage",
            arguments: [
                (["--header", "Authorization: Bearer x"], "--header"), (["--header", "dpop: x"], "--header"),
                (["--header", "none"], "--header"), (["--header", "a b: c"], "--header"),
                (["--header", "a: b\nc"], "--header"),
                (["--method", "A B"], "--method"), (["--body-file", "/nowhere/at/all"], "--body-file"),
                (["--max-time", "1e9"], "--max-time"), (["--url", "ftp://127.0.0.1/"], "--url"),
                (["--url", "http://user:secret@127.0.0.1/"], "--url"), (["--header", "X-A: b"], "no answer"),
            ])
        func usage(arguments: [String], word: String) throws {
            let bench = try Workbench()
            let key = bench.path("agent.pem")
            #expect(try bench.dpop("key", "new", "--out", key).status == 0)
            let token = try bench.file("token", "an-access-token")
            let url = arguments.contains("--url") ? [] : ["--url", "http://127.0.0.1:1/"]
            let answer = try bench.dpop(["request", "--key", key, "--access-token-file", token] + url + arguments)
            #expect(answer.status == 2 && answer.output.isEmpty)
            #expect(isOneLine(answer.error, naming: word))
            #expect(!answer.error.contains("an-access-token") && !answer.error.contains("secret@"))
        }
    }
#endif

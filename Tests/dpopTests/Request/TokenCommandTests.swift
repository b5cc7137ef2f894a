#if Hummingbird
    import Foundation
    import Testing

    @Suite struct TokenCommandTests {
        @Test("a bound token is fetched by the server's metadata", arguments: ["off", "required"])
        func token(nonce: String) throws {
            let scene = try ClientScene("--nonce", nonce)
            let plain = try scene.token()
            #expect(plain.status == 0 && plain.error.isEmpty)
            #expect(plain.outputLines.count == 1 && plain.output.split(separator: ".").count == 3)

            let object = try scene.token("--json", "--scope", "read write").object()
            #expect(object["token_type"] as? String == "DPoP")
            #expect(object["jkt"] as? String == scene.jkt)
            #expect(object["scope"] as? String == "read write")
            #expect(object["expires_at"] is Int)
        }

        @Test("a token goes to a new file of mode 0600, which is not overwritten, and not to the output")
        func file() throws {
            let scene = try ClientScene()
            let path = scene.bench.path("token.json")
            let answer = try scene.token("--out", path, "--json")
            #expect(answer.status == 0)
            let object = try answer.object()
            #expect(object["file"] as? String == path && object["access_token"] == nil)
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
            #expect(try scene.request(token: path).status == 0)

            let before = try Data(contentsOf: URL(fileURLWithPath: path))
            let again = try scene.token("--out", path)
            #expect(again.status == 2 && isOneLine(again.error, naming: "--out", "exists already"))
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
        }

        @Test("the token endpoint by itself, and the secret in the form, do too")
        func endpoint() throws {
            let scene = try ClientScene()
            let answer = try scene.bench.dpop(
                "token", "--key", scene.key, "--token-endpoint", scene.server.origin + "/token", "--client-id",
                RunningServer.confidential.id, "--client-secret-file", scene.bench.path("client-secret"),
                "--secret-in-form")
            #expect(answer.status == 0)
        }

        @Test("a client that the server refuses gets status 1, and the server's word")
        func refused() throws {
            let scene = try ClientScene()
            try scene.bench.file("client-secret", "another")
            let answer = try scene.token()
            #expect(answer.status == 1 && answer.output.isEmpty)
            #expect(isOneLine(answer.error, naming: "refusedByServer", "invalid_client"))
            let object = try scene.token("--json").object()
            #expect(object["serverError"] as? String == "invalid_client" && object["status"] as? Int == 401)

            let key = try scene.bench.dpop(
                "token", "--key", scene.key, "--issuer", scene.server.origin, "--client-id",
                RunningServer.confidential.id, "--client-key", scene.key)
            #expect(key.status == 1 && key.error.contains("invalid_client"))
        }
    }
#endif

#if Hummingbird
    import DPoPCore
    import Foundation
    import Testing

    @Suite("dpop serve: documents and the audit file")
    struct ServedDocumentTests {
        @Test(
            "the metadata documents name what is served, under --origin too",
            arguments: [nil, "https://as.example:8443"])
        func metadata(_ origin: String?) throws {
            let server = try RunningServer(origin: origin)
            let reply = try server.send("GET", "/.well-known/oauth-authorization-server")
            #expect(reply.status == 200 && reply.field("Content-Type") == "application/json")
            #expect(reply.text("issuer") == server.origin)
            for (member, path) in [
                ("authorization_endpoint", "/authorize"), ("token_endpoint", "/token"),
                ("pushed_authorization_request_endpoint", "/par"), ("introspection_endpoint", "/introspect"),
                ("revocation_endpoint", "/revoke"), ("jwks_uri", "/jwks"),
            ] {
                #expect(reply.text(member) == server.origin + path)
            }
            #expect(reply.object["code_challenge_methods_supported"] as? [String] == ["S256"])
            #expect(reply.object["authorization_response_iss_parameter_supported"] as? Bool == true)
            let algorithms = SigningAlgorithm.allCases.map(\.rawValue)
            #expect(reply.object["dpop_signing_alg_values_supported"] as? [String] == algorithms)

            let resource = try server.send("GET", "/.well-known/oauth-protected-resource/resource")
            #expect(resource.text("resource") == server.origin + "/resource")
            #expect(resource.object["authorization_servers"] as? [String] == [server.origin])
            #expect(resource.object["dpop_bound_access_tokens_required"] as? Bool == true)
            #expect(resource.object["dpop_signing_alg_values_supported"] as? [String] == algorithms)

            // Proofs name the external origin.
            let client = try ServedClient(server)
            #expect(
                try client.token([("grant_type", "client_credentials")] + ServedClient.credentials).status == 200)
        }

        @Test("with --schemes both the resource does not say that it requires bound tokens")
        func metadataOfBoth() throws {
            let server = try RunningServer("--schemes", "both")
            let resource = try server.send("GET", "/.well-known/oauth-protected-resource/resource")
            #expect(resource.object["dpop_bound_access_tokens_required"] as? Bool == false)
        }

        @Test("the key set holds the key that tokens are signed with, and only its public half")
        func keySet() throws {
            let server = try RunningServer()
            let client = try ServedClient(server)
            let keys = try #require(try server.send("GET", "/jwks").object["keys"] as? [[String: String]])
            let key = try #require(keys.first)
            #expect(keys.count == 1)
            #expect(Set(key.keys) == ["kty", "crv", "x", "y", "kid", "alg", "use"])
            let token = try client.clientCredentials()
            let jwt = try SignedJWT(token, maximumSize: 8_192)
            #expect(jwt.type == "at+jwt" && jwt.keyID == key["kid"])
            let json = "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"\(key["x"] ?? "")\",\"y\":\"\(key["y"] ?? "")\"}"
            let claims = try jwt.verified(by: PublicJWK(json: json), pinnedTo: .es256)
            #expect(claims["cnf"]?["jkt"]?.text == client.jkt)
            #expect(claims["iss"]?.text == server.origin)
            #expect(claims["client_id"]?.text == RunningServer.confidential.id)
        }

        @Test("only the methods and paths that are there are answered")
        func routes() throws {
            let server = try RunningServer()
            let get = try server.send("GET", "/token")
            #expect(get.status == 405 && get.field("Allow") == "POST")
            #expect(try server.send("PUT", "/authorize").status == 405)
            #expect(try server.send("POST", "/jwks").status == 405)
            for path in ["/", "/tokens", "/token/", "/%74oken", "/resources"] {
                #expect(try server.send("POST", path).status == 404)
            }
        }

        @Test("each line of the audit file is a JSON event, and none holds a token, a proof or a nonce")
        func audit() throws {
            let folder = try Workbench()
            let path = try folder.file("audit", "{\"before\":true}\n")
            let server = try RunningServer("--audit", path, "--nonce", "required")
            let client = try ServedClient(server)
            let form = [("grant_type", "client_credentials")] + ServedClient.credentials
            let tokenNonce = try #require(try client.token(form).field("DPoP-Nonce"))
            let token = try client.clientCredentials(nonce: tokenNonce)
            let nonce = try #require(try client.use(token).field("DPoP-Nonce"))
            let proof = try client.proof("GET", "/resource", accessToken: token, nonce: nonce)
            #expect(try client.use(token, proof: proof).status == 200)
            #expect(try client.use(token, proof: proof).status == 401)
            #expect(try server.stop().status == 0)

            let text = try String(contentsOfFile: path, encoding: .utf8)
            let events = try text.split(separator: "\n").map {
                try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
            }
            #expect(events.first?["before"] as? Bool == true)
            #expect(
                events.dropFirst().map { $0["decision"] as? String } == [
                    "denied", "granted", "denied", "granted", "denied",
                ])
            #expect(
                events.dropFirst().map { $0["code"] as? String } == [
                    "nonceMissing", nil, "nonceMissing", nil, "replayed",
                ])
            #expect(events.last?["subject"] as? String == RunningServer.confidential.id)
            #expect(events.last?["clientAddress"] as? String == "127.0.0.1")
            for secret in [token, proof, nonce, tokenNonce, RunningServer.confidential.secret] {
                #expect(!text.contains(secret))
                // Nor a part of one.
                #expect(!secret.split(separator: ".").contains { $0.utf8.count > 8 && text.contains($0) })
            }
        }
    }
#endif

#if Hummingbird
    import DPoPCore
    import Foundation
    import Testing

    @Suite("dpop serve: tokens and the resource")
    struct ServedResourceTests {
        @Test("client credentials by Basic and in the form give a bound token, which works by any method")
        func clientCredentials() throws {
            let client = try ServedClient(RunningServer())
            for (form, fields) in [([], ["Authorization": ServedClient.basic]), (ServedClient.credentials, [:])] {
                let reply = try client.token([("grant_type", "client_credentials")] + form, fields: fields)
                #expect(reply.status == 200)
                #expect(reply.text("token_type") == "DPoP")
                #expect(reply.field("Cache-Control") == "no-store")
                #expect(reply.object["expires_in"] as? Int == 300)
                #expect(reply.object["refresh_token"] == nil)
                let token = try #require(reply.text("access_token"))
                for method in ["GET", "POST", "DELETE", "PROPFIND"] {
                    let use = try client.use(token, method)
                    #expect(use.status == 200)
                    #expect(use.text("method") == method)
                    #expect(use.text("subject") == RunningServer.confidential.id)
                }
                let head = try client.use(token, "HEAD")
                #expect(head.status == 200 && head.body.isEmpty)
            }
        }

        @Test("without credentials the resource challenges, without an error, and names its metadata")
        func challenge() throws {
            let server = try RunningServer()
            let reply = try server.send("GET", "/resource")
            #expect(reply.status == 401 && reply.body.isEmpty)
            let challenge = try #require(reply.field("WWW-Authenticate"))
            #expect(challenge.hasPrefix("DPoP "))
            #expect(challenge.contains("algs=\"") && !challenge.contains("error"))
            #expect(challenge.contains("/.well-known/oauth-protected-resource/resource\""))
        }

        @Test("a proof counts once, at the token endpoint and at the resource")
        func replay() throws {
            let client = try ServedClient(RunningServer())
            let form = [("grant_type", "client_credentials")] + ServedClient.credentials
            let proof = try client.proof("POST", "/token")
            // What is refused for another reason does not use the proof up.
            #expect(
                try client.token([("grant_type", "password")] + ServedClient.credentials, proof: proof).status
                    == 400)
            let first = try client.token(form, proof: proof)
            let second = try client.token(form, proof: proof)
            #expect(first.status == 200)
            #expect(second.status == 400 && second.error == "invalid_dpop_proof")

            let token = try #require(first.text("access_token"))
            let used = try client.proof("GET", "/resource", accessToken: token)
            #expect(try client.use(token, proof: used).status == 200)
            let again = try client.use(token, proof: used)
            #expect(again.status == 401)
            #expect(again.field("WWW-Authenticate")?.contains("error=\"invalid_dpop_proof\"") == true)
        }

        @Test("attack 115: a bound token as Bearer is refused, with a proof too", arguments: ["dpop", "both"])
        func downgrade(_ schemes: String) throws {
            let client = try ServedClient(RunningServer("--schemes", schemes))
            let token = try client.clientCredentials()
            for proof in ["", try client.proof("GET", "/resource", accessToken: token)] {
                let reply = try client.use(token, scheme: "Bearer", proof: proof)
                #expect(reply.status == 401)
                #expect(reply.field("WWW-Authenticate")?.contains("error=\"invalid_token\"") == true)
            }
            #expect(try client.use(token).status == 200)
            #expect(try client.use(token, proof: "").status == 401)
        }

        @Test("attack 121: a proof for the token endpoint is none for the resource, nor the other way round")
        func confusedEndpoint() throws {
            let client = try ServedClient(RunningServer())
            let form = [("grant_type", "client_credentials")] + ServedClient.credentials
            let token = try client.clientCredentials()

            let atResource = try client.use(token, "POST", proof: try client.proof("POST", "/token"))
            #expect(atResource.status == 401)
            #expect(atResource.field("WWW-Authenticate")?.contains("error=\"invalid_dpop_proof\"") == true)
            #expect(try client.use(token, "POST").status == 200)

            let proof = try client.proof("POST", "/resource", accessToken: token)
            let atToken = try client.token(form, proof: proof)
            #expect(atToken.status == 400 && atToken.error == "invalid_dpop_proof")
            #expect(try client.use(token, "POST", proof: proof).status == 200)
        }

        @Test("attacks 158 and 160: with --nonce required each role asks for its own nonce, and takes no other")
        func nonces() throws {
            let client = try ServedClient(RunningServer("--nonce", "required"))
            let form = [("grant_type", "client_credentials")] + ServedClient.credentials
            let asked = try client.token(form)
            #expect(asked.status == 400 && asked.error == "use_dpop_nonce")
            let tokenNonce = try #require(asked.field("DPoP-Nonce"))
            let issued = try client.token(form, nonce: tokenNonce)
            #expect(issued.status == 200)
            let token = try #require(issued.text("access_token"))

            var nonces: [String] = []
            for nonce in [nil, tokenNonce] {
                let reply = try client.use(token, nonce: nonce)
                #expect(reply.status == 401)
                #expect(reply.field("WWW-Authenticate")?.contains("error=\"use_dpop_nonce\"") == true)
                #expect(reply.field("Cache-Control") == "no-store")
                nonces.append(try #require(reply.field("DPoP-Nonce")))
            }
            #expect(try client.use(token, nonce: nonces[0]).status == 200)
            #expect(try client.token(form, nonce: nonces[1]).error == "use_dpop_nonce")
        }

        @Test("--schemes both issues and serves unbound tokens, which are none for the DPoP scheme; dpop does neither")
        func schemes() throws {
            let form = [("grant_type", "client_credentials")] + ServedClient.credentials
            let strict = try ServedClient(RunningServer()).token(form, proof: "")
            #expect(strict.status == 400 && strict.error == "invalid_dpop_proof")

            let client = try ServedClient(RunningServer("--schemes", "both"))
            let reply = try client.token(form, proof: "")
            #expect(reply.status == 200 && reply.text("token_type") == "Bearer")
            let token = try #require(reply.text("access_token"))
            #expect(try client.use(token, scheme: "Bearer", proof: "").status == 200)
            #expect(try client.use(token).status == 401)
        }
    }
#endif

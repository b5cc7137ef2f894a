#if Hummingbird
    import DPoPCore
    import Foundation
    import Testing

    @Suite("dpop serve: authorization codes and refresh tokens")
    struct ServedCodeTests {
        @Test("a code with PKCE and dpop_jkt gives a bound token to its key alone")
        func boundCode() throws {
            let server = try RunningServer("--schemes", "both")
            let (client, thief) = (try ServedClient(server), try ServedClient(server))
            let code = try client.code(RunningServer.publicID, ["dpop_jkt": client.jkt])
            let form = ServedClient.redemption(code)
            let other = try thief.token(form)
            #expect(other.status == 400 && other.error == "invalid_grant")
            let unproven = try client.token(form, proof: "")
            #expect(unproven.status == 400 && unproven.error == "invalid_dpop_proof")

            let reply = try client.token(form)
            #expect(reply.status == 200 && reply.text("token_type") == "DPoP")
            #expect(reply.text("scope") == "read write")
            let use = try client.use(try #require(reply.text("access_token")))
            #expect(use.status == 200 && use.text("subject") == "test-user")
        }

        @Test("the answer to an authorization request has state and iss, and says that nobody was asked")
        func authorization() throws {
            let server = try RunningServer()
            let client = try ServedClient(server)
            let query = encode(client.authorization())
            for reply in [
                try server.send("GET", "/authorize?" + query),
                try server.post("/authorize", client.authorization()),
            ] {
                #expect(reply.status == 302)
                #expect(reply.field("Location")?.hasPrefix(ServedClient.callback + "&code=") == true)
                #expect(reply.redirected["state"] == "a state & more")
                #expect(reply.redirected["iss"] == server.origin)
                #expect(String(decoding: reply.body, as: UTF8.self).contains("by itself"))
            }
        }

        @Test(
            "a request that is not good is told so by redirect",
            arguments: [
                ("response_type", "token", "unsupported_response_type"), ("response_type", nil, "invalid_request"),
                ("code_challenge", nil, "invalid_request"), ("code_challenge_method", "plain", "invalid_request"),
                ("code_challenge_method", nil, "invalid_request"), ("dpop_jkt", "short", "invalid_request"),
                ("dpop_jkt", "", "invalid_request"), ("scope", "a  b", "invalid_scope"),
            ] as [(String, String?, String)])
        func fault(_ name: String, _ value: String?, _ error: String) throws {
            let server = try RunningServer()
            let client = try ServedClient(server)
            let form = client.authorization(RunningServer.publicID, [name: value])
            let reply = try server.send("GET", "/authorize?" + encode(form))
            #expect(reply.status == 302)
            #expect(reply.redirected["error"] == error)
            #expect(reply.redirected["state"] == "a state & more")
            #expect(reply.redirected["iss"] == server.origin)
            #expect(reply.redirected["code"] == nil)
        }

        @Test("a client or redirect URI that is not good is told so without a redirect")
        func noRedirect() throws {
            let server = try RunningServer()
            let client = try ServedClient(server)
            for (id, uri) in [
                ("nobody", "https://client.example/"), (RunningServer.publicID, "http://client.example/"),
                (RunningServer.publicID, "http://127.0.0.1.evil.example/"), (RunningServer.publicID, "app:/callback"),
                (RunningServer.publicID, "https://client.example/#part"),
                (RunningServer.publicID, "https://client.example/\r\nX: y"),
            ] {
                let query = encode(client.authorization(id, ["redirect_uri": uri]))
                let reply = try server.send("GET", "/authorize?" + query)
                #expect(reply.status == 400 && reply.error == "invalid_request", "\(uri)")
                #expect(reply.field("Location") == nil)
            }
            for uri in ["https://client.example/cb", "http://localhost/", "http://[::1]:80/cb"] {
                _ = try client.code(RunningServer.publicID, ["redirect_uri": uri])
            }
        }

        @Test("a code counts once, for its client, redirect URI and verifier; a second use revokes its tokens")
        func codeOnce() throws {
            let client = try ServedClient(RunningServer())
            let code = try client.code()
            for changes in [
                ["redirect_uri": "http://127.0.0.1:9/callback"], ["code_verifier": String(repeating: "a", count: 43)],
                ["code_verifier": "short"], ["code": code + "x"],
                ["client_id": RunningServer.confidential.id, "client_secret": RunningServer.confidential.secret],
            ] {
                let reply = try client.token(ServedClient.redemption(code, changes))
                #expect(reply.status == 400 && reply.error == "invalid_grant", "\(changes.keys)")
            }
            let reply = try client.token(ServedClient.redemption(code))
            let token = try #require(reply.text("access_token"))
            let refreshToken = try #require(reply.text("refresh_token"))
            #expect(try client.use(token).status == 200)

            #expect(try client.token(ServedClient.redemption(code)).error == "invalid_grant")
            let use = try client.use(token)
            #expect(use.status == 401)
            #expect(use.field("WWW-Authenticate")?.contains("error=\"invalid_token\"") == true)
            #expect(try client.token(ServedClient.refresh(refreshToken)).error == "invalid_grant")
        }

        @Test("attack 122: a public client's refresh token needs its key; the next one replaces it")
        func publicRefresh() throws {
            let server = try RunningServer()
            let (client, thief) = (try ServedClient(server), try ServedClient(server))
            let issued = try client.token(ServedClient.redemption(try client.code()))
            let first = try #require(issued.text("refresh_token"))
            let stolen = try thief.token(ServedClient.refresh(first))
            #expect(stolen.status == 400 && stolen.error == "invalid_grant")

            let next = try client.token(ServedClient.refresh(first) + [("scope", "read")])
            #expect(next.status == 200 && next.text("scope") == "read")
            let second = try #require(next.text("refresh_token"))
            #expect(second != first)
            let token = try #require(next.text("access_token"))
            #expect(try client.use(token).status == 200)
            let wider = try client.token(ServedClient.refresh(second) + [("scope", "read admin")])
            #expect(wider.status == 400 && wider.error == "invalid_scope")

            // Whoever uses an old one has a copy, and nobody can tell whose it is.
            #expect(try client.token(ServedClient.refresh(first)).error == "invalid_grant")
            #expect(try client.token(ServedClient.refresh(second)).error == "invalid_grant")
            #expect(try client.use(token).status == 401)
        }

        @Test("a confidential client may refresh with another key, to which the new token is bound")
        func confidentialRefresh() throws {
            let server = try RunningServer()
            let (client, later) = (try ServedClient(server), try ServedClient(server))
            let code = try client.code(RunningServer.confidential.id)
            let changes = Dictionary(uniqueKeysWithValues: ServedClient.credentials)
            let issued = try client.token(ServedClient.redemption(code, changes))
            let refreshToken = try #require(issued.text("refresh_token"))
            let next = try later.token(ServedClient.refresh(refreshToken, ServedClient.credentials))
            let token = try #require(next.text("access_token"))
            #expect(try later.use(token).status == 200)
            #expect(try client.use(token).status == 401)
        }

        @Test("attack 122: a pushed request is bound by its proof, with which dpop_jkt must agree")
        func pushed() throws {
            let server = try RunningServer()
            let (client, thief) = (try ServedClient(server), try ServedClient(server))
            func push(_ changes: [String: String?]) throws -> Reply {
                try server.post(
                    "/par", client.authorization(RunningServer.publicID, changes),
                    fields: ["DPoP": try client.proof("POST", "/par")])
            }
            let disagreeing = try push(["dpop_jkt": thief.jkt])
            #expect(disagreeing.status == 400 && disagreeing.error == "invalid_dpop_proof")
            #expect(try push(["request_uri": "urn:x"]).error == "invalid_request")

            for changes: [String: String?] in [[:], ["dpop_jkt": client.jkt]] {
                let reply = try push(changes)
                #expect(reply.status == 201)
                #expect(reply.object["expires_in"] as? Int == 60)
                let uri = try #require(reply.text("request_uri"))
                func authorize(_ id: String) throws -> Reply {
                    try server.send("GET", "/authorize?" + encode([("client_id", id), ("request_uri", uri)]))
                }
                #expect(try authorize(RunningServer.confidential.id).error == "invalid_request")
                let code = try #require(try authorize(RunningServer.publicID).redirected["code"])
                #expect(try authorize(RunningServer.publicID).error == "invalid_request")
                #expect(try thief.token(ServedClient.redemption(code)).error == "invalid_grant")
                #expect(try client.token(ServedClient.redemption(code)).status == 200)
            }
        }
    }
#endif

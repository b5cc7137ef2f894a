#if Hummingbird
    import DPoPCore
    import Foundation
    import Testing

    @Suite("dpop serve: introspection, revocation and what is asked wrongly")
    struct ServedTokenStateTests {
        @Test("introspection tells a confidential client what a token is bound to")
        func introspection() throws {
            let server = try RunningServer()
            let client = try ServedClient(server)
            let token = try client.clientCredentials()
            func introspect(_ token: String, _ who: [(String, String)]) throws -> Reply {
                try server.post("/introspect", [("token", token)] + who)
            }
            let reply = try introspect(token, ServedClient.credentials)
            #expect(reply.status == 200)
            #expect(reply.object["active"] as? Bool == true)
            #expect(reply.text("token_type") == "DPoP")
            #expect((reply.object["cnf"] as? [String: String]) == ["jkt": client.jkt])
            #expect(reply.text("client_id") == RunningServer.confidential.id)
            #expect(reply.text("iss") == server.origin && reply.text("aud") == server.origin + "/resource")

            let issued = try client.token(ServedClient.redemption(try client.code()))
            let refresh = try introspect(try #require(issued.text("refresh_token")), ServedClient.credentials)
            #expect(refresh.object["active"] as? Bool == true)
            #expect((refresh.object["cnf"] as? [String: String]) == ["jkt": client.jkt])
            // Of a type that no resource accepts.
            #expect(refresh.text("token_type") == "refresh_token")

            let unknown = try introspect(token + "x", ServedClient.credentials)
            #expect(unknown.status == 200 && unknown.object.count == 1)
            #expect(unknown.object["active"] as? Bool == false)
            for who in [[], [("client_id", RunningServer.publicID)], [("client_id", RunningServer.confidential.id)]] {
                let refused = try introspect(token, who)
                #expect(refused.status == 401 && refused.error == "invalid_client")
            }
        }

        @Test("a revoked token is refused by the resource, and a revoked refresh token takes its access tokens with it")
        func revocation() throws {
            let server = try RunningServer()
            let client = try ServedClient(server)
            let (token, kept) = (try client.clientCredentials(), try client.clientCredentials())
            let app = [("client_id", RunningServer.publicID)]
            let foreign = try server.post("/revoke", [("token", token)] + app)
            #expect(foreign.status == 400 && foreign.error == "invalid_grant")
            #expect(try client.use(token).status == 200)
            #expect(try server.post("/revoke", [("token", token)] + ServedClient.credentials).status == 200)
            let use = try client.use(token)
            #expect(use.status == 401)
            #expect(use.field("WWW-Authenticate")?.contains("error=\"invalid_token\"") == true)
            let state = try server.post("/introspect", [("token", token)] + ServedClient.credentials)
            #expect(state.object["active"] as? Bool == false)
            #expect(try client.use(kept).status == 200)
            #expect(try server.post("/revoke", [("token", "unknown")] + app).status == 200)

            let issued = try client.token(ServedClient.redemption(try client.code()))
            let refreshToken = try #require(issued.text("refresh_token"))
            let access = try #require(issued.text("access_token"))
            #expect(try client.use(access).status == 200)
            #expect(try server.post("/revoke", [("token", refreshToken)] + app).status == 200)
            #expect(try client.use(access).status == 401)
            #expect(try client.token(ServedClient.refresh(refreshToken)).error == "invalid_grant")
        }

        struct Wrong: CustomTestStringConvertible, Sendable {
            let name: String
            let body: String
            var authorization: String?
            var type = "application/x-www-form-urlencoded"
            var status = 400
            let error: String
            var testDescription: String { name }
        }

        private static let good = encode([("grant_type", "client_credentials")] + ServedClient.credentials)

        @Test(
            "a token request that is wrong gets the error of RFC 6749 §5.2",
            arguments: [
                Wrong(name: "repeated", body: good + "&grant_type=client_credentials", error: "invalid_request"),
                Wrong(name: "repeated by an escape", body: good + "&grant%5Ftype=x", error: "invalid_request"),
                Wrong(name: "no grant type", body: encode(ServedClient.credentials), error: "invalid_request"),
                Wrong(name: "malformed escape", body: good + "&scope=%4", error: "invalid_request"),
                Wrong(name: "empty piece", body: good + "&&", error: "invalid_request"),
                Wrong(name: "not a form", body: good, type: "application/json", error: "invalid_request"),
                Wrong(
                    name: "unsupported grant", body: encode([("grant_type", "password")] + ServedClient.credentials),
                    error: "unsupported_grant_type"),
                Wrong(
                    name: "public client", body: "grant_type=client_credentials&client_id=app",
                    error: "unauthorized_client"),
                Wrong(name: "no client", body: "grant_type=client_credentials", status: 401, error: "invalid_client"),
                Wrong(
                    name: "unknown client", body: "grant_type=client_credentials&client_id=nobody&client_secret=x",
                    status: 401, error: "invalid_client"),
                Wrong(
                    name: "public client with a secret", body: "grant_type=x&client_id=app&client_secret=x",
                    status: 401,
                    error: "invalid_client"),
                Wrong(
                    name: "wrong secret", body: "grant_type=client_credentials&client_id=agent&client_secret=x",
                    status: 401, error: "invalid_client"),
                Wrong(
                    name: "wrong Basic", body: "grant_type=client_credentials",
                    authorization: "Basic " + Data("agent:x".utf8).base64EncodedString(), status: 401,
                    error: "invalid_client"),
                Wrong(
                    name: "Basic not form-encoded", body: "grant_type=client_credentials",
                    authorization: "Basic "
                        + Data("agent:\(RunningServer.confidential.secret)".utf8).base64EncodedString(),
                    status: 401, error: "invalid_client"),
                Wrong(
                    name: "Basic that is none", body: "grant_type=client_credentials", authorization: "Basic agent:x",
                    status: 401, error: "invalid_client"),
                Wrong(
                    name: "another scheme", body: good, authorization: "Bearer x", status: 401, error: "invalid_client"),
                Wrong(
                    name: "credentials in two places", body: good, authorization: ServedClient.basic,
                    error: "invalid_request"),
                Wrong(
                    name: "scope", body: good + "&scope=" + String(repeating: "a", count: 1_025), error: "invalid_scope"
                ),
                Wrong(
                    name: "too large", body: good + "&x=" + String(repeating: "a", count: 65_536), status: 413,
                    error: "invalid_request"),
            ])
        func wrong(_ wrong: Wrong) throws {
            let server = try RunningServer()
            let client = try ServedClient(server)
            let connection = try LoopbackConnection(port: server.port)
            var fields = ["Content-Type": wrong.type, "DPoP": try client.proof("POST", "/token")]
            fields["Authorization"] = wrong.authorization
            let reply = try server.send("POST", "/token", fields: fields, body: wrong.body, over: connection)
            #expect(reply.status == wrong.status)
            #expect(reply.error == wrong.error)
            #expect(reply.field("Cache-Control") == "no-store")
            #expect((reply.field("WWW-Authenticate")?.hasPrefix("Basic ") == true) == (wrong.status == 401))
            // The proof was not used up, and the connection can be used again.
            fields["Content-Type"] = "application/x-www-form-urlencoded"
            fields["Authorization"] = nil
            let twin = try server.send("POST", "/token", fields: fields, body: Self.good, over: connection)
            #expect(twin.status == 200)
        }
    }
#endif

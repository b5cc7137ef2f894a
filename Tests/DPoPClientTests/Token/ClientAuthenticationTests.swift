import DPoPCore
import Foundation
import HTTPTypes
import Testing

@testable import DPoPClient

@Suite struct ClientAuthenticationTests {
    private struct HookFailure: Error { let secret = "hook-secret" }

    /// What a client-credentials request carried.
    private func sent(
        _ authentication: ClientAuthentication
    ) async throws -> (authorization: String?, form: [String: String]) {
        let kit = try TokenKit()
        let server = ScriptedServer { _, _ in Answers.token() }
        _ = try await kit.client(authentication, over: server).clientCredentials(proving: kit.session.tokenRequests)
        return (server.requests[0].headerFields[.authorization], TokenKit.form(server.bodies[0]))
    }

    @Test("a public client names itself in the body")
    func publicClient() async throws {
        let (authorization, form) = try await sent(.publicClient(id: "a&b=c"))
        #expect(authorization == nil)
        #expect(form == ["grant_type": "client_credentials", "client_id": "a&b=c"])
    }

    @Test("client_secret_basic encodes each half as a form does, then the pair as base64")
    func basic() async throws {
        let (authorization, form) = try await sent(.clientSecretBasic(id: "a:b", secret: "p+w %é?>~"))
        let pair = Data("a%3Ab:p%2Bw%20%25%C3%A9%3F%3E~".utf8).base64EncodedString()
        #expect(authorization == "Basic \(pair)")
        #expect(form == ["grant_type": "client_credentials"])
    }

    @Test("base64 has its own alphabet and its padding", arguments: ["a", "ab", "abc", "~~~>>>???", "\u{7f}~o?"])
    func alphabet(secret: String) async throws {
        let text = try #require(try await sent(.clientSecretBasic(id: "~", secret: secret)).authorization)
        let pair = try #require(Data(base64Encoded: String(text.dropFirst("Basic ".count))))
        let halves = String(decoding: pair, as: UTF8.self).split(separator: ":")
        #expect(halves.map { $0.removingPercentEncoding } == ["~", secret])
    }

    @Test("client_secret_post has both in the body")
    func post() async throws {
        let (authorization, form) = try await sent(.clientSecretPost(id: "app", secret: "p+w &=é"))
        #expect(authorization == nil)
        #expect(
            form == ["grant_type": "client_credentials", "client_id": "app", "client_secret": "p+w &=é"])
    }

    @Test(
        "private_key_jwt says who, for whom and when, and is signed by its key", arguments: [nil, "https://as/token"])
    func keyJWT(audience: String?) async throws {
        let key = try SigningKey.generate(.es384)
        let form = try await sent(
            .privateKeyJWT(id: "app", key: key, keyID: audience == nil ? nil : "k1", audience: audience)
        ).form
        #expect(form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
        #expect(form["client_id"] == "app")
        let jwt = try SignedJWT(form["client_assertion"] ?? "", maximumSize: 8_192)
        #expect(jwt.type == "JWT" && jwt.keyID == (audience == nil ? nil : "k1"))
        let claims = try jwt.verified(by: key.publicJWK, pinnedTo: .es384)
        let now = TokenKit.now.seconds
        #expect(claims["iss"] == "app" && claims["sub"] == "app")
        #expect(claims["aud"]?.text == audience ?? TokenKit.issuer)
        #expect(claims["iat"] == .integer(now) && claims["exp"] == .integer(now + 60))
        #expect(Base64URL.decode(claims["jti"]?.text ?? "")?.count == 16)
    }

    @Test("the server's nonce is answered with another proof and another assertion")
    func nonceDance() async throws {
        let kit = try TokenKit()
        let server = ScriptedServer { _, index in
            index == 0 ? Answers.refusal("use_dpop_nonce", Answers.nonce("n1")) : Answers.token()
        }
        let key = try SigningKey.generate(.es256)
        _ = try await kit.client(.privateKeyJWT(id: "app", key: key), over: server)
            .clientCredentials(proving: kit.session.tokenRequests)
        let proofs = try server.claims
        #expect(proofs.map { $0["nonce"]?.text } == [nil, "n1"])
        #expect(proofs[0]["jti"] != proofs[1]["jti"])
        let assertions = try server.bodies.map { body in
            try SignedJWT(TokenKit.form(body)["client_assertion"] ?? "", maximumSize: 8_192)
                .verified(by: key.publicJWK, pinnedTo: .es256)
        }
        #expect(assertions.count == 2 && assertions[0]["jti"] != assertions[1]["jti"])
    }

    @Test("the hook for assertions is called for every send")
    func hook() async throws {
        let kit = try TokenKit()
        let server = ScriptedServer { _, index in
            index == 0 ? Answers.refusal("use_dpop_nonce", Answers.nonce("n1")) : Answers.token()
        }
        let calls = Locked(0)
        let authentication = ClientAuthentication.assertion(id: "app") {
            calls.withLock { calls in
                calls += 1
                return "assertion-\(calls)"
            }
        }
        _ = try await kit.client(authentication, over: server).clientCredentials(proving: kit.session.tokenRequests)
        #expect(server.bodies.map { TokenKit.form($0)["client_assertion"] } == ["assertion-1", "assertion-2"])
    }

    @Test("a hook that fails sends nothing, and its error is kept apart")
    func hookFails() async throws {
        let kit = try TokenKit()
        let server = ScriptedServer { _, _ in Answers.token() }
        let failing = kit.client(.assertion(id: "app") { throw HookFailure() }, over: server)
        let error = await #expect(throws: DPoPClientError.self) {
            try await failing.clientCredentials(proving: kit.session.tokenRequests)
        }
        #expect(error?.code == .keyUnavailable && error?.underlying is HookFailure)
        #expect(!TokenKit.shown(try #require(error)).contains("hook-secret"))
        let cancelled = kit.client(.assertion(id: "app") { throw CancellationError() }, over: server)
        await #expect(throws: CancellationError.self) {
            try await cancelled.clientCredentials(proving: kit.session.tokenRequests)
        }
        #expect(server.requests.isEmpty)
    }

    @Test("the assertion's clock is the server's once that is known")
    func clock() async throws {
        let kit = try TokenKit()
        let server = ScriptedServer { _, index in
            // 2027-01-15T08:02:00Z, two minutes after the session's clock.
            index == 0
                ? Answers.refusal("invalid_dpop_proof", [.date: "Fri, 15 Jan 2027 08:02:00 GMT"]) : Answers.token()
        }
        let key = try SigningKey.generate(.es256)
        _ = try await kit.client(.privateKeyJWT(id: "app", key: key), over: server)
            .clientCredentials(proving: kit.session.tokenRequests)
        let times = try server.bodies.map { body in
            try SignedJWT(TokenKit.form(body)["client_assertion"] ?? "", maximumSize: 8_192)
                .verified(by: key.publicJWK, pinnedTo: .es256)["iat"]
        }
        #expect(times == [.integer(TokenKit.now.seconds), .integer(TokenKit.now.seconds + 120)])
    }

    @Test("no way to show an authentication, a client or an error shows a secret")
    func secret() async throws {
        let kit = try TokenKit()
        let key = try SigningKey.generate(.es256)
        let server = ScriptedServer { _, _ in Answers.refusal("invalid_client") }
        for authentication in [
            ClientAuthentication.clientSecretBasic(id: "app", secret: "hidden-1"),
            .clientSecretPost(id: "app", secret: "hidden-1"), .privateKeyJWT(id: "app", key: key, keyID: "hidden-1"),
            .assertion(id: "app") { "hidden-1" },
        ] {
            let client = kit.client(authentication, over: server)
            let error = await #expect(throws: DPoPClientError.self) {
                try await client.clientCredentials(proving: kit.session.tokenRequests)
            }
            #expect(error?.serverError?.code == "invalid_client")
            let text =
                TokenKit.shown(authentication) + TokenKit.shown(client)
                + TokenKit.shown(try #require(error))
            #expect(!text.contains("hidden-1") && !text.contains("aGlkZGVu"))
        }
    }
}

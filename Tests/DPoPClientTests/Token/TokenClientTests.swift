import DPoPCore
import HTTPTypes
import Testing

@testable import DPoPClient

@Suite struct TokenClientTests {
    private struct Unreachable: Error {}

    @Test("a client-credentials request is a form with a proof of the method and endpoint, without ath")
    func clientCredentials() async throws {
        let kit = try TokenKit()
        let server = ScriptedServer { _, _ in Answers.token("\"expires_in\":60") }
        let answer = try await kit.client(over: server).clientCredentials(
            scope: ["b", "a"], resource: ["https://r/1"], proving: kit.session.tokenRequests)
        #expect(answer.credential.expiresAt == TokenKit.now.advanced(bySeconds: 60))
        guard case .bound(let token) = answer.credential else {
            Issue.record("not bound")
            return
        }
        #expect(token.jkt == kit.session.jkt)
        let request = server.requests[0]
        #expect(request.method == .post && request.scheme == "https" && request.authority == "as.example.com")
        #expect(request.path == "/token?tenant=1")
        #expect(request.headerFields[.contentType] == "application/x-www-form-urlencoded")
        #expect(request.headerFields[.accept] == "application/json")
        #expect(
            TokenKit.form(server.bodies[0])
                == ["grant_type": "client_credentials", "scope": "b a", "resource": "https://r/1"])
        let claims = try server.claims[0]
        #expect(claims["htm"] == "POST" && claims["htu"] == "https://as.example.com/token" && claims["ath"] == nil)
    }

    @Test("a lifetime counts from when the request was made, however long its answer takes")
    func lifetime() async throws {
        let time = Locked(TokenKit.now)
        var settings = SessionSettings()
        settings.clock = { time.withLock { $0 } }
        let kit = try TokenKit()
        let session = DPoPSession(signer: kit.key, settings: settings)
        let server = ScriptedServer { _, _ in
            time.withLock { $0 = $0.advanced(bySeconds: 30) }
            return Answers.token("\"expires_in\":60")
        }
        let answer = try await kit.client(over: server).clientCredentials(proving: session.tokenRequests)
        #expect(answer.credential.expiresAt == TokenKit.now.advanced(bySeconds: 60))
    }

    @Test("several resources are as many fields")
    func resources() async throws {
        let kit = try TokenKit()
        let server = ScriptedServer { _, _ in Answers.token() }
        _ = try await kit.client(over: server).clientCredentials(
            resource: ["a:1", "a:2"], proving: kit.session.tokenRequests)
        #expect(
            String(decoding: server.bodies[0], as: UTF8.self)
                == "grant_type=client_credentials&resource=a%3A1&resource=a%3A2")
    }

    @Test("a scope that is none is not sent", arguments: ["", "a b", "a\"", "a\\", "a\n", "é"])
    func scope(text: String) async throws {
        let kit = try TokenKit()
        let server = ScriptedServer { _, _ in Answers.token() }
        let error = await #expect(throws: DPoPClientError.self) {
            try await kit.client(over: server).clientCredentials(
                scope: ["a", text], proving: kit.session.tokenRequests)
        }
        #expect(error?.code == .malformedRequest && server.requests.isEmpty)
        _ = try await kit.client(over: server).clientCredentials(
            scope: ["a", "urn:x!"], proving: kit.session.tokenRequests)
    }

    @Test("a code is redeemed with its verifier")
    func redeem() async throws {
        let kit = try TokenKit()
        let server = ScriptedServer { _, _ in Answers.token("\"refresh_token\":\"rt\"") }
        let answer = try await kit.client(.publicClient(id: "app"), over: server).redeem(
            code: "c 1", redirectURI: "app:/cb", codeVerifier: "v", proving: kit.session.tokenRequests)
        #expect(answer.refreshToken == RefreshToken(text: "rt", jkt: kit.session.jkt))
        #expect(
            TokenKit.form(server.bodies[0]) == [
                "grant_type": "authorization_code", "code": "c 1", "redirect_uri": "app:/cb", "code_verifier": "v",
                "client_id": "app",
            ])
    }

    // MARK: Refresh

    @Test("the old refresh token is kept where there is no new one")
    func refresh() async throws {
        let kit = try TokenKit()
        let server = ScriptedServer { _, index in Answers.token(index == 0 ? "" : "\"refresh_token\":\"rt-2\"") }
        let client = kit.client(.publicClient(id: "app"), over: server)
        let old = RefreshToken(text: "rt-1", jkt: kit.session.jkt)
        let first = try await client.refresh(old, proving: kit.session.tokenRequests)
        #expect(first.refreshToken == old)
        let second = try await client.refresh(old, scope: ["a"], proving: kit.session.tokenRequests)
        #expect(second.refreshToken?.text == "rt-2")
        #expect(
            server.bodies.map(TokenKit.form) == [
                ["grant_type": "refresh_token", "refresh_token": "rt-1", "client_id": "app"],
                ["grant_type": "refresh_token", "refresh_token": "rt-1", "client_id": "app", "scope": "a"],
            ])
    }

    @Test("attack 122: a public client's refresh token is not sent with another key")
    func refreshKey() async throws {
        let kit = try TokenKit()
        let server = ScriptedServer { _, _ in Answers.token() }
        let old = RefreshToken(text: "rt-1", jkt: try SigningKey.generate(.es256).publicJWK.thumbprint)
        let error = await #expect(throws: DPoPClientError.self) {
            try await kit.client(.publicClient(id: "app"), over: server).refresh(
                old, proving: kit.session.tokenRequests)
        }
        #expect(error?.code == .keyMismatch && error?.reason.contains("new grant") == true)
        #expect(server.requests.isEmpty)
        // A client with credentials may change its key; the new token is bound to the new one.
        let answer = try await kit.client(over: server).refresh(old, proving: kit.session.tokenRequests)
        guard case .bound(let token) = answer.credential else {
            Issue.record("not bound")
            return
        }
        #expect(token.jkt == kit.session.jkt && answer.refreshToken == old)
    }

    // MARK: Before anything is sent

    @Test("a server that says that it does not take our algorithm is not asked")
    func algorithms() async throws {
        let server = ScriptedServer { _, _ in Answers.token() }
        for algorithms in [[], ["PS256"], ["es256"], ["ES256 "]] {
            let kit = try TokenKit(algorithms: algorithms)
            let error = await #expect(throws: DPoPClientError.self) {
                try await kit.client(over: server).clientCredentials(proving: kit.session.tokenRequests)
            }
            #expect(error?.code == .algorithmNotOffered)
        }
        #expect(server.requests.isEmpty)
        for algorithms in [nil, ["PS256", "ES256"]] {
            let kit = try TokenKit(algorithms: algorithms)
            _ = try await kit.client(over: server).clientCredentials(proving: kit.session.tokenRequests)
        }
        #expect(server.requests.count == 2)
    }

    // MARK: Refusals

    @Test(
        "a refusal is one error, whatever its status and body, and is not tried again",
        arguments: [
            (400, "{\"error\":\"invalid_grant\",\"error_description\":\"d\"}", "invalid_grant"),
            (401, "{\"error\":\"invalid_client\"}", "invalid_client"),
            (403, "{\"error\":\"access_denied\"}", "access_denied"),
            (500, "<html><h1>Oops</h1></html>", nil), (503, "", nil), (400, "{\"error\":1}", nil), (400, "[]", nil),
            (404, "{\"error\":\"x\",\"error\":\"y\"}", nil), (201, "{\"access_token\":\"at\"}", nil), (302, "", nil),
        ])
    func refused(status: Int, body: String, code: String?) async throws {
        let kit = try TokenKit()
        let server = ScriptedServer { _, _ in
            (HTTPResponse(status: HTTPResponse.Status(code: status)), Array(body.utf8))
        }
        let error = await #expect(throws: DPoPClientError.self) {
            try await kit.client(over: server).clientCredentials(proving: kit.session.tokenRequests)
        }
        #expect(error?.code == .refusedByServer && error?.response?.status.code == status)
        #expect(error?.serverError?.code == code)
        #expect(server.requests.count == 1)
    }

    @Test("a huge body of a refusal is not looked at")
    func hugeRefusal() async throws {
        let kit = try TokenKit()
        let padding = String(repeating: " ", count: ServerError.maximumBody)
        for (body, code) in [("{\"error\":\"e\"}\(padding)", nil), ("{\"error\":\"e\"}", "e")] {
            let server = ScriptedServer { _, _ in Answers.json(body, status: .badRequest) }
            let error = await #expect(throws: DPoPClientError.self) {
                try await kit.client(over: server).clientCredentials(proving: kit.session.tokenRequests)
            }
            #expect(error?.code == .refusedByServer && error?.serverError?.code == code)
        }
    }

    @Test("attack 126: a server that asks for nonce after nonce ends in one error")
    func endlessNonces() async throws {
        let kit = try TokenKit()
        let server = ScriptedServer { _, index in Answers.refusal("use_dpop_nonce", Answers.nonce("n\(index)")) }
        let error = await #expect(throws: DPoPClientError.self) {
            try await kit.client(over: server).clientCredentials(proving: kit.session.tokenRequests)
        }
        #expect(error?.code == .nonceRepeated && server.requests.count == 2)
    }

    @Test(
        "attack 127: a redirect of a token endpoint is not followed, not even on its own origin",
        arguments: ["https://evil.example/token", "/token2"])
    func redirected(location: String) async throws {
        let kit = try TokenKit()
        let server = ScriptedServer { _, _ in Answers.redirect(location) }
        let error = await #expect(throws: DPoPClientError.self) {
            try await kit.client(over: server).clientCredentials(proving: kit.session.tokenRequests)
        }
        #expect(error?.code == .redirectRefused && server.requests.count == 1)
    }

    @Test("what the transport throws is passed on as it is")
    func transportError() async throws {
        let kit = try TokenKit()
        let server = ScriptedServer { _, _ in throw Unreachable() }
        await #expect(throws: Unreachable.self) {
            try await kit.client(over: server).clientCredentials(proving: kit.session.tokenRequests)
        }
    }

    @Test("attack 120: a client that must have bound tokens takes no other, and one that prefers them does")
    func binding() async throws {
        let kit = try TokenKit()
        let server = ScriptedServer { _, _ in Answers.token(type: "bearer") }
        let error = await #expect(throws: DPoPClientError.self) {
            try await kit.client(over: server).clientCredentials(proving: kit.session.tokenRequests)
        }
        #expect(error?.code == .downgraded)
        let answer = try await kit.client(over: server, binding: .preferred)
            .clientCredentials(proving: kit.session.tokenRequests)
        guard case .bearer = answer.credential else {
            Issue.record("not a bearer token")
            return
        }
    }
}

import DPoPCore
import HTTPTypes
import Testing

@testable import DPoPClient

@Suite struct RevocationTests {
    @Test("a token is revoked by its text and kind, without a proof")
    func revoke() async throws {
        let kit = try TokenKit()
        let server = ScriptedServer { _, _ in Answers.ok() }
        let client = kit.client(.publicClient(id: "app"), over: server)
        try await client.revoke(RefreshToken(text: "rt", jkt: kit.session.jkt))
        try await client.revoke(
            AccessCredential.bound(BoundToken(accessToken: "at", jkt: kit.session.jkt, expiresAt: nil)))
        try await client.revoke(AccessCredential.bearer(BearerToken(accessToken: "bt", expiresAt: nil)))
        #expect(
            server.bodies.map(TokenKit.form) == [
                ["token": "rt", "token_type_hint": "refresh_token", "client_id": "app"],
                ["token": "at", "token_type_hint": "access_token", "client_id": "app"],
                ["token": "bt", "token_type_hint": "access_token", "client_id": "app"],
            ])
        #expect(server.requests.allSatisfy { $0.path == "/revoke" && $0.headerFields[.proofField] == nil })
    }

    @Test("the client's assertion is made for it")
    func assertion() async throws {
        let kit = try TokenKit()
        let server = ScriptedServer { _, _ in Answers.ok() }
        let key = try SigningKey.generate(.ed25519)
        try await kit.client(.privateKeyJWT(id: "app", key: key), over: server)
            .revoke(RefreshToken(text: "rt", jkt: kit.session.jkt), now: TokenKit.now)
        let claims = try SignedJWT(TokenKit.form(server.bodies[0])["client_assertion"] ?? "", maximumSize: 8_192)
            .verified(by: key.publicJWK, pinnedTo: .ed25519)
        #expect(claims["iat"] == .integer(TokenKit.now.seconds) && claims["aud"]?.text == TokenKit.issuer)
    }

    @Test(
        "anything but 200 is no revocation",
        arguments: [
            (204, "", nil), (400, "{\"error\":\"unsupported_token_type\"}", "unsupported_token_type"),
            (401, "<html>", nil), (503, "{\"error\":\"x\"}", "x"),
        ])
    func refused(status: Int, body: String, code: String?) async throws {
        let kit = try TokenKit()
        let server = ScriptedServer { _, _ in Answers.json(body, status: HTTPResponse.Status(code: status)) }
        let error = await #expect(throws: DPoPClientError.self) {
            try await kit.client(over: server).revoke(RefreshToken(text: "rt", jkt: kit.session.jkt))
        }
        #expect(error?.code == .refusedByServer && error?.serverError?.code == code)
        #expect(server.requests.count == 1)
    }

    @Test("attack 127: a redirect of the revocation endpoint is not followed")
    func redirected() async throws {
        let kit = try TokenKit()
        let server = ScriptedServer { _, _ in Answers.redirect("https://evil.example/") }
        let error = await #expect(throws: DPoPClientError.self) {
            try await kit.client(over: server).revoke(RefreshToken(text: "rt", jkt: kit.session.jkt))
        }
        #expect(error?.code == .redirectRefused && server.requests.count == 1)
    }

    @Test("a server without the endpoint is not asked, for revocation, pushing or authorization")
    func notOffered() async throws {
        let kit = try TokenKit()
        let bare = try AuthorizationServer(issuer: TokenKit.issuer, tokenEndpoint: "https://as.example.com/token")
        let server = ScriptedServer { _, _ in Answers.ok() }
        let client = TokenClient(server: bare, authentication: .publicClient(id: "app"), transport: server)
        let request = try AuthorizationRequest(clientID: "app", redirectURI: "app:/cb", jkt: kit.session.jkt)
        let revoked = await #expect(throws: DPoPClientError.self) {
            try await client.revoke(RefreshToken(text: "rt", jkt: kit.session.jkt))
        }
        let pushed = await #expect(throws: DPoPClientError.self) {
            try await client.push(request, proving: kit.session.tokenRequests)
        }
        let opened = #expect(throws: DPoPClientError.self) { try request.url(at: bare) }
        #expect(
            [revoked, pushed, opened].map { $0?.code } == [
                .endpointNotOffered, .endpointNotOffered, .endpointNotOffered,
            ])
        #expect(server.requests.isEmpty)
    }
}

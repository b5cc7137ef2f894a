import DPoPCore
import Foundation
import HTTPTypes
import Testing

@testable import DPoPClient

@Suite struct AuthorizationRequestTests {
    // RFC 7636 appendix B.
    private static let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"

    private func request(
        _ kit: TokenKit, clientID: String = "app", scope: [String] = ["a", "b"], extra: [String: String] = [:],
        state: String? = "st&1", verifier: String? = AuthorizationRequestTests.verifier
    ) throws -> AuthorizationRequest {
        try AuthorizationRequest(
            clientID: clientID, redirectURI: "https://app.example/cb", scope: scope, extra: extra,
            jkt: kit.session.jkt, state: state, codeVerifier: verifier)
    }

    @Test("the URL names the key, the challenge and the rest")
    func url() throws {
        let kit = try TokenKit()
        let url = try request(kit, extra: ["prompt": "login", "nonce": "n"]).url(at: kit.server)
        let parts = url.split(separator: "?", maxSplits: 1)
        #expect(parts[0] == "https://as.example.com/authorize")
        #expect(
            TokenKit.form(Array(parts[1].utf8)) == [
                "response_type": "code", "client_id": "app", "redirect_uri": "https://app.example/cb",
                "scope": "a b", "state": "st&1",
                "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "code_challenge_method": "S256",
                "dpop_jkt": kit.session.jkt.jkt, "nonce": "n", "prompt": "login",
            ])
        #expect(URL(string: url) != nil)
    }

    @Test("an endpoint's own query stays", arguments: [("?a=b", "?a=b&"), ("?", "?"), ("?a=b&", "?a=b&"), ("", "?")])
    func query(given: String, expected: String) throws {
        let kit = try TokenKit()
        let server = try AuthorizationServer(
            issuer: TokenKit.issuer, tokenEndpoint: "https://as.example.com/token",
            authorizationEndpoint: "https://as.example.com/auth\(given)")
        let url = try request(kit).url(at: server)
        #expect(url.hasPrefix("https://as.example.com/auth\(expected)response_type=code&"))
    }

    @Test("state and verifier are random, and long enough")
    func random() throws {
        let kit = try TokenKit()
        let requests = try (0..<100).map { _ in try request(kit, state: nil, verifier: nil) }
        #expect(Set(requests.map(\.state)).count == 100 && Set(requests.map(\.codeVerifier)).count == 100)
        #expect(requests.allSatisfy { Base64URL.decode($0.state)?.count == 16 })
        #expect(requests.allSatisfy { Base64URL.decode($0.codeVerifier)?.count == 32 })
        #expect(requests.allSatisfy { CodeVerifier.isOne($0.codeVerifier) })
    }

    @Test("a verifier is of 43 to 128 unreserved characters", arguments: [43, 128])
    func verifiers(length: Int) throws {
        let kit = try TokenKit()
        let verifier = String(repeating: "v", count: length)
        #expect(try request(kit, verifier: verifier).codeVerifier == verifier)
        for bad in [length == 43 ? String(verifier.dropLast()) : verifier + "v", verifier.dropLast() + "+"] {
            let error = #expect(throws: DPoPClientError.self) { try request(kit, verifier: bad) }
            #expect(error?.code == .malformedRequest)
        }
    }

    @Test("a state is printable and not empty", arguments: [("", "s"), ("a\r\n", "a b"), ("é", "e")])
    func states(refused: String, taken: String) throws {
        let kit = try TokenKit()
        #expect(throws: DPoPClientError.self) { try request(kit, state: refused) }
        #expect(try request(kit, state: taken).state == taken)
    }

    @Test(
        "an extra parameter takes no name that is taken",
        arguments: ["dpop_jkt", "state", "client_id", "code_challenge", "request_uri", ""])
    func extra(name: String) throws {
        let kit = try TokenKit()
        let error = #expect(throws: DPoPClientError.self) { try request(kit, extra: [name: "x"]) }
        #expect(error?.code == .malformedRequest)
        _ = try request(kit, extra: ["x_\(name)": "x"])
    }

    @Test("no way to show a request shows its state and verifier")
    func secret() throws {
        let text = TokenKit.shown(try request(try TokenKit(), state: "st-secret"))
        #expect(!text.contains("st-secret") && !text.contains(Self.verifier))
    }

    // MARK: The way back

    @Test(
        "a redirect back gives its code",
        arguments: [
            "https://app.example/cb?code=c-1&state=st%261", "/cb?state=st%261&code=c%2d1&more=+",
            "https://app.example/cb?a=b&iss=https%3A%2F%2Fas.example.com%2Ftenant&code=c-1&state=st%261#fragment",
        ])
    func code(callback: String) throws {
        let kit = try TokenKit()
        #expect(try request(kit).code(from: callback, at: kit.server) == "c-1")
    }

    @Test(
        "a redirect back that is not for this request is refused",
        arguments: [
            "/cb", "/cb?", "/cb?code=c", "/cb?code=c&state=other", "/cb?code=c&state=", "/cb?code=c&state=st%261x",
            "/cb?code=c&state=st%261&state=st%261", "/cb?code=c&code=d&state=st%261",
            "/cb?code=c&state=st%261&iss=https://evil.example",
            "/cb?code=c&state=st%261&iss=https%3A%2F%2Fas.example.com%2Ftenant%2F", "/cb?state=st%261",
            "/cb?code=&state=st%261", "/cb?code=c%0Ad&state=st%261", "/cb?code=c%zz&state=st%261",
            "/cb?code=c%4&state=st%261", "/cb?code=%FF&state=st%261", "/cb#code=c&state=st%261",
            "/cb?error=access_denied", "/cb?error=access_denied&state=other",
            "/cb?error=access_denied&code=c&state=st%261",
        ])
    func refused(callback: String) throws {
        let kit = try TokenKit()
        let request = try request(kit)
        let error = #expect(throws: DPoPClientError.self) { try request.code(from: callback, at: kit.server) }
        #expect(error?.code == .malformedAnswer)
    }

    @Test("a server that always names itself must have named itself")
    func namesItself() throws {
        let kit = try TokenKit(namesItself: true)
        let request = try request(kit)
        let error = #expect(throws: DPoPClientError.self) {
            try request.code(from: "/cb?code=c&state=st%261", at: kit.server)
        }
        #expect(error?.code == .malformedAnswer)
        let named = "/cb?code=c&state=st%261&iss=\(TokenKit.issuer)"
        #expect(try request.code(from: named, at: kit.server) == "c")
    }

    @Test("a redirect back with an error is the server's refusal")
    func error() throws {
        let kit = try TokenKit()
        let request = try request(kit)
        let callback = "/cb?error=access_denied&error_description=not+now&state=st%261"
        let error = #expect(throws: DPoPClientError.self) { try request.code(from: callback, at: kit.server) }
        #expect(error?.code == .refusedByServer)
        #expect(error?.serverError == ServerError(code: "access_denied", description: "not now"))
    }

    @Test("a redirect's URI has at most 65,536 bytes")
    func length() throws {
        let kit = try TokenKit()
        let request = try request(kit)
        let start = "/cb?code=c&state=st%261&x="
        let room = CallbackQuery.maximumSize - start.utf8.count
        #expect(try request.code(from: start + String(repeating: "x", count: room), at: kit.server) == "c")
        #expect(throws: DPoPClientError.self) {
            try request.code(from: start + String(repeating: "x", count: room + 1), at: kit.server)
        }
    }

    @Test("attack 122: the code is redeemed with the key that the request named, and with no other")
    func redeem() async throws {
        let kit = try TokenKit()
        let server = ScriptedServer { _, _ in Answers.token() }
        let client = kit.client(.publicClient(id: "app"), over: server)
        let request = try request(kit)
        let other = kit.session.rotated(to: try SigningKey.generate(.es256))
        let error = await #expect(throws: DPoPClientError.self) {
            try await client.redeem("/cb?code=c&state=st%261", of: request, proving: other.tokenRequests)
        }
        #expect(error?.code == .keyMismatch && server.requests.isEmpty)
        _ = try await client.redeem("/cb?code=c&state=st%261", of: request, proving: kit.session.tokenRequests)
        #expect(
            TokenKit.form(server.bodies[0]) == [
                "grant_type": "authorization_code", "code": "c", "redirect_uri": "https://app.example/cb",
                "code_verifier": Self.verifier, "client_id": "app",
            ])
    }

    // MARK: PAR

    @Test("a pushed request carries a proof and names the same key")
    func push() async throws {
        let kit = try TokenKit()
        let server = ScriptedServer { _, index in
            index == 0
                ? Answers.refusal("use_dpop_nonce", Answers.nonce("n1"))
                : Answers.json("{\"request_uri\":\"urn:r:1\",\"expires_in\":60}", status: .created)
        }
        let request = try request(kit)
        let pushed = try await kit.client(.clientSecretPost(id: "app", secret: "s"), over: server).push(
            request, proving: kit.session.tokenRequests)
        #expect(pushed.requestURI == "urn:r:1" && pushed.expiresAt == TokenKit.now.advanced(bySeconds: 60))
        #expect(!TokenKit.shown(pushed).contains("urn:r:1"))
        #expect(server.requests.map(\.path) == ["/par", "/par"])
        #expect(try server.claims.map { $0["nonce"]?.text } == [nil, "n1"])
        let form = TokenKit.form(server.bodies[1])
        #expect(form["dpop_jkt"] == kit.session.jkt.jkt && form["client_secret"] == "s" && form["state"] == "st&1")
        #expect(
            try request.url(at: kit.server, pushed: pushed)
                == "https://as.example.com/authorize?client_id=app&request_uri=urn%3Ar%3A1")
    }

    @Test("attack 122: a request that names another key is not pushed, nor one of another client")
    func pushMismatch() async throws {
        let kit = try TokenKit()
        let server = ScriptedServer { _, _ in
            Answers.json("{\"request_uri\":\"urn:r:1\",\"expires_in\":60}", status: .created)
        }
        let other = kit.session.rotated(to: try SigningKey.generate(.es256))
        let request = try request(kit)
        let ofAnother = try self.request(kit, clientID: "another")
        let client = kit.client(over: server)
        let key = await #expect(throws: DPoPClientError.self) {
            try await client.push(request, proving: other.tokenRequests)
        }
        #expect(key?.code == .keyMismatch)
        let name = await #expect(throws: DPoPClientError.self) {
            try await client.push(ofAnother, proving: kit.session.tokenRequests)
        }
        #expect(name?.code == .malformedRequest && server.requests.isEmpty)
        _ = try await client.push(request, proving: kit.session.tokenRequests)
    }

    @Test(
        "an answer that holds no request is refused",
        arguments: [
            (201, "{\"expires_in\":60}"), (201, "{\"request_uri\":\"urn:r:1\"}"), (201, "[]"), (201, ""),
            (201, "{\"request_uri\":\"\",\"expires_in\":60}"), (201, "{\"request_uri\":\"a b\",\"expires_in\":60}"),
            (201, "{\"request_uri\":1,\"expires_in\":60}"), (201, "{\"request_uri\":\"urn:r:1\",\"expires_in\":0}"),
            (201, "{\"request_uri\":\"urn:r:1\",\"expires_in\":\"60\"}"),
            (200, "{\"request_uri\":\"urn:r:1\",\"expires_in\":60}"), (400, "{\"error\":\"invalid_request\"}"),
        ])
    func pushAnswers(status: Int, body: String) async throws {
        let kit = try TokenKit()
        let server = ScriptedServer { _, _ in
            Answers.json(body, status: HTTPResponse.Status(code: status))
        }
        let request = try request(kit)
        let error = await #expect(throws: DPoPClientError.self) {
            try await kit.client(over: server).push(request, proving: kit.session.tokenRequests)
        }
        #expect(error?.code == (status == 201 ? .malformedAnswer : .refusedByServer))
        #expect(error?.serverError?.code == (status == 400 ? "invalid_request" : nil))
    }
}

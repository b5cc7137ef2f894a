import DPoPCore
import HTTPTypes
import Testing

@testable import DPoPClient

@Suite struct AuthorizationServerTests {
    private func document(_ issuer: String = "https://as.example.com", _ members: String = "") -> String {
        "{\"issuer\":\"\(issuer)\",\"token_endpoint\":\"https://as.example.com/token\"\(members)}"
    }

    private func discover(_ answer: ScriptedServer.Answer) async throws -> AuthorizationServer {
        try await AuthorizationServer.discover("https://as.example.com", over: ScriptedServer { _, _ in answer })
    }

    private func code(_ body: String) async -> DPoPClientError.Code? {
        await #expect(throws: DPoPClientError.self) { try await discover(Answers.json(body)) }?.code
    }

    @Test(
        "endpoints are https, or http on this machine",
        arguments: [
            ("http://as.example.com/token", "https://as.example.com/token"),
            ("http://127.0.0.1.example.com/token", "http://127.0.0.1/token"),
            ("http://127.0.0.2:80/token", "http://127.0.0.1:8080/token"),
            ("http://localhost.example.com/token", "http://LOCALHOST:1/token"),
            ("http://[::2]/token", "http://[::1]:8080/token"), ("http://0.0.0.0/token", "http://[0:0::1]"),
            ("https://u@as.example.com/token", "https://as.example.com:8443/token?a=b"),
            ("https://as.example.com/token#f", "https://as.example.com/token?"),
            ("https://as.example.com/tok en", "https://as.example.com/tok%20en"),
            ("https://as.example.com/t\r\nX: y", "HTTPS://as.example.com/t"), ("/token", "https://as.example.com"),
            ("ftp://as.example.com/", "https://as.example.com?a=b"), ("", "https://[::2]/token"),
        ])
    func endpoints(refused: String, taken: String) throws {
        let error = #expect(throws: DPoPClientError.self) {
            try AuthorizationServer(issuer: "https://as.example.com", tokenEndpoint: refused)
        }
        #expect(error?.code == .malformedRequest)
        #expect(throws: DPoPClientError.self) {
            try AuthorizationServer(
                issuer: "https://as.example.com", tokenEndpoint: taken, revocationEndpoint: refused)
        }
        let server = try AuthorizationServer(
            issuer: "https://as.example.com", tokenEndpoint: taken, revocationEndpoint: taken)
        #expect(server.tokenEndpoint == taken && server.revocationEndpoint == taken)
    }

    @Test(
        "an endpoint is asked at the place that it names",
        arguments: [
            ("HTTPS://as.example.com:8443/a/b?c=d", "https", "as.example.com:8443", "/a/b?c=d"),
            ("https://as.example.com?c=d", "https", "as.example.com", "/?c=d"),
            ("http://[::1]", "http", "[::1]", "/"),
        ])
    func request(text: String, scheme: String, authority: String, path: String) throws {
        let request = try #require(Endpoint(text)).request(.get)
        #expect(request.scheme == scheme && request.authority == authority && request.path == path)
    }

    @Test("an issuer has no query", arguments: ["https://as.example.com?a", "http://as.example.com", "as.example.com"])
    func issuer(text: String) async throws {
        let server = ScriptedServer { _, _ in Answers.json("{}") }
        let error = await #expect(throws: DPoPClientError.self) {
            try await AuthorizationServer.discover(text, over: server)
        }
        #expect(error?.code == .malformedRequest && server.requests.isEmpty)
        #expect(throws: DPoPClientError.self) {
            try AuthorizationServer(issuer: text, tokenEndpoint: "https://as.example.com/token")
        }
    }

    @Test(
        "the document is looked for between host and path, then at the end of the path",
        arguments: [
            ("https://as.example.com", "", ""), ("https://as.example.com/", "", ""),
            ("https://as.example.com:8443/a/b", "/a/b", "/a/b"), ("https://as.example.com/a/", "/a", "/a"),
        ])
    func places(issuer: String, after: String, before: String) async throws {
        let body = document(issuer)
        let server = ScriptedServer { _, index in index == 0 ? Answers.json("", status: .notFound) : Answers.json(body)
        }
        let found = try await AuthorizationServer.discover(issuer, over: server)
        #expect(found.issuer == issuer && found.tokenEndpoint == "https://as.example.com/token")
        #expect(
            server.requests.map(\.path) == [
                "/.well-known/oauth-authorization-server\(after)", "\(before)/.well-known/openid-configuration",
            ])
        #expect(server.requests.allSatisfy { $0.method == .get && $0.headerFields[.proofField] == nil })
        #expect(server.bodies == [[], []])
    }

    @Test("what the document says is read")
    func members() async throws {
        let found = try await discover(
            Answers.json(
                document(
                    "https://as.example.com",
                    """
                    ,"authorization_endpoint":"https://a.example/x","revocation_endpoint":"https://r.example/y",
                    "pushed_authorization_request_endpoint":"https://p.example/z","more":{"a":[null]},
                    "dpop_signing_alg_values_supported":["ES256","X"],
                    "token_endpoint_auth_methods_supported":["none"],
                    "authorization_response_iss_parameter_supported":true
                    """)))
        let byHand = try AuthorizationServer(
            issuer: "https://as.example.com", tokenEndpoint: "https://as.example.com/token",
            authorizationEndpoint: "https://a.example/x", pushedAuthorizationRequestEndpoint: "https://p.example/z",
            revocationEndpoint: "https://r.example/y", proofAlgorithms: ["ES256", "X"],
            authenticationMethods: ["none"], namesItselfInRedirects: true)
        #expect(found == byHand)
    }

    @Test(
        "a document of another issuer is refused",
        arguments: [
            "https://as.example.com/", "https://AS.example.com", "https://as.example.com:443", "https://evil.example",
        ])
    func otherIssuer(issuer: String) async throws {
        #expect(await code(document(issuer)) == .malformedAnswer)
        _ = try await discover(Answers.json(document()))
    }

    @Test(
        "a document that is not as RFC 8414 has it is refused, and its twin taken",
        arguments: [
            (",\"revocation_endpoint\":1", ",\"revocation_endpoint\":\"https://a/\""),
            (",\"revocation_endpoint\":null", ""),
            (",\"revocation_endpoint\":\"http://a/\"", ",\"revocation_endpoint\":\"https://a\""),
            (",\"authorization_endpoint\":\"http://127.0.0.1/\"", ",\"authorization_endpoint\":\"https://127.0.0.1/\""),
            (",\"pushed_authorization_request_endpoint\":\"\"", ""),
            (",\"dpop_signing_alg_values_supported\":\"ES256\"", ",\"dpop_signing_alg_values_supported\":[]"),
            (",\"dpop_signing_alg_values_supported\":[1]", ",\"dpop_signing_alg_values_supported\":[\"1\"]"),
            (",\"token_endpoint_auth_methods_supported\":{}", ",\"token_endpoint_auth_methods_supported\":[\"none\"]"),
            (
                ",\"authorization_response_iss_parameter_supported\":\"true\"",
                ",\"authorization_response_iss_parameter_supported\":false"
            ),
            (",\"a\":1,\"a\":1", ",\"a\":1,\"b\":1"), ("}", " "),
        ])
    func malformed(refused: String, taken: String) async throws {
        #expect(await code(document("https://as.example.com", refused)) == .malformedAnswer)
        _ = try await discover(Answers.json(document("https://as.example.com", taken)))
    }

    @Test(
        "what is no document is refused",
        arguments: [
            "", "[]", "<html></html>", "{}", "{\"issuer\":\"https://as.example.com\"}",
            "{\"token_endpoint\":\"https://as.example.com/token\"}",
        ])
    func noDocument(body: String) async { #expect(await code(body) == .malformedAnswer) }

    @Test("a document has at most 1 MiB")
    func size() async throws {
        let body = document()
        let room = TokenResponse.maximumSize - body.utf8.count
        #expect(await code(body + String(repeating: " ", count: room + 1)) == .malformedAnswer)
        _ = try await discover(Answers.json(body + String(repeating: " ", count: room)))
    }

    @Test("an issuer on this machine may have endpoints on it without TLS")
    func loopback() async throws {
        let issuer = "http://127.0.0.1:8080"
        let server = ScriptedServer { _, _ in
            Answers.json("{\"issuer\":\"\(issuer)\",\"token_endpoint\":\"\(issuer)/token\"}")
        }
        #expect(try await AuthorizationServer.discover(issuer, over: server).tokenEndpoint == "\(issuer)/token")
    }

    @Test("redirects are not followed, and other statuses than 404 end the search")
    func statuses() async throws {
        for (answer, expected) in [
            (Answers.redirect("https://evil.example/"), DPoPClientError.Code.redirectRefused),
            (Answers.json("", status: .internalServerError), .refusedByServer),
            (Answers.json("", status: .unauthorized), .refusedByServer),
        ] {
            let server = ScriptedServer { _, _ in answer }
            let error = await #expect(throws: DPoPClientError.self) {
                try await AuthorizationServer.discover("https://as.example.com", over: server)
            }
            #expect(error?.code == expected && server.requests.count == 1)
        }
        let none = ScriptedServer { _, _ in Answers.json("", status: .notFound) }
        let error = await #expect(throws: DPoPClientError.self) {
            try await AuthorizationServer.discover("https://as.example.com", over: none)
        }
        #expect(error?.code == .refusedByServer && none.requests.count == 2)
    }
}

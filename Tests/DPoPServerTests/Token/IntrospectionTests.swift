import Testing

@testable import DPoPCore
@testable import DPoPServer

@Suite struct IntrospectionTests {
    private func refused(
        _ body: String?, status: Int = 200, audience: ExpectedAudience = .audience(TokenKit.audience),
        issuer: String? = nil
    ) async throws -> AccessTokenRejection.Code? {
        let server = TokenServer(body)
        server.answer(body, status: status)
        return try await server.verifier(audience: audience, issuer: issuer).refused("token")
    }

    @Test("an active token is accepted and says what it says")
    func accepted() async throws {
        let verifier = try TokenServer(TokenServer.active("roles", "[1]")).verifier()
        // Asked about, then remembered.
        for _ in 0..<2 {
            let token = try await verifier.verify("token", now: TokenKit.now)
            #expect(token.issuer == TokenKit.issuer && token.subject == "alice" && token.clientID == "c1")
            #expect(token.scope == ["read", "write"] && token.confirmation.jkt?.jkt == TokenKit.jkt)
            #expect(token.issuedAt == TokenKit.now && token.expiresAt == .token(600))
            #expect(token.claims["roles"] == .array([1]) && token.claims["active"] == true)
        }
    }

    @Test(
        "a token that is not active is refused, whatever else is said of it",
        arguments: [
            #"{"active":false}"#, TokenServer.active("active", "false"), #"{"active":false,"exp":"x","cnf":1}"#,
        ])
    func inactive(_ body: String) async throws {
        #expect(try await refused(body) == .inactive)
    }

    @Test(
        "an answer that does not say true or false says nothing",
        arguments: [
            nil, "", "true", "[]", "{}", #"{"active":"true"}"#, #"{"active":1}"#, #"{"active":null}"#,
            #"{"active":true,"active":true}"#, #"{"active":true}x"#, TokenServer.active("active", "\"true\""),
        ])
    func unreadable(_ body: String?) async throws {
        #expect(try await refused(body) == .unavailable)
    }

    @Test("any status but 200 says nothing", arguments: [201, 204, 301, 400, 401, 403, 404, 429, 500, 503])
    func status(_ status: Int) async throws {
        #expect(try await refused(TokenServer.active(), status: status) == .unavailable)
        #expect(try await refused(#"{"active":false}"#, status: status) == .unavailable)
        #expect(try await refused(TokenServer.active()) == nil)
    }

    @Test("an answer that is too large says nothing")
    func size() async throws {
        let padding = String(repeating: " ", count: 65_536 - TokenServer.active().utf8.count)
        #expect(try await refused(TokenServer.active() + padding) == nil)
        #expect(try await refused(TokenServer.active() + padding + " ") == .unavailable)
    }

    @Test(
        "a member of the wrong JSON type is a refusal, never an absent member",
        arguments: [
            ("exp", "\"1\""), ("exp", "null"), ("nbf", "null"), ("iat", "true"), ("sub", "1"), ("iss", "null"),
            ("aud", "[1]"), ("client_id", "null"), ("scope", "[]"), ("jti", "1"), ("token_type", "1"),
            ("token_type", "null"),
        ])
    func wrongTypes(_ name: String, _ json: String) async throws {
        #expect(try await refused(TokenServer.active(name, json), audience: .anyAudience) == .malformedClaim)
        // Without an audience the type must be there: a refresh token is no access token.
        let isNeeded = name == "token_type"
        #expect(
            try await refused(TokenServer.active(name, nil), audience: .anyAudience) == (isNeeded ? .wrongType : nil))
        if isNeeded { #expect(try await refused(TokenServer.active(name, nil)) == nil) }
    }

    @Test("the audience is checked where one is expected")
    func audience() async throws {
        for aud in ["\"x\"", "[]", "\"https://api.example.com/\""] {
            #expect(try await refused(TokenServer.active("aud", aud)) == .wrongAudience)
            #expect(try await refused(TokenServer.active("aud", aud), audience: .anyAudience) == nil)
        }
        #expect(try await refused(TokenServer.active("aud", nil)) == .malformedClaim)
        #expect(try await refused(TokenServer.active("aud", #"["x","https://api.example.com"]"#)) == nil)
    }

    @Test("the issuer is checked where one is expected")
    func issuer() async throws {
        #expect(try await refused(TokenServer.active(), issuer: TokenKit.issuer) == nil)
        #expect(try await refused(TokenServer.active(), issuer: "https://other") == .wrongIssuer)
        #expect(try await refused(TokenServer.active("iss", nil), issuer: TokenKit.issuer) == .malformedClaim)
        #expect(try await refused(TokenServer.active("iss", nil)) == nil)
    }

    @Test("token_type is DPoP or Bearer in any case, and a DPoP token has a key")
    func types() async throws {
        for type in ["DPoP", "dpop", "Bearer", "BEARER"] {
            #expect(try await refused(TokenServer.active("token_type", "\"\(type)\"")) == nil)
        }
        for type in ["", "mac", "N_A", "refresh_token", "DPoP "] {
            #expect(try await refused(TokenServer.active("token_type", "\"\(type)\"")) == .wrongType)
        }
        let certificate = #"{"x5t#S256":"\#(TokenKit.jkt)"}"#
        #expect(try await refused(TokenServer.active("cnf", nil)) == .malformedConfirmation)
        #expect(try await refused(TokenServer.active("cnf", certificate)) == .malformedConfirmation)
        let unbound = TokenText().claim("cnf", nil).claim("active", "true").claim("token_type", "\"Bearer\"")
        #expect(try await refused(TokenText.object(unbound.payload)) == nil)
    }

    @Test(
        "attacks 89 and 116: a cnf that is empty, unknown or malformed is never an unbound token",
        arguments: [
            "{}", "null", "[]", #"{"kid":"1"}"#, #"{"jkt":null}"#, #"{"jkt":""}"#, #"{"jkt":"AAAA"}"#,
        ])
    func confirmation(_ cnf: String) async throws {
        #expect(try await refused(TokenServer.active("cnf", cnf)) == .malformedConfirmation)
    }

    @Test(
        "times are judged with leeway, also of a remembered answer",
        arguments: [
            ("exp", 600, 609, nil), ("exp", 600, 610, .expired), ("nbf", 100, 90, nil), ("nbf", 100, 89, .notYetValid),
            ("iat", 100, 90, nil), ("iat", 100, 89, .notYetValid),
        ] as [(String, Int64, Int64, AccessTokenRejection.Code?)])
    func times(_ name: String, _ claim: Int64, _ now: Int64, _ code: AccessTokenRejection.Code?) async throws {
        let verifier = try TokenServer(TokenServer.active(name, "\(TokenKit.now.seconds + claim)")).verifier()
        for _ in 0..<2 { #expect(await verifier.refused("token", now: .token(now)) == code) }
    }

    @Test("the request's body escapes what a form must escape")
    func requestBody() {
        let body = IntrospectionVerifier.requestBody(for: "aZ09-._~+/=&\u{E9}")
        let expected = "token_type_hint=access_token&token=aZ09-._~%2B%2F%3D%26%C3%A9"
        #expect(String(decoding: body, as: UTF8.self) == expected)
    }

    @Test("what must not be configured is refused when a verifier is made")
    func configuration() throws {
        let server = TokenServer(nil)
        _ = try server.verifier(audience: .anyAudience, issuer: "x")
        #expect(throws: ConfigurationError.self) { try server.verifier(audience: .audience("")) }
        #expect(throws: ConfigurationError.self) { try server.verifier(issuer: "") }
        let changes: [(inout IntrospectionVerifier.Settings) -> Void] = [
            { $0.leeway = -1 }, { $0.leeway = 301 }, { $0.maximumTokenSize = 0 }, { $0.maximumTokenSize = 65_537 },
            { $0.activeLifetime = 3_601 }, { $0.refusedLifetime = -1 }, { $0.activeCapacity = 1 },
            { $0.refusedCapacity = 1_000_001 }, { $0.maximumCalls = 0 },
        ]
        for change in changes {
            var settings = IntrospectionVerifier.Settings()
            change(&settings)
            #expect(throws: ConfigurationError.self) { try server.verifier(settings) }
        }
    }
}

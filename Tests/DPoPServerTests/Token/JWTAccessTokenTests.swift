import Testing

@testable import DPoPCore
@testable import DPoPServer

@Suite struct JWTAccessTokenTests {
    @Test("a token of the issuer is accepted and says what it says", arguments: SigningAlgorithm.allCases)
    func accepted(_ algorithm: SigningAlgorithm) async throws {
        let key = TokenKit.key(algorithm)
        let verifier = try TokenKit.verifier(keys: TokenKit.set(("1", key)))
        let text = TokenText(key: key).claim("roles", "[\"admin\"]").text
        // Verified, then remembered.
        for _ in 0..<2 {
            let token = try await verifier.verify(text, now: TokenKit.now)
            #expect(token.issuer == TokenKit.issuer && token.subject == "alice" && token.clientID == "c1")
            #expect(token.scope == ["read", "write"] && token.confirmation.jkt?.jkt == TokenKit.jkt)
            #expect(token.issuedAt == TokenKit.now && token.expiresAt == .token(600))
            #expect(token.claims["roles"] == .array(["admin"]) && token.claims.count == 10)
        }
    }

    @Test("a token made by the core is accepted")
    func made() async throws {
        let text = try SignedJWT.text(
            type: "at+jwt", keyID: "1",
            claims: [
                "iss": .string(TokenKit.issuer), "aud": .array([.string(TokenKit.audience)]),
                "exp": .integer(TokenKit.now.seconds + 1),
            ], signedBy: TokenKit.key)
        let token = try await TokenKit.verifier().verify(text, now: TokenKit.now)
        #expect(token.confirmation.isUnbound && token.scope.isEmpty && token.issuedAt == nil && token.subject == nil)
    }

    @Test(
        "typ is that of an access token, in any case and with or without its prefix",
        arguments: ["at+jwt", "AT+JWT", "application/at+jwt", "Application/At+Jwt"])
    func types(_ type: String) async throws {
        #expect(try await TokenKit.verifier().refused(TokenText().parameter("typ", "\"\(type)\"").text) == nil)
    }

    @Test(
        "any other typ is refused",
        arguments: [
            nil, "\"\"", "\"JWT\"", "\"dpop+jwt\"", "\"at+jwt \"", "\"at+jw\"", "\"application/application/at+jwt\"",
            "\"text/at+jwt\"", "\"application/\"", "\"logout+jwt\"",
        ])
    func otherTypes(_ type: String?) async throws {
        #expect(try await TokenKit.verifier().refused(TokenText().parameter("typ", type).text) == .wrongType)
    }

    @Test("another typ is accepted where it is listed")
    func listedTypes() async throws {
        var settings = JWTAccessTokenVerifier.Settings()
        settings.additionalTypes = ["JWT"]
        let verifier = try TokenKit.verifier(settings)
        for type in ["JWT", "jwt", "application/jwt", "at+jwt"] {
            #expect(await verifier.refused(TokenText().parameter("typ", "\"\(type)\"").text) == nil)
        }
        for type in ["\"dpop+jwt\"", nil] {
            #expect(await verifier.refused(TokenText().parameter("typ", type).text) == .wrongType)
        }
    }

    @Test(
        "aud contains the resource, as a string or in an array",
        arguments: [
            "\"https://api.example.com\"", #"["https://api.example.com"]"#, #"["x","https://api.example.com"]"#,
        ])
    func audiences(_ aud: String) async throws {
        #expect(try await TokenKit.verifier().refused(TokenText().claim("aud", aud).text) == nil)
    }

    @Test(
        "a token for another resource is refused",
        arguments: [
            "\"\"", "[]", "\"https://api.example.com/\"", "\"https://API.example.com\"", "\"https://api.example.co\"",
            #"["https://api.example.com.evil"]"#, "\"https://api.example.com \"",
        ])
    func otherAudiences(_ aud: String) async throws {
        #expect(try await TokenKit.verifier().refused(TokenText().claim("aud", aud).text) == .wrongAudience)
    }

    @Test(
        "iss is one of the issuers, byte by byte",
        arguments: [
            "", "https://as.example.com/", "https://AS.example.com", "https://as.example.com\\u0000",
            "https://as.example.co",
        ])
    func otherIssuers(_ issuer: String) async throws {
        #expect(try await TokenKit.verifier().refused(TokenText().claim("iss", "\"\(issuer)\"").text) == .wrongIssuer)
    }

    @Test("iss, aud and exp are required", arguments: ["iss", "aud", "exp"])
    func required(_ name: String) async throws {
        #expect(try await TokenKit.verifier().refused(TokenText().claim(name, nil).text) == .malformedClaim)
    }

    @Test("the other claims may be absent", arguments: ["sub", "client_id", "iat", "nbf", "jti", "scope", "cnf"])
    func optional(_ name: String) async throws {
        #expect(try await TokenKit.verifier().refused(TokenText().claim(name, nil).text) == nil)
    }

    @Test(
        "a claim of the wrong JSON type is a refusal, never an absent claim",
        arguments: [
            ("iss", "1"), ("iss", "null"), ("iss", "[\"https://as.example.com\"]"), ("aud", "null"), ("aud", "{}"),
            ("aud", "[\"https://api.example.com\",1]"), ("exp", "\"1700000600\""), ("exp", "null"), ("exp", "true"),
            ("exp", "-1"), ("exp", "253402300800"), ("exp", "1e300"), ("nbf", "\"1\""), ("nbf", "null"), ("iat", "[]"),
            ("iat", "-0.5"), ("sub", "1"), ("sub", "null"), ("client_id", "{}"), ("jti", "1"), ("scope", "[\"read\"]"),
            ("scope", "null"), ("scope", "\"read  write\""), ("scope", "\" read\""), ("scope", "\"read\\twrite\""),
        ])
    func wrongTypes(_ name: String, _ json: String) async throws {
        #expect(try await TokenKit.verifier().refused(TokenText().claim(name, json).text) == .malformedClaim)
    }

    @Test("numbers with fraction or exponent are times too, and an empty scope is none")
    func numbers() async throws {
        let text = TokenText().claim("exp", "1.7000006e9").claim("iat", "1699999999.9").claim("scope", "\"\"").text
        let token = try await TokenKit.verifier().verify(text, now: TokenKit.now)
        #expect(token.expiresAt == .token(600) && token.issuedAt == .token(-1) && token.scope.isEmpty)
    }

    @Test(
        "times are judged with leeway, at the first use and of a remembered token",
        arguments: [
            ("exp", 600, 609, nil), ("exp", 600, 610, .expired), ("nbf", 100, 90, nil), ("nbf", 100, 89, .notYetValid),
            ("iat", 100, 90, nil), ("iat", 100, 89, .notYetValid),
            ("iat", 253_402_300_799 - 1_700_000_000, 0, .notYetValid),
        ] as [(String, Int64, Int64, AccessTokenRejection.Code?)])
    func times(_ name: String, _ claim: Int64, _ now: Int64, _ code: AccessTokenRejection.Code?) async throws {
        let text = TokenText().claim(name, "\(TokenKit.now.seconds + claim)").text
        let verifier = try TokenKit.verifier()
        for _ in 0..<2 { #expect(await verifier.refused(text, now: .token(now)) == code) }
    }

    @Test("a remembered token is judged by the time of each use")
    func remembered() async throws {
        let verifier = try TokenKit.verifier()
        let text = TokenText().claim("exp", "\(TokenKit.now.seconds + 5)").text
        #expect(await verifier.refused(text, now: .token(0)) == nil)
        #expect(await verifier.refused(text, now: .token(14)) == nil)
        #expect(await verifier.refused(text, now: .token(15)) == .expired)
        let early = TokenText().claim("nbf", "\(TokenKit.now.seconds + 20)").text
        #expect(await verifier.refused(early, now: .token(9)) == .notYetValid)
        #expect(await verifier.refused(early, now: .token(10)) == nil)
    }

    @Test("leeway is a setting")
    func leeway() async throws {
        var settings = JWTAccessTokenVerifier.Settings()
        settings.leeway = 0
        #expect(try await TokenKit.verifier(settings).refused(TokenText().text, now: .token(600)) == .expired)
        #expect(try await TokenKit.verifier(settings).refused(TokenText().text, now: .token(599)) == nil)
    }

    @Test("what must not be configured is refused when a verifier is made")
    func configuration() throws {
        typealias Verifier = JWTAccessTokenVerifier
        let one = TrustedIssuer(issuer: "a", keys: TokenKit.keys)
        let server = TokenServer(nil)
        func makes(_ issuers: [TrustedIssuer], _ audience: String = "b") throws(ConfigurationError) {
            _ = try Verifier(issuers: issuers, audience: audience)
        }
        try makes([one, TrustedIssuer(issuer: "A", refresh: server.refresh)])
        #expect(throws: ConfigurationError.self) { try makes([]) }
        #expect(throws: ConfigurationError.self) { try makes([one], "") }
        #expect(throws: ConfigurationError.self) { try makes([one, one]) }
        #expect(throws: ConfigurationError.self) { try makes([TrustedIssuer(issuer: "", keys: TokenKit.keys)]) }
        #expect(throws: ConfigurationError.self) { try makes([TrustedIssuer(issuer: "a")]) }
        #expect(throws: ConfigurationError.self) {
            try makes([TrustedIssuer(issuer: "a", rsaAlgorithm: .es256, refresh: server.refresh)])
        }
        let changes: [(inout Verifier.Settings) -> Void] = [
            { $0.additionalTypes = [""] }, { $0.additionalTypes = ["\u{212A}"] }, { $0.leeway = -1 },
            { $0.leeway = 301 }, { $0.maximumTokenSize = 0 }, { $0.maximumTokenSize = 65_537 },
            { $0.cacheLifetime = 3_601 }, { $0.cacheCapacity = 1 }, { $0.keyLifetime = 29 }, { $0.refreshInterval = 0 },
        ]
        for change in changes {
            var settings = Verifier.Settings()
            change(&settings)
            #expect(throws: ConfigurationError.self) { try settings.check() }
        }
    }
}

import Testing

@testable import DPoPCore
@testable import DPoPServer

/// Tokens that somebody other than the issuer made or changed. Each has a twin in JWTAccessTokenTests that is accepted.
@Suite struct JWTAttackTests {
    private static var all: KeySet {
        TokenKit.set(("1", TokenKit.key), ("r", TokenKit.rsa), ("e", TokenKit.key(.ed25519)))
    }

    private func refused(_ text: String, _ keys: KeySet = all) async throws -> AccessTokenRejection.Code? {
        try await TokenKit.verifier(keys: keys).refused(text)
    }

    @Test(
        "a token without a signature or with a symmetric one is refused",
        arguments: [
            "none", "None", "NONE", "", "HS256", "HS512", "es256", "ES256K", "A128KW",
        ])
    func algorithms(_ alg: String) async throws {
        let token = TokenText().parameter("alg", "\"\(alg)\"")
        #expect(try await refused(token.text) == .badSignature)
        #expect(try await refused(token.signingInput + ".") == .malformed)
        #expect(try await refused(token.signingInput) == .malformed)
    }

    @Test("the public key is no secret for a symmetric signature", arguments: ["1", "r"])
    func publicKeyAsSecret(_ kid: String) async throws {
        // The text that a library would take for the secret: the key as it is published.
        let key = kid == "r" ? TokenKit.rsa : TokenKit.key
        let published = Array(key.publicJWK.json.utf8)
        let secret = HMACKey(published.span)
        let token = TokenText(kid: kid).parameter("alg", "\"HS256\"")
        let input = Array(token.signingInput.utf8)
        let made = secret?.code(of: input.span)
        let code = try #require(made)
        let text = token.signingInput + "." + String(decoding: Base64URL.encode(code.span), as: UTF8.self)
        #expect(try await refused(text) == .badSignature)
    }

    @Test("alg absent or of the wrong type is refused", arguments: [nil, "null", "1", "[\"ES256\"]"])
    func algorithmType(_ alg: String?) async throws {
        #expect(try await refused(TokenText().parameter("alg", alg).text) == .badSignature)
    }

    @Test("a key in the token's own header is never used")
    func ownKey() async throws {
        let forged = TokenText(key: TokenKit.otherKey)
        for (name, value) in [
            ("jwk", TokenKit.otherKey.publicJWK.json), ("jku", "\"https://evil.example/jwks\""), ("x5c", "[\"AAAA\"]"),
            ("x5u", "\"https://evil.example/cert\""),
        ] {
            #expect(try await refused(forged.parameter(name, value).text) == .badSignature)
            #expect(try await refused(forged.parameter(name, value).parameter("kid", nil).text) == .badSignature)
            // Beside the issuer's own signature it is ignored.
            #expect(try await refused(TokenText().parameter(name, value).text) == nil)
        }
    }

    @Test("crit and b64 are refused", arguments: [("crit", "[\"exp\"]"), ("crit", "[]"), ("b64", "false")])
    func critical(_ name: String, _ value: String) async throws {
        #expect(try await refused(TokenText().parameter(name, value).text) == .badSignature)
    }

    @Test("each key verifies by the algorithm it is pinned to and by no other")
    func pinned() async throws {
        // One RSA key can sign by six algorithms; it is listed for one.
        for algorithm in [SigningAlgorithm.rs384, .ps256] {
            let pem = try TokenKit.rsa.withPKCS8PEM { bytes in
                String(decoding: (0..<bytes.count).map { bytes[$0] }, as: UTF8.self)
            }
            let key = try SigningKey(pkcs8PEM: pem, algorithm: algorithm)
            #expect(try await refused(TokenText(key: key, kid: "r").text) == .badSignature)
            #expect(try await refused(TokenText(key: key, kid: nil).text) == .unknownKey)
            let listed = try KeySet([KeySet.Key(keyID: "r", algorithm: algorithm, publicJWK: key.publicJWK)])
            #expect(try await refused(TokenText(key: key, kid: "r").text, listed) == nil)
        }
        // The key of another kind under the kid.
        #expect(try await refused(TokenText(key: TokenKit.rsa, kid: "1").text) == .badSignature)
        #expect(try await refused(TokenText(key: TokenKit.rsa, kid: "r").text) == nil)
    }

    @Test("a key of one issuer signs nothing for another")
    func otherIssuersKey() async throws {
        let verifier = try JWTAccessTokenVerifier(
            issuers: [
                TrustedIssuer(issuer: TokenKit.issuer, keys: TokenKit.keys),
                TrustedIssuer(
                    issuer: "https://other", keys: TokenKit.set(("1", TokenKit.otherKey), ("2", TokenKit.rsa))),
            ], audience: TokenKit.audience)
        #expect(await verifier.refused(TokenText(key: TokenKit.otherKey).text) == .badSignature)
        #expect(await verifier.refused(TokenText(key: TokenKit.rsa, kid: "2").text) == .unknownKey)
        let others = TokenText(key: TokenKit.otherKey).claim("iss", "\"https://other\"")
        #expect(await verifier.refused(others.text) == nil)
        #expect(await verifier.refused(TokenText().text) == nil)
        #expect(await verifier.refused(TokenText().claim("iss", "\"https://other\"").text) == .badSignature)
    }

    @Test("a kid names a key exactly, and no other key is tried", arguments: ["2", "", "1 ", "r", "../1", "1\\u0000"])
    func otherKeyID(_ kid: String) async throws {
        let code: AccessTokenRejection.Code = kid == "r" ? .badSignature : .unknownKey
        #expect(try await refused(TokenText(kid: kid).text) == code)
        #expect(try await refused(TokenText().text) == nil)
    }

    @Test("a kid or typ of the wrong type is refused", arguments: [("kid", "1"), ("kid", "null"), ("typ", "[]")])
    func headerTypes(_ name: String, _ value: String) async throws {
        #expect(try await refused(TokenText().parameter(name, value).text) == .malformed)
    }

    @Test("a token without kid is accepted only where one key has its algorithm")
    func withoutKeyID() async throws {
        let token = TokenText(kid: nil).text
        #expect(try await refused(token) == nil)
        #expect(try await refused(token, TokenKit.set((nil, TokenKit.key))) == nil)
        #expect(try await refused(token, TokenKit.set(("1", TokenKit.key), ("2", TokenKit.otherKey))) == .unknownKey)
        #expect(try await refused(TokenText().text, TokenKit.set((nil, TokenKit.key))) == .unknownKey)
    }

    @Test("a change anywhere in a token is noticed, also after the token was remembered")
    func changed() async throws {
        let verifier = try TokenKit.verifier()
        let text = Array(TokenText().text.utf8)
        #expect(await verifier.refused(String(decoding: text, as: UTF8.self)) == nil)
        for index in text.indices {
            var changed = text
            changed[index] = text[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            #expect(await verifier.refused(String(decoding: changed, as: UTF8.self)) != nil)
        }
    }

    @Test(
        "text that is no token is refused",
        arguments: [
            "", ".", "..", "a.b", "a.b.c.d", "a.b.c.d.e", "opaque", "e30.e30.AA", "e30=.e30.AA",
        ])
    func noToken(_ text: String) async throws {
        let code = try await refused(text)
        #expect(code == .malformed || (text == "e30.e30.AA" && code == .badSignature))
    }

    @Test("a repeated member is refused")
    func repeated() async throws {
        var token = TokenText()
        token.payload.append(("aud", "\"\(TokenKit.audience)\""))
        #expect(try await refused(token.text) == .malformed)
    }

    @Test("attack 187: a token that is too large is refused unread, without asking for keys")
    func size() async throws {
        let server = TokenServer(nil)
        var settings = JWTAccessTokenVerifier.Settings()
        settings.maximumTokenSize = TokenText(kid: "2").text.utf8.count - 1
        let verifier = try TokenKit.verifier(refresh: server.refresh, settings)
        #expect(await verifier.refused(TokenText(kid: "2").text) == .malformed)
        #expect(server.calls == 0)
        settings.maximumTokenSize += 1
        #expect(try await TokenKit.verifier(settings).refused(TokenText().text) == nil)
    }

    @Test(
        "attacks 89 and 116: a cnf that is empty, unknown or malformed is never an unbound token",
        arguments: [
            "{}", "null", "[]", "\"x\"", #"{"kid":"1"}"#, #"{"jkt":null}"#, #"{"jkt":1}"#, #"{"jkt":""}"#,
            #"{"jkt":"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4"}"#,
            #"{"jkt":"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4J"}"#,
        ])
    func confirmation(_ cnf: String) async throws {
        #expect(try await refused(TokenText().claim("cnf", cnf).text) == .malformedConfirmation)
    }

    @Test("attack 90: both confirmations of a token are kept, and a malformed one is not dropped for the other")
    func twoConfirmations() async throws {
        let both = #"{"jkt":"\#(TokenKit.jkt)","x5t#S256":"\#(TokenKit.jkt)"}"#
        let token = try await TokenKit.verifier().verify(TokenText().claim("cnf", both).text, now: TokenKit.now)
        #expect(token.confirmation.jkt?.jkt == TokenKit.jkt)
        #expect(token.confirmation.certificate?.description == TokenKit.jkt)
        let half = #"{"jkt":"\#(TokenKit.jkt)","x5t#S256":""}"#
        #expect(try await refused(TokenText().claim("cnf", half).text) == .malformedConfirmation)
    }
}

import Testing

@testable import DPoPCore
@testable import DPoPServer

@Suite struct KeyRefreshTests {
    private let next = TokenText(key: TokenKit.otherKey, kid: "2")

    /// Keys "1" and "2".
    private let both = TokenKit.set(("1", TokenKit.key), ("2", TokenKit.otherKey))

    @Test("an unknown kid fetches the keys, and the new ones count")
    func unknown() async throws {
        let server = TokenServer(nil)
        try server.answer(both)
        let verifier = try TokenKit.verifier(refresh: server.refresh)
        #expect(await verifier.refused(TokenText().text) == nil)
        #expect(server.calls == 0)
        #expect(await verifier.refused(next.text) == nil)
        #expect(server.calls == 1)
        #expect(await verifier.refused(TokenText().text) == nil)
        #expect(server.calls == 1)
    }

    @Test("without keys at the start they come with the first token")
    func emptyStart() async throws {
        let server = TokenServer(nil)
        try server.answer(both)
        let verifier = try TokenKit.verifier(keys: .empty, refresh: server.refresh)
        #expect(await verifier.refused(TokenText().text) == nil)
        #expect(server.calls == 1)
        let other = try TokenKit.verifier(keys: .empty, refresh: server.refresh)
        // Two keys then have its algorithm.
        #expect(await other.refused(TokenText(kid: nil).text) == .unknownKey)
        #expect(server.calls == 2)
    }

    @Test("attack 187: unknown keys fetch no more than once in each interval, whatever is sent")
    func interval() async throws {
        let server = TokenServer(nil)
        try server.answer(TokenKit.keys)
        let verifier = try TokenKit.verifier(refresh: server.refresh)
        for second in Int64(0)..<90 {
            for name in 0..<5 {
                let forged = TokenText(key: TokenKit.otherKey, kid: "made-up-\(second)-\(name)")
                #expect(await verifier.refused(forged.text, now: .token(second)) == .unknownKey)
            }
        }
        #expect(server.calls == 3)
    }

    @Test("the interval is a setting, and a new key waits no longer")
    func intervalSetting() async throws {
        let server = TokenServer(nil)
        try server.answer(TokenKit.keys)
        var settings = JWTAccessTokenVerifier.Settings()
        settings.refreshInterval = 5
        let verifier = try TokenKit.verifier(refresh: server.refresh, settings)
        #expect(await verifier.refused(next.text) == .unknownKey)
        try server.answer(both)
        #expect(await verifier.refused(next.text, now: .token(4)) == .unknownKey)
        #expect(await verifier.refused(next.text, now: .token(5)) == nil)
        #expect(server.calls == 2)
    }

    @Test(
        "a failed attempt counts for the interval, leaves the keys, and makes unknown keys unavailable",
        arguments: [
            nil, "", "{}", #"{"keys":[{"kty":"oct","k":"AAAA"}]}"#,
        ])
    func failed(_ answer: String?) async throws {
        let server = TokenServer(answer)
        let verifier = try TokenKit.verifier(refresh: server.refresh)
        for second in Int64(0)..<60 {
            #expect(await verifier.refused(next.text, now: .token(second)) == .unavailable)
        }
        #expect(server.calls == 2)
        #expect(await verifier.refused(TokenText().text) == nil)
        try server.answer(both)
        #expect(await verifier.refused(next.text, now: .token(60)) == nil)
    }

    @Test("a known kid with a bad signature or another algorithm fetches nothing")
    func knownKey() async throws {
        let server = TokenServer(nil)
        let verifier = try TokenKit.verifier(refresh: server.refresh)
        let otherAlgorithm = TokenText(key: TokenKit.key(.es384))
        #expect(await verifier.refused(TokenText(key: TokenKit.otherKey).text) == .badSignature)
        #expect(await verifier.refused(otherAlgorithm.text) == .badSignature)
        #expect(await verifier.refused(next.claim("iss", "\"x\"").text) == .wrongIssuer)
        #expect(await verifier.refused(next.parameter("typ", "\"JWT\"").text) == .wrongType)
        #expect(server.calls == 0)
        #expect(await verifier.refused(next.text) == .unavailable)
        #expect(server.calls == 1)
    }

    @Test("keys are fetched again when they are old, and those that are gone count no more, remembered tokens too")
    func removed() async throws {
        let server = TokenServer(nil)
        try server.answer(TokenKit.set(("2", TokenKit.otherKey)))
        let verifier = try TokenKit.verifier(keys: both, refresh: server.refresh)
        // Until the end of time, so that only the keys decide.
        let (old, new) = (TokenText().claim("exp", "9999999999").text, next.claim("exp", "9999999999").text)
        #expect(await verifier.refused(old, now: .token(0)) == nil)
        #expect(await verifier.refused(old, now: .token(599)) == nil)
        #expect(server.calls == 0)
        // Remembered a second ago.
        #expect(await verifier.refused(old, now: .token(600)) == .unknownKey)
        #expect(await verifier.refused(new, now: .token(600)) == nil)
        #expect(server.calls == 1)
    }

    @Test("a remembered token counts no more once another token has brought new keys")
    func replaced() async throws {
        let server = TokenServer(nil)
        try server.answer(TokenKit.set(("2", TokenKit.otherKey)))
        let verifier = try TokenKit.verifier(refresh: server.refresh)
        #expect(await verifier.refused(TokenText().text) == nil)
        #expect(await verifier.refused(next.text) == nil)
        #expect(await verifier.refused(TokenText().text) == .unknownKey)
    }

    @Test("an empty set that the issuer publishes leaves no key")
    func emptied() async throws {
        let server = TokenServer(#"{"keys":[]}"#)
        let verifier = try TokenKit.verifier(refresh: server.refresh)
        #expect(await verifier.refused(TokenText().text) == nil)
        #expect(await verifier.refused(next.text) == .unknownKey)
        #expect(await verifier.refused(TokenText().text) == .unknownKey)
    }

    @Test("old keys go on while they can not be fetched, with one attempt in each interval")
    func outage() async throws {
        let server = TokenServer(nil)
        let verifier = try TokenKit.verifier(refresh: server.refresh)
        let text = TokenText().claim("exp", "9999999999").text
        for second in Int64(0)..<660 { #expect(await verifier.refused(text, now: .token(second)) == nil) }
        #expect(server.calls == 2)
    }

    @Test("RSA keys without alg in a fetched document get the issuer's algorithm")
    func rsaAlgorithm() async throws {
        let key = TokenKit.key(.rs256)
        let server = TokenServer(#"{"keys":[\#(key.publicJWK.json)]}"#)
        let text = TokenText(key: key, kid: nil).text
        for (algorithm, code) in [(SigningAlgorithm.rs256, AccessTokenRejection.Code?.none), (.ps256, .unknownKey)] {
            let issuer = TrustedIssuer(
                issuer: TokenKit.issuer, rsaAlgorithm: algorithm, refresh: server.refresh)
            let verifier = try JWTAccessTokenVerifier(issuers: [issuer], audience: TokenKit.audience)
            #expect(await verifier.refused(text) == code)
        }
    }

    @Test("keys in a document verify in the way that is asked for", arguments: CryptoPath.allCases)
    func path(_ path: CryptoPath) async throws {
        let document = #"{"keys":[\#(TokenKit.key.publicJWK.json)]}"#
        let keys = try KeySet(json: Array(document.utf8), path: path).keys
        // Only keys of the direct way take tables.
        #expect(keys.map(\.publicJWK.verifyingKey.takesTables) == [path == .direct])
        let issuer = TrustedIssuer(issuer: TokenKit.issuer, path: path, refresh: TokenServer(document).refresh)
        let fetched = IssuerKeys(issuer, lifetime: 600, interval: 60)
        let jwt = try SignedJWT(TokenText(kid: nil).text, maximumSize: 8_192)
        let (key, _) = try await fetched.key(for: jwt, now: TokenKit.now)
        #expect(key.verifyingKey.takesTables == (path == .direct))
        let verifier = try JWTAccessTokenVerifier(issuers: [issuer], audience: TokenKit.audience)
        #expect(await verifier.refused(TokenText(kid: nil).text) == nil)
        #expect(await verifier.refused(TokenText(key: TokenKit.otherKey, kid: nil).text) == .badSignature)
    }

    @Test("many tokens with an unknown kid wait for one fetch")
    func singleFlight() async throws {
        let server = TokenServer(nil, gate: TokenGate())
        try server.answer(both)
        let verifier = try TokenKit.verifier(refresh: server.refresh)
        let text = next.text
        await withTaskGroup(of: AccessTokenRejection.Code?.self) { group in
            for _ in 0..<20 { group.addTask { await verifier.refused(text) } }
            await server.gate?.visited()
            await server.gate?.open()
            for await code in group { #expect(code == nil) }
        }
        #expect(server.calls == 1)
    }

    @Test("a fetch because of age holds up one token, not the others")
    func ageHoldsUpOne() async throws {
        let server = TokenServer(nil, gate: TokenGate())
        try server.answer(both)
        let verifier = try TokenKit.verifier(refresh: server.refresh)
        let text = TokenText().claim("exp", "9999999999").text
        #expect(await verifier.refused(text, now: .token(0)) == nil)
        async let first = verifier.refused(text, now: .token(600))
        await server.gate?.visited()
        #expect(await verifier.refused(text, now: .token(600)) == nil)
        await server.gate?.open()
        #expect(await first == nil)
        #expect(server.calls == 1)
    }

    @Test("a fetch goes on when the request that began it is cancelled")
    func cancelled() async throws {
        let server = TokenServer(nil, gate: TokenGate())
        try server.answer(both)
        let verifier = try TokenKit.verifier(refresh: server.refresh)
        let text = next.text
        let first = Task { await verifier.refused(text) }
        await server.gate?.visited()
        first.cancel()
        await server.gate?.open()
        #expect(await first.value == nil)
        #expect(await verifier.refused(text) == nil)
        #expect(server.calls == 1)
    }
}

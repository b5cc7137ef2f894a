import Testing

@testable import DPoPCore

/// RFC 9449 §4.3, checks 8, 9 and 12, each refusal beside the proof that is accepted.
@Suite struct RequestCheckTests {
    @Test(
        "attacks 91 and 92: htm is the method, byte for byte",
        arguments: ["get", "Get", "GET ", " GET", "GET\0", "GET\r\n", "HEAD", "", "G\u{CB}T", "GET,GET"])
    func method(_ htm: String) {
        let request = RequestContext.resource(
            method: "GET", targetURI: CheckKit.target, accessToken: CheckKit.token,
            boundTo: CheckKit.key.publicJWK.thumbprint)
        let refused = CheckKit.verifier().refused(CheckProof().claim("htm", quoted(htm)).text, for: request)
        #expect(refused?.code == .methodMismatch)
        #expect(refused?.claim == .htm)
        #expect(CheckKit.verifier().refused(CheckProof().claim("htm", quoted("GET")).text, for: request) == nil)
    }

    @Test("attack 91: a long s is no S, and a kelvin sign no K")
    func unicodeMethod() {
        for (htm, method) in [("PO\u{17F}T", "POST"), ("LIN\u{212A}", "LINK")] {
            let request = RequestContext.tokenRequest(method: method, targetURI: CheckKit.target)
            let verifier = CheckKit.verifier()
            #expect(
                verifier.refused(CheckProof().claim("htm", quoted(htm)).text, for: request)?.code == .methodMismatch)
            #expect(verifier.refused(CheckProof().claim("htm", quoted(method)).text, for: request) == nil)
        }
    }

    @Test("attack 78: ath is required where there is an access token, and nowhere else")
    func athPresence() {
        let refused = CheckKit.verifier().refused(CheckProof(ath: false).text)
        #expect(refused?.code == .missingClaim)
        #expect(refused?.claim == .ath)
        #expect(CheckKit.verifier().refused(CheckProof(ath: true).text) == nil)
        #expect(CheckKit.verifier().refused(CheckProof(ath: false).text, for: CheckKit.tokenRequest) == nil)
        #expect(CheckKit.verifier().refused(CheckProof(ath: true).text, for: CheckKit.tokenRequest) == nil)
    }

    @Test(
        "attack 87: ath belongs to the exact octets of the token",
        arguments: [
            CheckKit.token + " ", " " + CheckKit.token, CheckKit.token.lowercased(), "", CheckKit.token + "=",
            "DPoP " + CheckKit.token,
        ])
    func athOfAnother(_ token: String) {
        let ath = AccessTokenHash(of: token).ath
        let refused = CheckKit.verifier().refused(CheckProof().claim("ath", quoted(ath)).text)
        #expect(refused?.code == .accessTokenHashMismatch)
        #expect(refused?.claim == .ath)
        // The same proof is good for the token that it names.
        let request = RequestContext.resource(
            method: "POST", targetURI: CheckKit.target, accessToken: token, boundTo: CheckKit.key.publicJWK.thumbprint)
        #expect(CheckKit.verifier().refused(CheckProof().claim("ath", quoted(ath)).text, for: request) == nil)
    }

    @Test("attack 88: another key with the right ath is refused before its signature is looked at")
    func binding() {
        for proof in [CheckProof(key: CheckKit.otherKey).text, CheckProof(key: CheckKit.otherKey).badlySigned] {
            let refused = CheckKit.verifier().refused(proof)
            #expect(refused?.code == .keyBindingMismatch)
            #expect(refused?.claim == .jkt)
            #expect(refused?.wireError == .invalidToken)
            #expect(refused?.signatureVerified == false)
        }
        #expect(CheckKit.verifier().refused(CheckProof().text) == nil)
    }

    @Test("verify refuses a resource whose binding is not known")
    func unknownBinding() async {
        let proof = CheckProof().text
        let cache = MemoryReplayCache(memory: .startsEmpty)
        let verifier = ProofVerifier(policy: .default, replay: cache)
        #expect(verifier.refused(proof, for: CheckKit.unbound)?.code == .keyBindingMismatch)
        let awaited = await awaitedRefusal { () async throws(ProofRejection) in
            try await ProofVerifier(policy: .default, replay: CheckAsyncStore())
                .verify(proof, for: CheckKit.unbound, now: CheckKit.now)
        }
        #expect(awaited?.code == .keyBindingMismatch)
        // It was not used up.
        #expect(verifier.refused(proof) == nil)
    }

    @Test("an htu that is no target URI is malformed, another one a mismatch")
    func target() {
        let cases: [(String, ProofRejection.Code?)] = [
            ("https://u@server.example.com/resource", .malformedClaim), ("/resource", .malformedClaim),
            ("", .malformedClaim), ("https://server.example.com/other", .targetMismatch),
            ("https://server.example.com/resource?q#f", nil), ("HTTPS://SERVER.example.com:443/resource", nil),
        ]
        for (htu, code) in cases {
            let refused = CheckKit.verifier().refused(CheckProof().claim("htu", quoted(htu)).text)
            #expect(refused?.code == code, "\(htu)")
            #expect(refused == nil || refused?.claim == .htu)
        }
    }

    @Test(
        "attack 89: a thumbprint has one spelling, and nothing else makes one",
        arguments: [-1, 1, 0])
    func thumbprintText(_ change: Int) {
        let jkt = CheckKit.key.publicJWK.thumbprint.jkt
        #expect(Thumbprint(jkt) == CheckKit.key.publicJWK.thumbprint)
        #expect(jkt.utf8.count == 43)
        switch change {
        case -1: #expect(Thumbprint(String(jkt.dropLast())) == nil)
        case 1: #expect(Thumbprint(jkt + "A") == nil)
        default:
            for text in ["", jkt + "=", " " + jkt, jkt.dropLast() + "!"] { #expect(Thumbprint(text) == nil) }
            // The last of 43 characters has two unused bits: three of four spellings are not canonical.
            let last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".filter {
                Thumbprint(jkt.dropLast() + String($0)) != nil
            }
            #expect(last.count == 16)
        }
    }
}

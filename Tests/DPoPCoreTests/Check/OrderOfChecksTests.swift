import Testing

@testable import DPoPCore

/// Cheapest first, the signature last but one, the store last.
@Suite struct OrderOfChecksTests {
    private struct Defect: Sendable {
        let name: String
        let code: ProofRejection.Code
        let apply: @Sendable (CheckProof) -> CheckProof
    }

    private static func defect(
        _ name: String, _ code: ProofRejection.Code, _ apply: @escaping @Sendable (CheckProof) -> CheckProof
    ) -> Defect { Defect(name: name, code: code, apply: apply) }

    /// One defect for each check, in the order of the checks.
    private static let defects: [Defect] = [
        defect("header JSON", .malformedProof) { $0.parameter("x", "01") },
        defect("payload JSON", .malformedProof) { $0.claim("x", "tru") },
        defect("typ", .wrongType) { $0.parameter("typ", quoted("JWT")) },
        defect("alg", .unsupportedAlgorithm) { $0.parameter("alg", quoted("none")) },
        defect("crit", .criticalHeader) { $0.parameter("crit", "[]") },
        defect("private member", .privateKeyInProof) { proof in
            proof.parameter("jwk", String(proof.key.publicJWK.json.dropLast()) + ",\"d\":1}")
        },
        defect("jti absent", .missingClaim) { $0.claim("jti", nil) },
        defect("nonce's type", .malformedClaim) { $0.claim("nonce", "1") },
        defect("ath absent", .missingClaim) { $0.claim("ath", nil) },
        defect("htm", .methodMismatch) { $0.claim("htm", quoted("GET")) },
        defect("htu", .targetMismatch) { $0.claim("htu", quoted("https://other.example/")) },
        defect("iat", .issuedTooLongAgo) { $0.claim("iat", "1") },
        defect("exp", .expired) { $0.claim("exp", "1") },
        defect("nbf", .notYetValid) { $0.claim("nbf", "\(UnixTime.latestClaim)") },
        defect("ath", .accessTokenHashMismatch) { $0.claim("ath", quoted("x")) },
        defect("key", .keyBindingMismatch) { proof in
            var other = proof
            other.key = CheckKit.otherKey
            return other.parameter("jwk", CheckKit.otherKey.publicJWK.json)
        },
        defect("nonce", .nonceInvalid) { $0.claim("nonce", quoted("wrong")) },
    ]

    private let policy: VerificationPolicy = {
        var policy = VerificationPolicy.default
        policy.nonces = .required(ExpectedNonce("right"))
        return policy
    }()

    private let good = CheckProof().claim("nonce", quoted("right"))

    @Test("a proof with two defects is refused for the earlier one", arguments: defects.indices)
    func pairs(_ index: Int) {
        let first = Self.defects[index]
        let verifier = ProofVerifier(policy: policy, replay: CheckFixedStore(.firstSighting))
        #expect(verifier.refused(good.text) == nil)
        #expect(verifier.refused(first.apply(good).text)?.code == first.code, "\(first.name)")
        for second in Self.defects[(index + 1)...] {
            // The later defect first, so that what both set ends as the earlier one has it.
            let both = first.apply(second.apply(good))
            #expect(verifier.refused(both.text)?.code == first.code, "\(first.name) before \(second.name)")
        }
        // A bad signature comes after all of them.
        #expect(verifier.refused(first.apply(good).badlySigned)?.code == first.code, "\(first.name) before signature")
        #expect(verifier.replay.questions.count == 1)
    }

    @Test("size comes before framing, framing before JSON")
    func text() {
        let verifier = CheckKit.verifier()
        let dots = String(repeating: ".", count: 8_193)
        #expect(verifier.refused(dots)?.code == .proofTooLarge)
        #expect(verifier.refused(String(dots.dropLast()))?.code == .malformedProof)
        #expect(verifier.refused(CheckProof().parameter("typ", "1").text + ".")?.code == .malformedProof)
    }

    @Test("attacks 131 and 137: whatever else fails, the store is not asked and the jti stays good")
    func burnsNothing() {
        let store = CheckFixedStore(.firstSighting)
        let verifier = ProofVerifier(policy: policy, replay: store)
        let cache = CheckKit.verifier(policy)
        for defect in Self.defects {
            let refused = verifier.refused(defect.apply(good).text)
            #expect(refused?.signatureVerified == false, "\(defect.name)")
            #expect(cache.refused(defect.apply(good).text)?.code == defect.code)
        }
        let refused = verifier.refused(good.badlySigned)
        #expect(refused?.code == .badSignature)
        #expect(refused?.signatureVerified == false)
        #expect(store.questions.isEmpty)
        #expect(cache.refused(good.badlySigned)?.code == .badSignature)
        // The same jti, by the same key for the same target.
        #expect(cache.refused(good.text) == nil)
        #expect(cache.refused(good.text)?.code == .replayed)
    }

    @Test("attack 68: another signature of the same claims is the same proof")
    func respelledSignature() {
        let verifier = CheckKit.verifier()
        let (one, other) = (CheckProof().text, CheckProof().text)
        #expect(one != other)
        #expect(verifier.refused(one) == nil)
        #expect(verifier.refused(other)?.code == .replayed)
        #expect(verifier.refused(CheckProof(jti: "two").text) == nil)
    }

    @Test("attack 108: another spelling of htu is the same proof")
    func respelledTarget() {
        let verifier = CheckKit.verifier()
        #expect(verifier.refused(CheckProof().text) == nil)
        let respelled = CheckProof().claim("htu", quoted("HTTPS://SERVER.EXAMPLE.COM:443/./resource?x#y"))
        #expect(verifier.refused(respelled.text)?.code == .replayed)
        #expect(CheckKit.verifier().refused(respelled.text) == nil)
    }

    @Test("attack 86: jtis are compared by their bytes")
    func jtiBytes() {
        let verifier = CheckKit.verifier()
        for jti in ["a", "A", "\u{E9}", "e\u{301}", "\u{212B}", "\u{C5}"] {
            #expect(verifier.refused(CheckProof(jti: jti).text) == nil)
            #expect(verifier.refused(CheckProof(jti: jti).text)?.code == .replayed)
        }
    }
}

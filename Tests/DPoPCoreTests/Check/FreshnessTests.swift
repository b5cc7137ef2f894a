import Testing

@testable import DPoPCore

/// RFC 9449 §4.3, check 11: judged by `iat`, or by the time that a nonce carries.
@Suite struct FreshnessTests {
    /// Knows one nonce, which counts until it lapses.
    private struct TimedNonce: NonceVerifier {
        var mintedAt: UnixTime? = .at(-20)
        var lapsesAt: UnixTime? = .at(100)

        func judge(_ nonce: String, now: UnixTime) -> NonceVerdict {
            let hasLapsed = lapsesAt.map { now >= $0 } ?? false
            return nonce == "right" && !hasLapsed ? .valid(mintedAt: mintedAt, lapsesAt: lapsesAt) : .invalid
        }
    }

    private func policy(_ nonce: TimedNonce? = TimedNonce(), _ freshness: Freshness = .byNonce) -> VerificationPolicy {
        var policy = VerificationPolicy.default
        policy.freshness = freshness
        if let nonce { policy.nonces = .required(nonce) }
        return policy
    }

    private func proof(iat: String, nonce: String? = "right") -> CheckProof {
        CheckProof().claim("iat", iat).claim("nonce", nonce.map(quoted))
    }

    @Test(
        "by the nonce a client with any clock is served, by iat only one with a right clock",
        arguments: ["0", "1699999000", "1700000600", "253402300799"])
    func wrongClock(_ iat: String) {
        #expect(CheckKit.verifier(policy()).refused(proof(iat: iat).text) == nil)
        let code = CheckKit.verifier(policy(TimedNonce(), .byIssueTime)).refused(proof(iat: iat).text)?.code
        #expect(code == .issuedTooLongAgo || code == .issuedInFuture)
    }

    @Test(
        "by the nonce, a proof without one that counts is asked for one, whatever its iat", arguments: [nil, "wrong"])
    func noNonce(_ nonce: String?) {
        for iat in ["0", "1700000000"] {
            let refused = CheckKit.verifier(policy()).refused(proof(iat: iat, nonce: nonce).text)
            #expect(refused?.code == (nonce == nil ? .nonceMissing : .nonceInvalid))
            #expect(refused?.wireError == .useDPoPNonce)
        }
    }

    @Test("where no nonce is required, or it tells no time, iat decides after all")
    func fallback() {
        for policy in [
            policy(nil), policy(TimedNonce(mintedAt: nil, lapsesAt: nil)), policy(TimedNonce(lapsesAt: nil)),
            policy(TimedNonce(mintedAt: nil)),
        ] {
            #expect(CheckKit.verifier(policy).refused(proof(iat: "1699999000").text)?.code == .issuedTooLongAgo)
            #expect(CheckKit.verifier(policy).refused(proof(iat: "1700000000").text) == nil)
        }
    }

    @Test("exp and nbf count by the nonce too")
    func otherTimes() {
        let old = proof(iat: "0")
        #expect(CheckKit.verifier(policy()).refused(old.claim("exp", "1").text)?.code == .expired)
        #expect(CheckKit.verifier(policy()).refused(old.claim("exp", "1700000000").text) == nil)
        #expect(CheckKit.verifier(policy()).refused(old.claim("nbf", "1700000011").text)?.code == .notYetValid)
    }

    @Test(
        "attack 132: by the nonce a replay is refused at every later second, until the nonce has lapsed",
        arguments: ["0", "1700000000", "253402300799"])
    func replay(_ iat: String) {
        let verifier = CheckKit.verifier(policy())
        let text = proof(iat: iat).text
        #expect(verifier.refused(text) == nil)
        for offset in Int64(0)..<100 { #expect(verifier.refused(text, now: .at(offset))?.code == .replayed) }
        #expect(verifier.refused(text, now: .at(100))?.code == .nonceInvalid)
    }

    @Test("the replay deadline follows the nonce: its lapse, the clock skew and a second, never iat")
    func deadline() throws {
        let store = CheckFixedStore(.firstSighting)
        let verifier = ProofVerifier(policy: policy(), replay: store)
        let verified = try verifier.verify(
            proof(iat: "253402300799").text, for: CheckKit.resource, now: CheckKit.now)
        #expect(store.questions.map(\.deadline) == [.at(111)])
        #expect(verified.nonceLapsesAt == .at(100))
        let byIssueTime = ProofVerifier(policy: policy(nil), replay: store)
        #expect(
            try byIssueTime.verify(CheckProof(jti: "two").text, for: CheckKit.resource, now: CheckKit.now)
                .nonceLapsesAt == nil)
        #expect(store.questions.map(\.deadline) == [.at(111), .at(71)])
    }

    @Test("by the nonce, evidence that was held past its lapse is refused and not used up")
    func held() throws {
        let verifier = CheckKit.verifier(policy())
        let text = proof(iat: "0").text
        let late = refusal { () throws(ProofRejection) in
            try verifier.check(text, for: CheckKit.resource, now: CheckKit.now).bindAsRequested().admit(now: .at(100))
        }
        #expect(late?.code == .nonceInvalid && late?.signatureVerified == true)
        #expect(verifier.refused(text, now: .at(99)) == nil)
    }

    @Test("a replay says when the proof was used first")
    func firstSeen() {
        let verifier = CheckKit.verifier()
        let text = CheckProof().text
        #expect(verifier.refused(text, now: .at(1)) == nil)
        #expect(verifier.refused(text, now: .at(9))?.firstSeenAt == .at(1))
        #expect(verifier.refused(CheckProof().badlySigned, now: .at(9))?.firstSeenAt == nil)
    }
}

import Testing

@testable import DPoPCore

/// RFC 9449 §4.3, checks 10 and 11.
@Suite struct TimeWindowTests {
    private let policies: [VerificationPolicy] = {
        var narrow = VerificationPolicy.default
        (narrow.maximumAge, narrow.maximumFuture) = (0, 0)
        return [.default, .fapi2, .mcp, narrow]
    }()

    private func refused(
        _ iat: Int64, _ policy: VerificationPolicy, now: UnixTime
    ) -> ProofRejection.Code? {
        CheckKit.verifier(policy).refused(CheckProof(iat: iat).text, now: now)?.code
    }

    @Test("attack 82: both edges of the window, at the start and the end of the second", arguments: 0..<4)
    func edges(_ index: Int) {
        let policy = policies[index]
        for nanoseconds: Int32 in [0, 1, 1_000_000, 500_000_000, 999_999_999] {
            let now = UnixTime.at(0, nanoseconds: nanoseconds)
            let (oldest, newest) = (now.seconds - policy.maximumAge, now.seconds + policy.maximumFuture)
            #expect(refused(oldest, policy, now: now) == nil)
            #expect(refused(oldest - 1, policy, now: now) == .issuedTooLongAgo)
            #expect(refused(newest, policy, now: now) == nil)
            #expect(refused(newest + 1, policy, now: now) == .issuedInFuture)
        }
    }

    @Test("attack 134: one proof at t - 1 ms, t and t + 1 ms of the second in which it gets too old")
    func tick() {
        let proof = CheckProof().text
        let last = CheckKit.now.seconds + 60
        for (now, isAccepted) in [
            (UnixTime(seconds: last, nanoseconds: 999_000_000), true), (UnixTime(seconds: last + 1), false),
            (UnixTime(seconds: last + 1, nanoseconds: 1_000_000), false),
        ] {
            let refused = CheckKit.verifier().refused(proof, now: now)
            #expect(refused?.code == (isAccepted ? nil : .issuedTooLongAgo))
            #expect(refused?.signatureVerified ?? false == false)
        }
    }

    @Test("attack 83: milliseconds are no seconds")
    func milliseconds() {
        #expect(refused(CheckKit.now.seconds * 1000, .default, now: CheckKit.now) == .malformedClaim)
        #expect(refused(253_402_300_799, .default, now: CheckKit.now) == .issuedInFuture)
        #expect(refused(CheckKit.now.seconds, .default, now: CheckKit.now) == nil)
    }

    @Test("attack 80: the fraction of iat is dropped", arguments: ["0", "5", "999999999999999999999"])
    func fraction(_ digits: String) throws {
        let proof = CheckProof().claim("iat", "\(CheckKit.now.seconds).\(digits)").text
        let verified = try CheckKit.verifier().verify(proof, for: CheckKit.resource, now: .at(60))
        #expect(verified.claims.iat == CheckKit.now)
        #expect(CheckKit.verifier().refused(proof, now: .at(61))?.code == .issuedTooLongAgo)
        #expect(CheckKit.verifier().refused(proof, now: .at(-10)) == nil)
        #expect(CheckKit.verifier().refused(proof, now: .at(-11))?.code == .issuedInFuture)
    }

    @Test("attack 84: exp has passed once now reaches it plus clockSkew", arguments: [Int64(0), 10, 30])
    func exp(_ skew: Int64) {
        var policy = VerificationPolicy.default
        policy.clockSkew = skew
        let verifier = CheckKit.verifier(policy)
        let proof = CheckProof().claim("exp", "\(CheckKit.now.seconds + 5)").text
        #expect(verifier.refused(proof, now: .at(5 + skew))?.code == .expired)
        #expect(verifier.refused(proof, now: .at(5 + skew))?.claim == .exp)
        #expect(verifier.refused(proof, now: .at(4 + skew, nanoseconds: 999_999_999)) == nil)
    }

    @Test("attack 84: nbf has come once now reaches it less clockSkew", arguments: [Int64(0), 10, 30])
    func nbf(_ skew: Int64) {
        var policy = VerificationPolicy.default
        policy.clockSkew = skew
        let verifier = CheckKit.verifier(policy)
        let proof = CheckProof().claim("nbf", "\(CheckKit.now.seconds + skew + 5)").text
        #expect(verifier.refused(proof, now: .at(4, nanoseconds: 999_999_999))?.code == .notYetValid)
        #expect(verifier.refused(proof, now: .at(4, nanoseconds: 999_999_999))?.claim == .nbf)
        #expect(verifier.refused(proof, now: .at(5)) == nil)
    }

    @Test(
        "attack 84: exp and nbf of another type are refused, never ignored",
        arguments: ["null", "true", "\"1700000100\"", "[]", "{}", "-1", "1.7e9", "253402300800"])
    func types(_ value: String) {
        for (name, claim) in [("exp", ProofRejection.Claim.exp), ("nbf", .nbf)] {
            let refused = CheckKit.verifier().refused(CheckProof().claim(name, value).text)
            #expect(refused?.code == .malformedClaim)
            #expect(refused?.claim == claim)
        }
        #expect(CheckKit.verifier().refused(CheckProof().claim("other", value).text) == nil)
    }

    @Test("a proof is remembered past the last second at which any node accepts it")
    func deadline() throws {
        for policy in policies {
            let store = CheckFixedStore(.firstSighting)
            let verifier = ProofVerifier(policy: policy, replay: store)
            _ = try verifier.verify(CheckProof().text, for: CheckKit.resource, now: CheckKit.now)
            let lastAccepted = CheckKit.now.seconds + policy.maximumAge
            #expect(store.questions.map(\.deadline.seconds) == [lastAccepted + policy.clockSkew + 1])
        }
    }
}

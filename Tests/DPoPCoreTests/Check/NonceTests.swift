import Testing

@testable import DPoPCore

/// RFC 9449 §4.3, check 10, and §8: nonces that a server chose.
@Suite struct NonceTests {
    private var policy: VerificationPolicy {
        var policy = VerificationPolicy.default
        policy.nonces = .required(ExpectedNonce("right"))
        return policy
    }

    private func refused(_ proof: CheckProof, _ policy: VerificationPolicy, now: UnixTime = CheckKit.now)
        -> ProofRejection?
    {
        CheckKit.verifier(policy).refused(proof.text, now: now)
    }

    @Test("attack 160: where a nonce is required it must be there, be a string and be the right one")
    func required() {
        #expect(refused(CheckProof().claim("nonce", quoted("right")), policy) == nil)
        let missing = refused(CheckProof(), policy)
        #expect(missing?.code == .nonceMissing)
        #expect(missing?.claim == .nonce)
        #expect(missing?.wireError == .useDPoPNonce)
        for nonce in ["", "wrong", "right ", "Right", "righ", "right\0", String(repeating: "r", count: 3_000)] {
            let refused = refused(CheckProof().claim("nonce", quoted(nonce)), policy)
            #expect(refused?.code == .nonceInvalid)
            #expect(refused?.wireError == .useDPoPNonce)
        }
        for value in ["null", "1", "true", "[\"right\"]", "{}"] {
            let refused = refused(CheckProof().claim("nonce", value), policy)
            #expect(refused?.code == .malformedClaim)
            #expect(refused?.wireError == .invalidDPoPProof)
        }
    }

    @Test("a nonce that nobody asked for is read and ignored, but not one of the wrong type")
    func notRequired() {
        #expect(refused(CheckProof().claim("nonce", quoted("any")), .default) == nil)
        #expect(refused(CheckProof().claim("nonce", quoted("")), .default) == nil)
        #expect(refused(CheckProof().claim("nonce", "null"), .default)?.code == .malformedClaim)
    }

    /// Each time that a proof can be refused for, and the claims that cause it.
    private let badTimes: [(code: ProofRejection.Code, name: String, value: String)] = [
        (.issuedTooLongAgo, "iat", "1699999939"), (.issuedInFuture, "iat", "1700000011"),
        (.expired, "exp", "1699999990"), (.notYetValid, "nbf", "1700000011"),
    ]

    @Test("a wrong time asks for a nonce where one is wanted and the proof has none that counts", arguments: 0..<4)
    func wrongTimes(_ index: Int) {
        let (code, name, value) = badTimes[index]
        let late = CheckProof().claim(name, value)
        let cases: [(CheckProof, VerificationPolicy, ProofRejection.WireError)] = [
            (late, .default, .invalidDPoPProof), (late, policy, .useDPoPNonce),
            (late.claim("nonce", quoted("wrong")), policy, .useDPoPNonce),
            (late.claim("nonce", quoted("right")), policy, .invalidDPoPProof),
            (late.claim("nonce", quoted("wrong")), .default, .invalidDPoPProof),
        ]
        for (proof, policy, error) in cases {
            let refused = refused(proof, policy)
            #expect(refused?.code == code)
            #expect(refused?.claim?.rawValue == name)
            #expect(refused?.wireError == error)
        }
    }

    @Test("what fails for something else does not ask for a nonce")
    func otherFailures() {
        for (name, value) in [("htm", "GET"), ("htu", "https://other.example/"), ("ath", "x")] {
            #expect(refused(CheckProof().claim(name, quoted(value)), policy)?.wireError == .invalidDPoPProof)
        }
    }

    /// Knows one nonce by heart and notes what it is asked.
    private final class Witness: NonceVerifier {
        private let noted = Locked<[String]>([])

        func judge(_ nonce: String, now: UnixTime) -> NonceVerdict {
            noted.withLock { $0.append("\(nonce)@\(now)") }
            return .valid(mintedAt: nil)
        }

        var questions: [String] { noted.withLock { $0 } }
    }

    @Test("a verifier of nonces sees the claim's value as decoded, and the verifier's time")
    func question() {
        let witness = Witness()
        var policy = VerificationPolicy.default
        policy.nonces = .required(witness)
        let now = UnixTime.at(1, nanoseconds: 5)
        #expect(refused(CheckProof().claim("nonce", "\"a\\u0062\\n\""), policy, now: now) == nil)
        #expect(witness.questions == ["ab\n@1700000001.000000005"])
        #expect(refused(CheckProof().claim("htm", quoted("GET")), policy)?.code == .methodMismatch)
        #expect(witness.questions.count == 1)
    }
}

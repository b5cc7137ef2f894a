import Testing

@testable import DPoPCore

@Suite struct VerificationPolicyTests {
    @Test("the defaults")
    func defaults() {
        let policy = VerificationPolicy.default
        #expect(policy.algorithms == SigningAlgorithm.allCases)
        #expect(
            Set(policy.algorithms.map(\.rawValue)) == [
                "ES256", "ES384", "ES512", "Ed25519", "EdDSA", "PS256", "PS384", "PS512", "RS256", "RS384", "RS512",
            ])
        #expect((policy.maximumAge, policy.maximumFuture, policy.clockSkew) == (60, 10, 10))
        #expect(policy.maximumProofSize == 8_192)
        guard case .notRequired = policy.nonces else { return #expect(Bool(false), "nonces are on") }
    }

    @Test("FAPI 2.0: three algorithms, one by two names")
    func fapi2() {
        let policy = VerificationPolicy.fapi2
        #expect(Set(policy.algorithms) == [.ps256, .es256, .ed25519, .eddsa])
        #expect((policy.maximumAge, policy.maximumFuture, policy.clockSkew) == (60, 10, 10))
    }

    @Test("MCP: five minutes either way")
    func mcp() {
        let policy = VerificationPolicy.mcp
        #expect(policy.algorithms == SigningAlgorithm.allCases)
        #expect((policy.maximumAge, policy.maximumFuture, policy.clockSkew) == (300, 300, 10))
    }

    @Test("settings out of range stop at its ends", arguments: [Int64.min, -1, 0, 1, 86_400, 86_401, .max])
    func clamping(_ seconds: Int64) {
        let expected = min(max(seconds, 0), 86_400)
        var policy = VerificationPolicy.default
        policy.maximumAge = seconds
        policy.maximumFuture = seconds
        policy.clockSkew = seconds
        #expect((policy.maximumAge, policy.maximumFuture, policy.clockSkew) == (expected, expected, expected))
    }

    @Test("the proof's size has a ceiling")
    func size() {
        var policy = VerificationPolicy.default
        policy.maximumProofSize = .max
        #expect(policy.maximumProofSize == 65_536)
        policy.maximumProofSize = -1
        #expect(policy.maximumProofSize == 0)
    }

    @Test("the size that the policy gives is the size that is read, to the byte")
    func sizeEdge() throws {
        let proof = CheckProof().text
        var policy = VerificationPolicy.default
        policy.maximumProofSize = proof.utf8.count
        _ = try CheckKit.verifier(policy).verify(proof, for: CheckKit.resource, now: CheckKit.now)
        policy.maximumProofSize -= 1
        let refused = refusal { () throws(ProofRejection) in
            try CheckKit.verifier(policy).verify(proof, for: CheckKit.resource, now: CheckKit.now)
        }
        #expect(refused?.code == .proofTooLarge)
    }

    @Test("the widest policy at the ends of time traps nowhere", arguments: [Int64.min, -1, 0, 253_402_300_799, .max])
    func ends(_ seconds: Int64) {
        var policy = VerificationPolicy.default
        (policy.maximumAge, policy.maximumFuture, policy.clockSkew) = (86_400, 86_400, 86_400)
        let now = UnixTime(seconds: seconds, nanoseconds: 999_999_999)
        for iat in [Int64(0), 253_402_300_799] {
            let proof = CheckProof(iat: iat).claim("exp", "253402300799").claim("nbf", "0").text
            for memory in [ReplayMemory.startsEmpty, .since(now), .strictlySince(now)] {
                let refused = refusal { () throws(ProofRejection) in
                    try CheckKit.verifier(policy, memory: memory).verify(proof, for: CheckKit.resource, now: now)
                }
                let isInWindow = seconds == iat || (seconds == -1 && iat == 0)
                let passes = memory == .startsEmpty || (memory == .since(now) && iat >= seconds)
                #expect((refused == nil) == (isInWindow && passes), "\(iat) at \(seconds), \(memory)")
            }
        }
    }
}

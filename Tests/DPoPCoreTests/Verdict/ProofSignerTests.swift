import Testing

@testable import DPoPCore

/// Signers that users write: keys elsewhere, which may suspend and fail, and keys in this process.
@Suite struct ProofSignerTests {
    private struct Failure: Error, Equatable { let number: Int }

    /// A key behind something that suspends.
    private struct RemoteSigner: ProofSigner {
        var algorithm: SigningAlgorithm { key.algorithm }
        var publicJWK: PublicJWK { key.publicJWK }
        var key = CheckKit.key
        var change: @Sendable ([UInt8]) throws -> [UInt8] = { $0 }

        func signature(over signingInput: [UInt8]) async throws -> [UInt8] {
            await Task.yield()
            return try change(try key.signature(over: signingInput.span))
        }
    }

    /// A key in this process that is not `SigningKey`.
    private struct OwnSigner: LocalProofSigner {
        var algorithm: SigningAlgorithm { key.algorithm }
        var publicJWK: PublicJWK { key.publicJWK }
        var key = CheckKit.key
        var change: @Sendable ([UInt8]) throws(ProofBuildingError) -> [UInt8] = {
            (bytes: [UInt8]) throws(ProofBuildingError) in bytes
        }

        func signature(over signingInput: borrowing Span<UInt8>) throws(ProofBuildingError) -> [UInt8] {
            try change(try key.signature(over: signingInput))
        }
    }

    @Test(
        "a key held elsewhere signs proofs that verify", arguments: [SigningAlgorithm.es256, .es512, .ed25519, .ps256])
    func remote(_ algorithm: SigningAlgorithm) async throws {
        let builder = ProofBuilder(signer: RemoteSigner(key: CheckKit.key(algorithm)))
        let proof = try await builder.proof(method: "POST", targetURI: CheckKit.target, issuedAt: CheckKit.now)
        #expect(CheckKit.verifier().refused(proof, for: CheckKit.tokenRequest) == nil)
    }

    @Test("what a signer throws reaches the caller")
    func throwing() async {
        let builder = ProofBuilder(signer: RemoteSigner(change: { _ in throw Failure(number: 7) }))
        do throws(ProofBuildingError) {
            _ = try await builder.proof(method: "POST", targetURI: CheckKit.target)
            Issue.record("a proof without a signature")
        } catch {
            guard case .signerFailed(let reason) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(reason as? Failure == Failure(number: 7))
        }
    }

    @Test("a signature of another length is not sent", arguments: [0, 63, 65, 72])
    func length(_ count: Int) async {
        let remote = ProofBuilder(signer: RemoteSigner(change: { _ in [UInt8](repeating: 1, count: count) }))
        await #expect {
            try await remote.proof(method: "POST", targetURI: CheckKit.target)
        } throws: {
            if case ProofBuildingError.malformedSignature = $0 { true } else { false }
        }
        let own = ProofBuilder(
            signer: OwnSigner(change: { (_) throws(ProofBuildingError) in [UInt8](repeating: 1, count: count) }))
        #expect {
            try own.proof(method: "POST", targetURI: CheckKit.target)
        } throws: {
            if case ProofBuildingError.malformedSignature = $0 { true } else { false }
        }
    }

    @Test("a signature of the right length is the signer's business: a wrong one is refused by the verifier")
    func wrongSignature() async throws {
        let good = ProofBuilder(signer: RemoteSigner())
        let bad = ProofBuilder(signer: RemoteSigner(change: { $0.reversed() }))
        for (builder, code) in [(good, nil), (bad, ProofRejection.Code.badSignature)] {
            let proof = try await builder.proof(method: "POST", targetURI: CheckKit.target, issuedAt: CheckKit.now)
            #expect(CheckKit.verifier().refused(proof, for: CheckKit.tokenRequest)?.code == code)
        }
    }

    @Test("a local signer of one's own, and one that fails")
    func own() throws {
        let proof = try ProofBuilder(signer: OwnSigner()).proof(
            method: "POST", targetURI: CheckKit.target, issuedAt: CheckKit.now)
        #expect(CheckKit.verifier().refused(proof, for: CheckKit.tokenRequest) == nil)
        let failing = ProofBuilder(
            signer: OwnSigner(change: { (_) throws(ProofBuildingError) in throw .signingFailed }))
        #expect {
            try failing.proof(method: "POST", targetURI: CheckKit.target)
        } throws: {
            if case ProofBuildingError.signingFailed = $0 { true } else { false }
        }
    }

    @Test("a signer whose key does not fit its algorithm builds nothing")
    func mismatch() throws {
        struct Confused: LocalProofSigner {
            var algorithm: SigningAlgorithm
            var publicJWK: PublicJWK { CheckKit.key.publicJWK }
            func signature(over signingInput: borrowing Span<UInt8>) throws(ProofBuildingError) -> [UInt8] {
                try CheckKit.key.signature(over: signingInput)
            }
        }
        _ = try ProofBuilder(signer: Confused(algorithm: .es256)).proof(method: "GET", targetURI: CheckKit.target)
        for algorithm in SigningAlgorithm.allCases where algorithm != .es256 {
            #expect {
                try ProofBuilder(signer: Confused(algorithm: algorithm)).proof(
                    method: "GET", targetURI: CheckKit.target)
            } throws: {
                if case ProofBuildingError.algorithmMismatch = $0 { true } else { false }
            }
        }
    }

    @Test("what is wrong with the claims is found before the signer is asked")
    func claimsFirst() async {
        let builder = ProofBuilder(signer: RemoteSigner(change: { _ in throw Failure(number: 1) }))
        await #expect {
            try await builder.proof(method: "", targetURI: CheckKit.target)
        } throws: {
            if case ProofBuildingError.invalidMethod = $0 { true } else { false }
        }
    }
}

import Testing

@testable import DPoPCore

/// A store that is safe for proofs with a nonce alone, such as one that goes on without its server.
@Suite struct NonceDemandTests {
    private let withNonces: VerificationPolicy

    init() {
        var policy = VerificationPolicy.default
        policy.nonces = .required(ExpectedNonce("right", mintedAt: CheckKit.now))
        withNonces = policy
    }

    private let withNonce = CheckProof().claim("nonce", quoted("right")).text

    /// What whole verification refuses the proof for, with and without suspending.
    private func refusals(
        _ store: CheckFixedStore, _ policy: VerificationPolicy, _ proof: String
    ) async -> [ProofRejection?] {
        let any = ProofVerifier(policy: policy, replay: AnyReplayStore(store))
        let awaited = await awaitedRefusal { () async throws(ProofRejection) in
            try await any.verify(proof, for: CheckKit.resource, now: CheckKit.now)
        }
        return [ProofVerifier(policy: policy, replay: store).refused(proof), awaited]
    }

    @Test("attack 150: a store that needs nonces admits nothing where none are required, and is never asked")
    func notRequired() async {
        let store = CheckFixedStore(.firstSighting, requiresNonces: true)
        // A nonce that nobody asked for was judged by nobody.
        for proof in [CheckProof().text, withNonce] {
            for refused in await refusals(store, .default, proof) {
                #expect(refused?.code == .replayStoreUnavailable)
                #expect(refused?.claim == nil && refused?.wireError == nil)
                #expect(refused?.signatureVerified == true)
            }
        }
        #expect(store.questions.isEmpty)
    }

    @Test("attack 150: the same store admits proofs with nonces, and one that needs none admits the others")
    func required() async {
        let store = CheckFixedStore(.firstSighting, requiresNonces: true)
        #expect(await refusals(store, withNonces, withNonce).allSatisfy { $0 == nil })
        #expect(store.questions.count == 2)
        let plain = CheckFixedStore(.firstSighting)
        #expect(await refusals(plain, .default, CheckProof().text).allSatisfy { $0 == nil })
        #expect(plain.questions.count == 2)
    }
}

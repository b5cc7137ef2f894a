import Testing

@testable import DPoPCore

/// A start loses memory: what may have been used before it must not be used again.
@Suite struct StartRuleTests {
    private func refused(
        _ iat: Int64, _ memory: ReplayMemory, _ policy: VerificationPolicy = .default, nonce: String? = nil
    ) -> ProofRejection? {
        let proof = CheckProof(iat: CheckKit.now.seconds + iat).claim("nonce", nonce.map(quoted))
        return CheckKit.verifier(policy, memory: memory).refused(proof.text)
    }

    @Test("attack 142: without nonces, iat before the whole second of the start is refused")
    func since() {
        for nanoseconds: Int32 in [0, 1, 999_999_999] {
            let memory = ReplayMemory.since(.at(-5, nanoseconds: nanoseconds))
            let refused = refused(-6, memory)
            #expect(refused?.code == .issuedBeforeStart)
            #expect(refused?.claim == .iat)
            #expect(refused?.signatureVerified == true)
            #expect(self.refused(-5, memory) == nil)
            #expect(self.refused(10, memory) == nil)
        }
        #expect(self.refused(-60, .startsEmpty) == nil)
    }

    @Test("attack 142: strictly, iat up to maximumFuture after the start is refused too")
    func strictlySince() {
        for policy in [VerificationPolicy.default, .mcp] {
            let start = -policy.maximumFuture
            let memory = ReplayMemory.strictlySince(.at(start - 5))
            #expect(refused(-5, memory, policy)?.code == .issuedBeforeStart)
            #expect(refused(-4, memory, policy) == nil)
        }
    }

    @Test("attack 142: a cache made now refuses what is dated before this second, and the same proof later passes")
    func defaultStart() throws {
        let before = UnixTime.now()
        let cache = MemoryReplayCache()
        guard case .since(let now) = cache.memory, (before...UnixTime.now()).contains(now) else {
            Issue.record("a cache remembers since it was made")
            return
        }
        let verifier = ProofVerifier(policy: .default, replay: cache)
        #expect(verifier.refused(CheckProof(iat: now.seconds - 1).text, now: now)?.code == .issuedBeforeStart)
        let later = now.advanced(bySeconds: 2)
        #expect(verifier.refused(CheckProof(iat: later.seconds).text, now: later) == nil)
    }

    private func nonces(mintedAt: UnixTime?) -> VerificationPolicy {
        var policy = VerificationPolicy.default
        policy.nonces = .required(ExpectedNonce("right", mintedAt: mintedAt))
        return policy
    }

    @Test("attacks 149 and 151: after a loss, iat in its second is refused too, and what is dated after it passes")
    func sinceLoss() {
        for policy in [VerificationPolicy.default, .mcp] {
            for nanoseconds: Int32 in [0, 1, 999_999_999] {
                let memory = ReplayMemory.sinceLoss(.at(-5, nanoseconds: nanoseconds))
                for iat: Int64 in [-6, -5] {
                    let refused = refused(iat, memory, policy)
                    #expect(refused?.code == .issuedBeforeStart)
                    #expect(refused?.claim == .iat)
                    #expect(refused?.signatureVerified == true)
                }
                #expect(self.refused(-4, memory, policy) == nil)
                #expect(self.refused(policy.maximumFuture, memory, policy) == nil)
            }
        }
    }

    @Test("attacks 142, 149 and 151: with nonces, the time of minting decides and not iat")
    func mintedAt() {
        let start = UnixTime.at(-5, nanoseconds: 500)
        // Strictly, a node whose clock is ahead may have minted one before it by up to the clock skew of 10 s.
        let skewed = start.advanced(bySeconds: 10)
        for (memory, last) in [
            (ReplayMemory.since(start), start), (.strictlySince(start), skewed), (.sinceLoss(start), skewed),
        ] {
            let after = nonces(mintedAt: UnixTime(seconds: last.seconds, nanoseconds: 501))
            #expect(refused(-60, memory, after, nonce: "right") == nil)
            for minted in [last, start, .at(-5), .at(-100)] {
                let refused = refused(0, memory, nonces(mintedAt: minted), nonce: "right")
                #expect(refused?.code == .nonceInvalid)
                #expect(refused?.wireError == .useDPoPNonce)
                #expect(refused?.signatureVerified == true)
            }
        }
    }

    @Test("attack 142: a nonce that does not say when it was minted leaves the decision to iat")
    func unknownMinting() {
        let memory = ReplayMemory.since(.at(-5))
        #expect(refused(-6, memory, nonces(mintedAt: nil), nonce: "right")?.code == .issuedBeforeStart)
        #expect(refused(-5, memory, nonces(mintedAt: nil), nonce: "right") == nil)
    }

    @Test("attack 142: a proof used before a restart is not accepted after it")
    func restart() throws {
        for age in Int64(0)...10 {
            let proof = CheckProof(iat: CheckKit.now.seconds - age).text
            #expect(CheckKit.verifier().refused(proof) == nil)
            // The process starts again in a later second.
            let restarted = CheckKit.verifier(memory: .since(.at(1)))
            #expect(restarted.refused(proof, now: .at(1))?.code == .issuedBeforeStart)
            #expect(restarted.refused(CheckProof(iat: CheckKit.now.seconds + 1).text, now: .at(1)) == nil)
        }
    }

    @Test("attack 131: what the start rule refuses is not asked of the store")
    func notAsked() throws {
        for memory in [ReplayMemory.since(CheckKit.now), .sinceLoss(.at(-1))] {
            let store = CheckFixedStore(.firstSighting, memory: memory)
            let verifier = ProofVerifier(policy: .default, replay: store)
            #expect(verifier.refused(CheckProof(iat: CheckKit.now.seconds - 1).text)?.code == .issuedBeforeStart)
            #expect(store.questions.isEmpty)
            #expect(verifier.refused(CheckProof().text) == nil)
            #expect(store.questions.count == 1)
        }
    }

    @Test("attacks 131 and 149: a nonce from before a loss is not asked of the store either")
    func nonceNotAsked() throws {
        let store = CheckFixedStore(.firstSighting, memory: .sinceLoss(.at(-11)))
        for (minted, code) in [(Int64(-1), ProofRejection.Code.nonceInvalid), (0, nil)] {
            let verifier = ProofVerifier(policy: nonces(mintedAt: .at(minted)), replay: store)
            #expect(verifier.refused(CheckProof().claim("nonce", quoted("right")).text)?.code == code)
            #expect(store.questions.count == (code == nil ? 1 : 0))
        }
    }

    @Test("attack 151: a store that loses its memory while it is asked accepts nothing from before")
    func lossWhileAsked() async throws {
        let proof = CheckProof(iat: CheckKit.now.seconds - 1).text
        func verifier() -> ProofVerifier<CheckForgetfulStore> {
            ProofVerifier(policy: .default, replay: CheckForgetfulStore(losingMemoryAt: CheckKit.now))
        }
        #expect(verifier().refused(proof)?.code == .issuedBeforeStart)
        let any = ProofVerifier(
            policy: .default, replay: AnyReplayStore(CheckForgetfulStore(losingMemoryAt: CheckKit.now)))
        let refused = await awaitedRefusal { () async throws(ProofRejection) in
            try await any.verify(proof, for: CheckKit.resource, now: CheckKit.now)
        }
        #expect(refused?.code == .issuedBeforeStart)
        #expect(refused?.signatureVerified == true)
        #expect(verifier().refused(CheckProof().text) == nil)
    }
}

import Testing

@testable import DPoPCore

/// `check`, `bind` and `admit` apart, and stores of all kinds.
@Suite struct ThreeStepsTests {
    private let thumbprint = CheckKit.key.publicJWK.thumbprint

    @Test("a token that is looked up between check and bind")
    func late() throws {
        let verifier = CheckKit.verifier()
        let proof = CheckProof().text
        let checked = try verifier.check(proof, for: CheckKit.unbound, now: CheckKit.now)
        #expect(checked.thumbprint == thumbprint)
        let bound = try checked.bind(to: thumbprint)
        #expect(bound.thumbprint == thumbprint)
        #expect(try bound.admit(now: CheckKit.now).thumbprint == thumbprint)
        let again = refusal { () throws(ProofRejection) in
            try verifier.check(proof, for: CheckKit.unbound, now: CheckKit.now).bind(to: thumbprint)
                .admit(now: CheckKit.now)
        }
        #expect(again?.code == .replayed)
        #expect(again?.claim == .jti)
        #expect(again?.signatureVerified == true)
    }

    @Test("attack 88: bind refuses another key, on a verified signature, and burns nothing")
    func otherKey() throws {
        let verifier = CheckKit.verifier()
        let proof = CheckProof().text
        let refused = refusal { () throws(ProofRejection) in
            try verifier.check(proof, for: CheckKit.unbound, now: CheckKit.now)
                .bind(to: CheckKit.otherKey.publicJWK.thumbprint)
        }
        #expect(refused?.code == .keyBindingMismatch)
        #expect(refused?.signatureVerified == true)
        #expect(refused?.wireError == .invalidToken)
        #expect(verifier.refused(proof) == nil)
    }

    @Test("check alone consumes nothing")
    func checkTwice() throws {
        let verifier = CheckKit.verifier()
        let proof = CheckProof().text
        for _ in 0..<3 { _ = try verifier.check(proof, for: CheckKit.resource, now: CheckKit.now) }
        #expect(verifier.refused(proof) == nil)
    }

    @Test("only a token request can bind a new token")
    func newToken() throws {
        for request in [CheckKit.resource, CheckKit.unbound] {
            let refused = refusal { () throws(ProofRejection) in
                try CheckKit.verifier().check(CheckProof().text, for: request, now: CheckKit.now).bindingNewToken()
            }
            #expect(refused?.code == .keyBindingMismatch)
            #expect(refused?.signatureVerified == true)
        }
        let bound = try CheckKit.verifier().check(CheckProof().text, for: CheckKit.tokenRequest, now: CheckKit.now)
            .bindingNewToken()
        #expect(try bound.admit(now: CheckKit.now).thumbprint == thumbprint)
    }

    @Test("a token request for something bound already binds to its key")
    func refreshToken() throws {
        let checked = try CheckKit.verifier().check(CheckProof().text, for: CheckKit.tokenRequest, now: CheckKit.now)
        #expect(try checked.bind(to: thumbprint).admit(now: CheckKit.now).thumbprint == thumbprint)
        let refused = refusal { () throws(ProofRejection) in
            try CheckKit.verifier().check(CheckProof().text, for: CheckKit.tokenRequest, now: CheckKit.now)
                .bind(to: CheckKit.otherKey.publicJWK.thumbprint)
        }
        #expect(refused?.code == .keyBindingMismatch)
    }

    @Test("evidence held past its window is refused, to the second, and not asked of the store")
    func held() throws {
        for (later, code) in [(Int64(60), nil), (61, ProofRejection.Code.issuedTooLongAgo)] {
            let store = CheckFixedStore(.firstSighting)
            let verifier = ProofVerifier(policy: .default, replay: store)
            let refused = refusal { () throws(ProofRejection) in
                try verifier.check(CheckProof().text, for: CheckKit.resource, now: CheckKit.now).bind(to: thumbprint)
                    .admit(now: .at(later, nanoseconds: 999_999_999))
            }
            #expect(refused?.code == code)
            #expect(refused?.signatureVerified ?? true)
            #expect(store.questions.count == (code == nil ? 1 : 0))
        }
    }

    @Test("evidence held past its exp is refused")
    func heldPastExpiry() throws {
        for (later, code) in [(Int64(14), nil), (15, ProofRejection.Code.expired)] {
            let proof = CheckProof().claim("exp", "\(CheckKit.now.seconds + 5)").text
            let refused = refusal { () throws(ProofRejection) in
                try CheckKit.verifier().check(proof, for: CheckKit.resource, now: CheckKit.now).bind(to: thumbprint)
                    .admit(now: .at(later))
            }
            #expect(refused?.code == code)
            #expect(refused?.signatureVerified ?? true)
        }
    }

    @Test("the same with a store that suspends")
    func heldAsync() async throws {
        for (later, code) in [(Int64(60), nil), (61, ProofRejection.Code.issuedTooLongAgo)] {
            let store = CheckAsyncStore()
            let verifier = ProofVerifier(policy: .default, replay: store)
            let proof = CheckProof().text
            let refused = await awaitedRefusal { () async throws(ProofRejection) in
                try await verifier.check(proof, for: CheckKit.resource, now: CheckKit.now).bind(to: thumbprint)
                    .admit(now: .at(later))
            }
            #expect(refused?.code == code)
            #expect(await store.count == (code == nil ? 1 : 0))
        }
    }

    @Test("attack 129: twice through an asynchronous store, as it is and as any store")
    func asyncStore() async throws {
        let store = CheckAsyncStore()
        let proof = CheckProof().text
        let verified = try await ProofVerifier(policy: .default, replay: store)
            .verify(proof, for: CheckKit.resource, now: CheckKit.now)
        #expect(verified.thumbprint == thumbprint)
        let any = ProofVerifier(policy: .default, replay: AnyReplayStore(store))
        let again = await awaitedRefusal { () async throws(ProofRejection) in
            try await any.verify(proof, for: CheckKit.resource, now: CheckKit.now)
        }
        #expect(again?.code == .replayed)
        #expect(any.replay.scope == .shared)
        #expect(any.replay.memory == .startsEmpty)
        #expect(AnyReplayStore(CheckFixedStore(.full, memory: .since(.at(3)))).memory == .since(.at(3)))
    }

    @Test("what a store answers, and what becomes of it")
    func outcomes() async {
        let cases: [(ReplayOutcome, ProofRejection.Code?, ProofRejection.Claim?, Bool)] = [
            (.firstSighting, nil, nil, false), (.seen(since: .at(-1)), .replayed, .jti, false),
            (.deadlinePassed, .issuedTooLongAgo, .iat, false), (.full, .replayStoreFull, nil, true),
            (.overShare, .tooManyProofs, .jkt, false), (.unavailable, .replayStoreUnavailable, nil, true),
        ]
        for (outcome, code, claim, isServerFault) in cases {
            let verifier = ProofVerifier(policy: .default, replay: CheckFixedStore(outcome))
            let any = ProofVerifier(policy: .default, replay: AnyReplayStore(CheckFixedStore(outcome)))
            let proof = CheckProof().text
            let awaited = await awaitedRefusal { () async throws(ProofRejection) in
                try await any.verify(proof, for: CheckKit.resource, now: CheckKit.now)
            }
            for refused in [verifier.refused(proof), awaited] {
                #expect(refused?.code == code)
                #expect(refused?.claim == claim)
                #expect(refused?.isServerFault ?? false == isServerFault)
                #expect(refused?.signatureVerified ?? true)
            }
        }
    }

    @Test("without a time the system's clock is read")
    func systemClock() async throws {
        let now = UnixTime.now().seconds
        // A window that no wait of a busy machine outlasts.
        var policy = VerificationPolicy.default
        policy.maximumAge = 86_400
        let verifier = CheckKit.verifier(policy)
        _ = try await verifier.check(CheckProof(iat: now).text, for: CheckKit.resource).bind(to: thumbprint).admit()
        let old = CheckProof(iat: now - 86_410).text
        let refused = refusal { () throws(ProofRejection) in try verifier.verify(old, for: CheckKit.resource) }
        #expect(refused?.code == .issuedTooLongAgo)
        let any = ProofVerifier(policy: policy, replay: AnyReplayStore(CheckAsyncStore()))
        _ = try await any.verify(CheckProof(iat: now).text, for: CheckKit.resource)
    }

    @Test("a store that answers after the deadline has let nobody in: it may have forgotten by then")
    func stalledStore() async throws {
        var policy = VerificationPolicy.default
        policy.maximumAge = 1
        policy.clockSkew = 0
        let now = UnixTime.now()
        let proof = CheckProof(iat: now.seconds).text
        let stalled = ProofVerifier(policy: policy, replay: CheckStalledStore())
        let refused = await awaitedRefusal { () async throws(ProofRejection) in
            try await stalled.check(proof, for: CheckKit.resource, now: now).bindAsRequested().admit()
        }
        #expect(refused?.code == .issuedTooLongAgo && refused?.signatureVerified == true)
        // The twin: a deadline that the answer does not miss.
        policy.maximumAge = 86_400
        let prompt = ProofVerifier(policy: policy, replay: CheckAsyncStore())
        let accepted = await awaitedRefusal { () async throws(ProofRejection) in
            try await prompt.check(proof, for: CheckKit.resource, now: now).bindAsRequested().admit()
        }
        #expect(accepted == nil)
    }
}

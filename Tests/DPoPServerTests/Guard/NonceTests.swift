import DPoPCore
import HTTPTypes
import Testing

@testable import DPoPServer

/// A resource that asks for nonces (RFC 9449 §9).
@Suite struct NonceTests {
    private let now = ServerKit.now

    private func nonces() throws -> StatelessNonces {
        try StatelessNonces(secrets: [.random()], audience: .resourceServer)
    }

    @Test("attack 160: a proof without a nonce gets one to use, and then passes")
    func challenge() async throws {
        let guardian = try ServerKit.guardian(ServerKit.configuration { $0.nonces = try? nonces() })
        let denial = try #require(await guardian.denial(try ServerKit.bound()))
        #expect(denial.code == DecisionCode(ProofRejection.Code.nonceMissing))
        #expect(denial.status == .unauthorized)
        #expect(denial.challenges.first?.contains("error=\"use_dpop_nonce\"") == true)
        #expect(denial.headerFields[.cacheControl] == "no-store")
        let nonce = try #require(denial.headerFields[.dpopNonce])
        #expect(await guardian.grant(try ServerKit.bound(nonce: nonce)) != nil)
        for wrong in ["", "wrong", nonce + "A"] {
            let denial = await guardian.denial(try ServerKit.bound(nonce: wrong))
            #expect(denial?.code == DecisionCode(ProofRejection.Code.nonceInvalid))
            #expect(denial?.headerFields[values: .dpopNonce].count == 1)
        }
    }

    @Test("attack 166: a wrong nonce costs no look at the token and no entry of the store")
    func order() async throws {
        let (tokens, store) = (KnownTokens.all, CountingStore())
        let issuer = try nonces()
        let guardian = try ServerKit.guardian(
            ServerKit.configuration { $0.nonces = issuer }, tokens: tokens, replay: store)
        _ = await guardian.authorize(try ServerKit.bound(nonce: "wrong"), now: now)
        #expect(tokens.count == 0 && store.count == 0)
        #expect(await guardian.denied(try ServerKit.bound(nonce: issuer.issue(now: now))) == nil)
        #expect(tokens.count == 1 && store.count == 1)
    }

    @Test("attack 158: a nonce of the authorization server does not count at the resource")
    func audience() async throws {
        let secret = try NonceSecret.random()
        let theirs = try StatelessNonces(secrets: [secret], audience: .authorizationServer)
        let ours = try StatelessNonces(secrets: [secret], audience: .resourceServer)
        let guardian = try ServerKit.guardian(ServerKit.configuration { $0.nonces = ours })
        let wrong = try #require(theirs.issue(now: now))
        #expect(
            await guardian.denied(try ServerKit.bound(nonce: wrong))
                == DecisionCode(ProofRejection.Code.nonceInvalid))
        #expect(await guardian.denied(try ServerKit.bound(nonce: ours.issue(now: now))) == nil)
        // Nor can they be set up for it.
        let wrongRole = try ServerKit.configuration { $0.nonces = theirs }
        #expect(throws: ConfigurationError.self) { try ServerKit.guardian(wrongRole) }
    }

    @Test("a new nonce comes with a grant when the used one is about to lapse, and not before")
    func renewal() async throws {
        let issuer = try nonces()
        let guardian = try ServerKit.guardian(ServerKit.configuration { $0.nonces = issuer })
        let nonce = issuer.issue(now: now)
        for (offset, isRenewed) in [(Int64(0), false), (119, false), (120, true), (239, true)] {
            let time = now.advanced(bySeconds: offset)
            let request = ServerKit.request(["DPoP bound"], proofs: [try ServerKit.proof(nonce: nonce, at: time)])
            let grant = try #require(await guardian.grant(request, now: time))
            #expect((grant.responseFields[.dpopNonce] != nil) == isRenewed)
            #expect((grant.responseFields[.cacheControl] == "no-store") == isRenewed)
        }
    }

    @Test("a wrong clock is told to use a nonce only where that can help")
    func wrongClock() async throws {
        let issuer = try nonces()
        let old = now.advanced(bySeconds: -3_600)
        func denial(_ configuration: ResourceConfiguration, nonce: String?) async throws -> Denial? {
            let proof = try ServerKit.proof(nonce: nonce, at: old)
            return try await ServerKit.guardian(configuration).denial(
                ServerKit.request(["DPoP bound"], proofs: [proof]))
        }
        let plain = try await denial(ServerKit.configuration(), nonce: nil)
        #expect(plain?.challenges.first?.contains("error=\"invalid_dpop_proof\"") == true)
        #expect(plain?.headerFields[.dpopNonce] == nil)
        let byIssueTime = try ServerKit.configuration { $0.nonces = issuer }
        let without = try await denial(byIssueTime, nonce: nil)
        #expect(without?.challenges.first?.contains("error=\"use_dpop_nonce\"") == true)
        // With a good nonce and a wrong clock another nonce would not help: the client would loop.
        let with = try await denial(byIssueTime, nonce: issuer.issue(now: now))
        #expect(with?.challenges.first?.contains("error=\"invalid_dpop_proof\"") == true)
        let byNonce = try ServerKit.configuration {
            $0.nonces = issuer
            $0.policy.freshness = .byNonce
        }
        #expect(try await denial(byNonce, nonce: issuer.issue(now: now)) == nil)
    }

    @Test("a nonce minted in the second of the replay store's start counts, one from before the start does not")
    func startOfMemory() async throws {
        let issuer = try nonces()
        let start = UnixTime(seconds: now.seconds, nanoseconds: 500_000_000)
        let guardian = try ServerKit.guardian(
            ServerKit.configuration { $0.nonces = issuer }, replay: MemoryReplayCache(memory: .since(start)))
        for (nanoseconds, isGranted) in [(Int32(499_000_000), false), (501_000_000, true)] {
            let nonce = issuer.issue(now: UnixTime(seconds: now.seconds, nanoseconds: nanoseconds))
            let later = UnixTime(seconds: now.seconds, nanoseconds: 600_000_000)
            let code = await guardian.denied(try ServerKit.bound(nonce: nonce), now: later)
            #expect(code == (isGranted ? nil : DecisionCode(ProofRejection.Code.nonceInvalid)))
        }
    }
}

import DPoPCore
import HTTPTypes
import Testing

@testable import DPoPServer

/// Revocation by key.
@Suite struct KeyStatusTests {
    private let now = ServerKit.now
    private let revocations = MemoryKeyRevocations(capacity: 2)

    private struct Unknowing: KeyStatusSource {
        let scope = ReplayScope.shared

        func status(of thumbprint: Thumbprint, tokenIssuedAt: UnixTime?, now: UnixTime) async -> KeyStatus { .unknown }
    }

    @Test("a revoked key's tokens are refused, and its proofs not used up")
    func revoked() async throws {
        let store = CountingStore()
        let guardian = try ServerKit.guardian(replay: store, keyStatus: revocations)
        #expect(await guardian.denied(try ServerKit.bound()) == nil)
        try revocations.revoke(ServerKit.jkt)
        let denial = try #require(await guardian.denial(try ServerKit.bound()))
        #expect(denial.code == DecisionCode(ProofRejection.Code.keyRevoked) && denial.status == .unauthorized)
        #expect(denial.challenges.first?.contains("error=\"invalid_token\"") == true)
        #expect(store.count == 1)
    }

    @Test("tokens issued before a moment are refused by their own iat, and tokens without one too")
    func issuedBefore() async throws {
        let guardian = try ServerKit.guardian(keyStatus: revocations)
        // The proof's iat, which whoever has the key chooses, is of no account: it is now in all of these.
        try revocations.revoke(ServerKit.jkt, issuedBefore: now.advanced(bySeconds: -100))
        #expect(await guardian.denied(try ServerKit.bound()) == nil)
        #expect(
            await guardian.denied(try ServerKit.bound("bound-undated"))
                == DecisionCode(ProofRejection.Code.keyRevoked))
        try revocations.revoke(ServerKit.jkt, issuedBefore: now.advanced(bySeconds: -99))
        #expect(await guardian.denied(try ServerKit.bound()) == DecisionCode(ProofRejection.Code.keyRevoked))
    }

    @Test("a status that can not be found out is 503 and no grant")
    func unknown() async throws {
        let store = CountingStore()
        let guardian = try ServerKit.guardian(replay: store, keyStatus: Unknowing())
        let denial = try #require(await guardian.denial(try ServerKit.bound()))
        #expect(denial.status == .serviceUnavailable && denial.code == .keyStatusUnavailable)
        #expect(denial.headerFields[.retryAfter] != nil && store.count == 0)
    }

    @Test("a second revocation never narrows the first, and what lapsed makes room")
    func memory() throws {
        let (a, b, c) = (
            ServerKit.jkt, ServerKit.thiefsKey.publicJWK.thumbprint, ServerKit.newKey().publicJWK.thumbprint
        )
        func isRevoked(_ jkt: Thumbprint, issuedAt: Int64 = 0, at offset: Int64 = 0) -> Bool {
            revocations.status(
                of: jkt, tokenIssuedAt: now.advanced(bySeconds: issuedAt), now: now.advanced(bySeconds: offset))
                == .revoked
        }
        // Remembered for as long beyond the tokens' exp as a verifier may accept them.
        try revocations.revoke(a, until: now.advanced(bySeconds: 10 - 300), now: now.advanced(bySeconds: -300))
        try revocations.revoke(
            a, issuedBefore: now.advanced(bySeconds: -5), until: now.advanced(bySeconds: -300), now: now)
        #expect(isRevoked(a, issuedAt: 1_000, at: 10) && !isRevoked(a, at: 11))
        try revocations.revoke(b, issuedBefore: now, now: now)
        try revocations.revoke(b, issuedBefore: now.advanced(bySeconds: -5), now: now)
        #expect(isRevoked(b, issuedAt: -1) && !isRevoked(b, issuedAt: 0))
        #expect(throws: MemoryKeyRevocations.Full.self) { try revocations.revoke(c, now: now) }
        #expect(!isRevoked(c) && isRevoked(a) && isRevoked(b, issuedAt: -1))
        try revocations.revoke(c, now: now.advanced(bySeconds: 11))
        #expect(isRevoked(c, issuedAt: 1_000_000) && isRevoked(b, issuedAt: -1))
        // What has lapsed does not widen what comes after it.
        let later = now.advanced(bySeconds: 1_000)
        let fresh = MemoryKeyRevocations()
        try fresh.revoke(a, until: now, now: now)
        try fresh.revoke(a, issuedBefore: later, now: later)
        #expect(fresh.status(of: a, tokenIssuedAt: later, now: later) == .active)
        #expect(fresh.status(of: a, tokenIssuedAt: now, now: later) == .revoked)
    }
}

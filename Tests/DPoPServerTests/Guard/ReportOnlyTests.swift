import DPoPCore
import HTTPTypes
import Testing

@testable import DPoPServer

/// A roll-out: what would be refused is reported, and what was never about the proof is refused all the same.
@Suite struct ReportOnlyTests {
    private let log = EventLog()

    private func guardian(keyStatus: (any KeyStatusSource)? = nil, replay: (any ReplayStore)? = nil) throws
        -> ResourceGuard
    {
        try ServerKit.guardian(
            ServerKit.configuration { $0.enforcement = .reportOnly },
            replay: replay ?? MemoryReplayCache(memory: .startsEmpty), keyStatus: keyStatus, observer: log)
    }

    private func unproven(_ guardian: ResourceGuard, _ request: HTTPRequest) async -> UnprovenGrant? {
        guard case .passedUnproven(let grant) = await guardian.authorize(request, now: ServerKit.now) else {
            return nil
        }
        return grant
    }

    @Test("a good proof is granted and used up; its replay, and a bad or missing proof, pass unproven")
    func passes() async throws {
        let guardian = try guardian()
        let request = try ServerKit.bound()
        #expect(await guardian.grant(request) != nil)
        let cases: [(HTTPRequest, DecisionCode)] = [
            (request, DecisionCode(ProofRejection.Code.replayed)),
            (ServerKit.request(["DPoP bound"]), .proofMissing),
            (ServerKit.request(["DPoP bound"], proofs: ["a", "b"]), .proofRepeated),
            (ServerKit.request(["DPoP bound"], proofs: ["a"]), DecisionCode(ProofRejection.Code.malformedProof)),
            (try ServerKit.bound(key: ServerKit.thiefsKey), DecisionCode(ProofRejection.Code.keyBindingMismatch)),
        ]
        for (request, code) in cases {
            let grant = try #require(await unproven(guardian, request))
            #expect(grant.code == code && grant.token.subject == "alice")
            #expect(grant.denial.status == .unauthorized && grant.denial.challenges.first?.contains("algs=") == true)
            let event = try #require(log.events.last)
            #expect(event.decision == .passedUnproven && event.code == code && event.isUnproven)
        }
    }

    @Test("an invalid token, a token of the other scheme and a malformed request are refused in every mode")
    func refused() async throws {
        let guardian = try guardian()
        let cases: [(HTTPRequest, DecisionCode)] = [
            (ServerKit.request([]), .noCredentials),
            (ServerKit.request(["DPoP nobody"], proofs: ["a"]), DecisionCode(AccessTokenRejection.Code.malformed)),
            (ServerKit.request(["DPoP expired"]), DecisionCode(AccessTokenRejection.Code.expired)),
            (ServerKit.request(["DPoP unbound"], proofs: ["a"]), .unboundToken),
            (ServerKit.request(["DPoP both"], proofs: ["a"]), .certificateMissing),
            (ServerKit.request(["Bearer bound"]), .boundTokenAsBearer),
            (ServerKit.request(["Bearer unbound"]), .unboundToken),
            (ServerKit.request(["DPoP bound", "DPoP bound"]), .authorizationRepeated),
        ]
        for (request, code) in cases {
            #expect(await guardian.denied(request) == code)
            #expect(log.events.last?.decision == .denied && log.events.last?.code == code)
        }
    }

    @Test("a revoked key is refused, with a good proof and without one")
    func revoked() async throws {
        let revocations = MemoryKeyRevocations()
        let guardian = try guardian(keyStatus: revocations)
        #expect(await unproven(guardian, ServerKit.request(["DPoP bound"])) != nil)
        try revocations.revoke(ServerKit.jkt)
        for request in [ServerKit.request(["DPoP bound"]), try ServerKit.bound()] {
            #expect(await guardian.denied(request) == DecisionCode(ProofRejection.Code.keyRevoked))
        }
    }
}

import DPoPCore
import HTTPTypes

/// What is known so far of one request and the token it brings: filled on the way through a guard, and told to the
/// observer at the end.
struct TokenUse {
    let connection: ClientConnection
    let method: String
    var targetURI: TargetURI?
    var clientAddress: String?
    var scheme: DecisionEvent.Scheme?
    var token = ""
    /// The values of the DPoP field lines.
    var proofs: [String] = []
    /// Whether the proof passed all checks up to its signature.
    var signatureVerified = false
    /// Once it is verified.
    var accessToken: AccessToken?
    var replayLatency: Duration?

    /// The time that the caller gave.
    private let time: UnixTime?
    /// The time of the request's arrival.
    private let arrival: UnixTime

    init(_ request: HTTPRequest, _ connection: ClientConnection, time: UnixTime?) {
        self.connection = connection
        self.time = time
        arrival = time ?? .now()
        clientAddress = connection.peerAddress
        method = connection.originalMethod ?? request.method.rawValue
    }

    var isBearer: Bool { scheme == .bearer }

    /// The time to judge by.
    var now: UnixTime { arrival }

    /// The same after something that may have taken long.
    var laterNow: UnixTime { time ?? .now() }

    /// Uses the proof up, the last step of all, and notes how long that took.
    mutating func admit(_ bound: consuming BoundProof<AnyReplayStore>) async throws(Refusal) -> VerifiedProof {
        let clock = ContinuousClock()
        let start = clock.now
        let verified: Result<VerifiedProof, ProofRejection>
        do { verified = .success(try await bound.admit(now: time)) } catch { verified = .failure(error) }
        replayLatency = clock.now - start
        switch verified {
        case .success(let proof): return proof
        case .failure(let rejection): throw Refusal(rejection)
        }
    }

    func event(
        _ decision: DecisionEvent.Decision, _ endpoint: DecisionEvent.Endpoint, _ refusal: Refusal?,
        proof: VerifiedProof?, policy: VerificationPolicy
    ) -> DecisionEvent {
        DecisionEvent(
            time: now, decision: decision, endpoint: endpoint, code: refusal?.code, claim: refusal?.proof?.claim,
            reason: refusal?.reason,
            scheme: scheme, method: method, targetURI: targetURI?.normalized,
            proof: facts(refusal, proof, policy), clientAddress: clientAddress, requestID: connection.requestID,
            subject: accessToken?.subject, clientID: accessToken?.clientID, tokenExpiresAt: accessToken?.expiresAt,
            confirmation: accessToken.map { .init($0.confirmation) }, replayLatency: replayLatency,
            firstSeenAt: refusal?.proof?.firstSeenAt)
    }

    private func facts(_ refusal: Refusal?, _ verified: VerifiedProof?, _ policy: VerificationPolicy) -> ProofFacts? {
        if let verified { return ProofFacts(verified.claims, verified.thumbprint, now: now, signatureVerified: true) }
        // Read once more: a refused proof does not come back from the checks.
        guard proofs.count == 1, let text = proofs.first,
            let decoded = try? DecodedProof(decoding: text, policy: policy)
        else { return nil }
        return ProofFacts(
            decoded.claims, decoded.publicKey.thumbprint, now: now,
            signatureVerified: signatureVerified || refusal?.proof?.signatureVerified ?? false)
    }
}

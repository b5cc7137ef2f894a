/// A proof that passed every check but two: that its key is the one the token is bound to, where that was not known,
/// and that it is used for the first time.
///
/// Belongs to the verifier that made it, which it carries along. Not copyable: it is consumed by ``bind(to:)``, or
/// for a token request by ``bindingNewToken()``.
public struct CheckedProof<Store: ReplayStore>: ~Copyable, Sendable {
    let verifier: ProofVerifier<Store>
    let proof: DecodedProof
    let target: TargetURI
    let binding: RequestContext.Binding
    let nonce: NonceJudgement

    fileprivate init(
        _ proof: DecodedProof, _ request: RequestContext, _ nonce: NonceJudgement, by verifier: ProofVerifier<Store>
    ) {
        self.proof = proof
        target = request.targetURI
        binding = request.binding
        self.nonce = nonce
        self.verifier = verifier
    }

    /// The thumbprint of the proof's key, whose owner made the proof.
    public var thumbprint: Thumbprint { proof.publicKey.thumbprint }
}

extension ProofVerifier {
    /// Checks everything that needs no store, and consumes nothing: for a gateway in front of the service that
    /// admits, and for tokens that must be looked up before their binding is known.
    ///
    /// - Parameters: as of ``verify(_:for:now:)``; here a resource's `boundTo` may be nil.
    ///
    /// Throws what ``DecodedProof/init(decoding:policy:)`` throws, then `missingClaim` (ath), `methodMismatch`,
    /// `malformedClaim` or `targetMismatch` (htu), `issuedTooLongAgo`, `issuedInFuture`, `expired`, `notYetValid`,
    /// `accessTokenHashMismatch`, `keyBindingMismatch`, `nonceMissing`, `nonceInvalid`, `badSignature`.
    public func check(
        _ proof: String, for request: RequestContext, now: UnixTime? = nil
    ) throws(ProofRejection) -> CheckedProof<Store> {
        let now = now ?? .now()
        let decoded = try DecodedProof(decoding: proof, policy: parts.policy, known: parts.headers, by: parts.path)
        try request.checkClaimsPresent(decoded)
        try request.checkTarget(decoded)
        let nonce = parts.policy.judgeNonce(decoded, now: now)
        do {
            try parts.policy.checkTime(decoded.ranges, nonce, now: now)
        } catch {
            throw nonce.isWanted ? error.askingForNonce() : error
        }
        try request.checkAccessToken(decoded)
        try request.checkBinding(decoded)
        try nonce.check()
        try decoded.verifySignature()
        decoded.remember(in: parts.headers, now: now)
        return CheckedProof(decoded, request, nonce, by: self)
    }
}

/// A proof that passed every check and is now used up. Only ``BoundProof/admit(now:)`` makes one.
public struct VerifiedProof: Sendable {
    private let proof: DecodedProof

    /// When the proof's nonce counts no more, where a nonce was required and tells it: a server then knows when to send
    /// the next (RFC 9449 §8.2).
    public let nonceLapsesAt: UnixTime?

    fileprivate init(_ proof: DecodedProof, _ nonce: NonceJudgement) {
        self.proof = proof
        if case .valid(_, let lapsesAt) = nonce { nonceLapsesAt = lapsesAt } else { nonceLapsesAt = nil }
    }

    /// The thumbprint of the key that made the proof: the `jkt` to bind a token to (RFC 9449 §6.1).
    public var thumbprint: Thumbprint { proof.publicKey.thumbprint }

    /// The key that made the proof.
    public var publicKey: PublicJWK { proof.publicKey }

    /// The algorithm that it was signed with.
    public var algorithm: SigningAlgorithm { proof.algorithm }

    /// The claims that RFC 9449 defines.
    public var claims: ProofClaims { proof.claims }

    /// The payload's JSON as it was signed, for claims of a profile or of your own. Its members are unique.
    public var payloadJSON: String { proof.payloadJSON }
}

extension VerifiedProof: CustomStringConvertible, CustomReflectable {
    /// Names the key and nothing else.
    public var description: String { "VerifiedProof(\(algorithm.rawValue), jkt: \(thumbprint.jkt))" }
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

extension BoundProof {
    /// Uses the proof up: asks the store whether this is the first time.
    ///
    /// - Parameter now: the time to judge by; nil reads the system clock, and once more when the store has answered. A
    ///   proof held past its window is refused.
    ///
    /// Throws `issuedTooLongAgo`, `issuedInFuture`, `issuedBeforeStart`, `expired`, `notYetValid` or `nonceInvalid`
    /// without asking the store; `replayed`, `tooManyProofs`, `replayStoreFull` or `replayStoreUnavailable` by its
    /// answer, or `issuedTooLongAgo` where the store may have forgotten the proof; and again `issuedBeforeStart` or
    /// `nonceInvalid`, with the proof used up, if the store lost its memory meanwhile. A task that is cancelled while
    /// it waits may leave the proof used up.
    public consuming func admit(now: UnixTime? = nil) async throws(ProofRejection) -> VerifiedProof {
        let start = now ?? .now()
        let (key, deadline) = try claim(now: start)
        let outcome = await checked.verifier.parts.replay.admit(key, until: deadline, now: start)
        // A store that took so long that it may have forgotten by its own clock what it was to remember.
        if outcome == .firstSighting, now == nil, UnixTime.now() > deadline {
            return try conclude(.deadlinePassed, now: start)
        }
        return try conclude(outcome, now: start)
    }

    private borrowing func claim(now: UnixTime) throws(ProofRejection) -> (ReplayKey, deadline: UnixTime) {
        if checked.verifier.parts.replay.requiresNonces, case .notRequired = checked.nonce {
            throw ProofRejection(
                .replayStoreUnavailable, nil, "the replay store needs proofs with nonces", signatureVerified: true)
        }
        do {
            try checked.verifier.parts.policy.checkTime(checked.proof.ranges, checked.nonce, now: now)
        } catch {
            throw error.afterSignature()
        }
        // Before the store is asked, so that what is refused for this is not used up.
        try checkMemory()
        // The request's target equals the proof's after normalisation; the request's spelling is the normal one.
        return (
            ReplayKey(
                thumbprint, checked.target, checked.proof.jws.bytes.span.extracting(checked.proof.ranges.jti)),
            checked.verifier.parts.policy.rememberUntil(checked.proof.ranges, checked.nonce)
        )
    }

    private borrowing func checkMemory() throws(ProofRejection) {
        let parts = checked.verifier.parts
        try parts.replay.memory.check(checked.proof.ranges, nonce: checked.nonce, policy: parts.policy)
    }

    private borrowing func conclude(_ outcome: ReplayOutcome, now: UnixTime) throws(ProofRejection) -> VerifiedProof {
        switch outcome {
        case .firstSighting:
            // Again, for a store that lost its memory while it was asked.
            try checkMemory()
            checked.proof.noteAdmitted(in: checked.verifier.parts.tables, now: now)
            return VerifiedProof(checked.proof, checked.nonce)
        case .seen(let since):
            throw ProofRejection(
                .replayed, .jti, "the proof was used before", signatureVerified: true,
                wireError: ProofRejection.Code.replayed.wireError, firstSeenAt: since)
        case .deadlinePassed:
            throw ProofRejection(
                .issuedTooLongAgo, .iat, "the replay store may have forgotten the proof", signatureVerified: true)
        case .full:
            throw ProofRejection(.replayStoreFull, nil, "the replay store is full", signatureVerified: true)
        case .overShare:
            throw ProofRejection(
                .tooManyProofs, .jkt, "the key has used up its share of the replay store", signatureVerified: true)
        case .unavailable:
            throw ProofRejection(
                .replayStoreUnavailable, nil, "the replay store gave no answer", signatureVerified: true)
        }
    }
}

extension BoundProof where Store: SynchronousReplayStore {
    /// Uses the proof up, without suspending. As the asynchronous `admit`, which is the one that is called, with
    /// `await`, in an asynchronous function.
    public consuming func admit(now: UnixTime? = nil) throws(ProofRejection) -> VerifiedProof {
        let now = now ?? .now()
        let (key, deadline) = try claim(now: now)
        return try conclude(checked.verifier.parts.replay.admit(key, until: deadline, now: now), now: now)
    }
}

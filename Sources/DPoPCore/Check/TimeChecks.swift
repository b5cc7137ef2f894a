// RFC 9449 §4.3, checks 10 and 11: when the proof was made.

extension VerificationPolicy {
    /// `iat` within the window, in whole seconds with both ends included, unless freshness is the nonce's; `exp` and
    /// `nbf`, where they are there, with `clockSkew` of leeway (RFC 7519 §4.1.4, §4.1.5).
    func checkTime(_ claims: ClaimRanges, _ nonce: NonceJudgement, now: UnixTime) throws(ProofRejection) {
        let second = now.seconds
        switch freshness(nonce) {
        case .byNonce(lapsesAt: nil): break
        case .byNonce(let lapse?):
            // At the check this was judged with the nonce; here it is for evidence that was held.
            guard now < lapse else { throw ProofRejection(.nonceInvalid, .nonce, "the nonce has lapsed") }
        case .byIssueTime:
            guard claims.iat >= second.clamped(adding: -maximumAge) else {
                throw ProofRejection(.issuedTooLongAgo, .iat, "iat is older than the policy allows")
            }
            guard claims.iat <= second.clamped(adding: maximumFuture) else {
                throw ProofRejection(.issuedInFuture, .iat, "iat lies further ahead than the policy allows")
            }
        }
        if let exp = claims.exp, now >= UnixTime(seconds: exp + clockSkew) {
            throw ProofRejection(.expired, .exp, "exp has passed")
        }
        if let nbf = claims.nbf, now < UnixTime(seconds: nbf - clockSkew) {
            throw ProofRejection(.notYetValid, .nbf, "nbf has not come")
        }
    }

    /// The deadline until which a store must remember the proof: one second past the last at which some node of the
    /// fleet, its clock within `clockSkew`, still accepts it.
    func rememberUntil(_ claims: ClaimRanges, _ nonce: NonceJudgement) -> UnixTime {
        if case .byNonce(let lapse?) = freshness(nonce) {
            // Never by the client's iat, which may then be of any year.
            return UnixTime(seconds: lapse.seconds.clamped(adding: clockSkew + 1), nanoseconds: lapse.nanoseconds)
        }
        return UnixTime(seconds: claims.iat + maximumAge + clockSkew + 1)
    }

    private enum FreshnessSource {
        case byIssueTime
        /// Nil: the proof has no nonce that counts, and is refused for that.
        case byNonce(lapsesAt: UnixTime?)
    }

    /// What says how old the proof is (RFC 9449 §4.3, check 11).
    private func freshness(_ nonce: NonceJudgement) -> FreshnessSource {
        switch (freshness, nonce) {
        case (.byIssueTime, _), (_, .notRequired): .byIssueTime
        case (.byNonce, .missing), (.byNonce, .invalid): .byNonce(lapsesAt: nil)
        case (.byNonce, .valid(.some, let lapse?)): .byNonce(lapsesAt: lapse)
        // Without both times the start rule or the deadline would go by an iat of any year.
        case (.byNonce, .valid): .byIssueTime
        }
    }

    /// The proof's nonce against the requirement.
    func judgeNonce(_ proof: DecodedProof, now: UnixTime) -> NonceJudgement {
        guard case .required(let verifier) = nonces else { return .notRequired }
        guard let nonce = proof.ranges.nonce else { return .missing }
        switch verifier.judge(proof.text(nonce), now: now) {
        case .invalid: return .invalid
        case .valid(let mintedAt, let lapsesAt): return .valid(mintedAt: mintedAt, lapsesAt: lapsesAt)
        }
    }
}

/// What became of the nonce check.
enum NonceJudgement: Sendable {
    case notRequired, missing, invalid
    case valid(mintedAt: UnixTime?, lapsesAt: UnixTime?)

    /// Whether the server wants a nonce and the proof brought none that counts.
    var isWanted: Bool {
        switch self {
        case .missing, .invalid: true
        case .notRequired, .valid: false
        }
    }

    func check() throws(ProofRejection) {
        switch self {
        case .missing: throw ProofRejection(.nonceMissing, .nonce, "a nonce is required")
        case .invalid: throw ProofRejection(.nonceInvalid, .nonce, "the nonce is not one that counts")
        case .notRequired, .valid: return
        }
    }
}

extension ReplayMemory {
    /// The start rule: what was used before the store remembers must not be used again.
    func check(
        _ claims: ClaimRanges, nonce: NonceJudgement, policy: VerificationPolicy
    ) throws(ProofRejection) {
        let since: UnixTime
        let (issuedAhead, mintedAhead): (Int64, Int64)
        switch self {
        case .startsEmpty: return
        case .since(let time): (since, issuedAhead, mintedAhead) = (time, -1, 0)
        case .strictlySince(let time):
            (since, issuedAhead, mintedAhead) = (time, policy.maximumFuture, policy.clockSkew)
        case .sinceLoss(let time, let alone):
            // One that another node minted before the loss by a clock that is ahead counts neither.
            (since, issuedAhead, mintedAhead) = (time, 0, policy.clockSkew)
            if let alone { try ReplayMemory.since(alone).check(claims, nonce: nonce, policy: policy) }
        }
        if case .valid(let mintedAt?, _) = nonce {
            guard mintedAt > since.advanced(bySeconds: mintedAhead) else {
                throw ProofRejection(
                    .nonceInvalid, .nonce, "the nonce is from before the replay store's memory", signatureVerified: true
                )
            }
            return
        }
        guard claims.iat > since.seconds.clamped(adding: issuedAhead) else {
            throw ProofRejection(
                .issuedBeforeStart, .iat, "iat is from before the replay store's memory", signatureVerified: true)
        }
    }
}

extension Int64 {
    /// The sum, stopping at the ends of the range.
    fileprivate func clamped(adding other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other > 0 ? .max : .min) : sum
    }
}

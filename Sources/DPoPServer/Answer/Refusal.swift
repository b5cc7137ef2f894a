import DPoPCore

/// Why a request is refused and how that is answered: what the rooms of a guard throw to its front door.
struct Refusal: Error, Sendable {
    let code: DecisionCode
    let answer: Answer

    /// One line for the log and for `error_description`, from a fixed list.
    let reason: String

    /// The proof's rejection, where it was the proof's.
    let proof: ProofRejection?

    enum Answer: Sendable, Hashable {
        /// 400, `invalid_request`.
        case badRequest
        /// 401 with a challenge; its error is nil if the request had no credentials.
        case challenge(WireError?)
        /// 421: the request belongs to another server.
        case misdirected
        /// 429.
        case tooManyRequests
        /// 503.
        case unavailable
        /// 500.
        case fault
    }

    /// The `error` of a challenge (RFC 6750 §3.1, RFC 9449 §7.1, §9).
    enum WireError: String, Sendable, CaseIterable {
        case invalidRequest = "invalid_request"
        case invalidToken = "invalid_token"
        case invalidDPoPProof = "invalid_dpop_proof"
        case useDPoPNonce = "use_dpop_nonce"
    }

    init(_ code: DecisionCode, _ answer: Answer) {
        self.code = code
        self.answer = answer
        reason = code.reason
        proof = nil
    }

    init(_ rejection: AccessTokenRejection) {
        code = DecisionCode(rejection.code)
        answer = rejection.code == .unavailable ? .unavailable : .challenge(.invalidToken)
        reason = code.reason
        proof = nil
    }

    init(_ rejection: ProofRejection) {
        code = DecisionCode(rejection.code)
        proof = rejection
        reason = rejection.reason
        switch rejection.wireError {
        case .invalidDPoPProof: answer = .challenge(.invalidDPoPProof)
        case .useDPoPNonce: answer = .challenge(.useDPoPNonce)
        case .invalidToken: answer = .challenge(.invalidToken)
        case nil:
            switch rejection.code {
            case .tooManyProofs: answer = .tooManyRequests
            case .cryptoFailure: answer = .fault
            default: answer = .unavailable
            }
        }
    }

    /// Whether report-only mode lets the request pass: only what is about the proof itself. A revoked key is not.
    var isAboutProof: Bool {
        switch code {
        case .proofMissing, .proofRepeated: true
        default: proof.map { $0.code != .keyRevoked } ?? false
        }
    }
}

extension DecisionCode {
    /// One line for a client's developer. Fixed texts: nothing of a request is ever reflected.
    var reason: String {
        switch self {
        case .noCredentials: "no credentials"
        case .authorizationRepeated: "more than one Authorization field"
        case .authorizationMalformed: "Authorization is not a scheme, one space and a token"
        case .tokenInQuery: "an access token in the query"
        case .tokenInForm: "an access token in the body"
        case .proofMissing: "no DPoP field"
        case .proofRepeated: "more than one DPoP field"
        case .wrongTarget: "not a target of this server"
        case .malformedTarget: "the request's target is malformed, or its hosts differ"
        case .malformedForwarding: "what the proxies say of the request is missing or malformed"
        case .schemeNotServed: "the scheme is not served here"
        case .boundTokenAsBearer: "the token is bound to a key and needs the DPoP scheme and a proof"
        case .unboundToken: "the token is not bound to a DPoP key"
        case .certificateMissing: "the token is bound to a client certificate"
        case .certificateMismatch: "the token is bound to another client certificate"
        case .keyStatusUnavailable: "the key's status is not known"
        case DecisionCode(AccessTokenRejection.Code.malformed): "not an access token"
        case DecisionCode(AccessTokenRejection.Code.wrongType): "not a token of the type of an access token"
        case DecisionCode(AccessTokenRejection.Code.badSignature): "the token's signature does not verify"
        case DecisionCode(AccessTokenRejection.Code.unknownKey): "the token's key is not known"
        case DecisionCode(AccessTokenRejection.Code.wrongIssuer): "the token's issuer is not trusted here"
        case DecisionCode(AccessTokenRejection.Code.wrongAudience): "the token is not meant for this resource"
        case DecisionCode(AccessTokenRejection.Code.malformedClaim): "a claim of the token is absent or malformed"
        case DecisionCode(AccessTokenRejection.Code.expired): "the token has expired"
        case DecisionCode(AccessTokenRejection.Code.notYetValid): "the token is not valid yet"
        case DecisionCode(AccessTokenRejection.Code.malformedConfirmation): "the token's cnf can not be enforced here"
        case DecisionCode(AccessTokenRejection.Code.inactive): "the token is not active"
        case DecisionCode(AccessTokenRejection.Code.unavailable): "the token can not be verified now"
        default: "refused"
        }
    }
}

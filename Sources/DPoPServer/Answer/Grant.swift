public import DPoPCore
public import HTTPTypes

/// A request whose token was verified and whose holder proved to be the one it is bound to, as far as it is bound.
/// Only ``ResourceGuard`` makes one.
public struct Grant: Sendable {
    /// What shows that the token came from its owner.
    public enum Evidence: Sendable {
        /// A DPoP proof, used up, by the key that the token is bound to; where the token is bound to a client
        /// certificate too, it came over a connection with that.
        case proof(VerifiedProof)
        /// A connection with the client certificate that the token is bound to (RFC 8705).
        case certificate(CertificateThumbprint)
        /// Nothing: an unbound token, which whoever holds it may use. Only where ``DPoPUse`` allows it.
        case bearer
    }

    /// What the token says.
    public let token: AccessToken

    public let evidence: Evidence

    /// To be added to the response: a new nonce when the used one is about to lapse (RFC 9449 §8.2), CORS.
    public let responseFields: HTTPFields

    init(token: AccessToken, evidence: Evidence, responseFields: HTTPFields) {
        self.token = token
        self.evidence = evidence
        self.responseFields = responseFields
    }

    /// The proof, where there is one.
    public var proof: VerifiedProof? {
        guard case .proof(let proof) = evidence else { return nil }
        return proof
    }
}

/// A request whose token was verified but whose proof was not good, let pass because the guard only reports.
public struct UnprovenGrant: Sendable {
    /// What the token says.
    public let token: AccessToken

    /// What would have been answered, with the reason: for a route that serves proven requests alone.
    public let denial: Denial

    /// To be added to the response: a nonce, CORS.
    public let responseFields: HTTPFields

    /// What would have been the reason to refuse.
    public var code: DecisionCode { denial.code }
}

/// What a guard decided of a request.
public enum ResourceDecision: Sendable {
    case granted(Grant)
    /// Only from a guard that reports and does not enforce (``ResourceConfiguration/Enforcement``).
    case passedUnproven(UnprovenGrant)
    /// A CORS preflight, which has no credentials (Fetch §4.8): send this, and nothing was granted.
    case preflight(HTTPResponse)
    case denied(Denial)
}

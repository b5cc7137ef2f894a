public import DPoPCore

/// Why a request was not granted, or granted unproven, as stable API. The codes of proofs
/// (``ProofRejection/Code``) and of access tokens (``AccessTokenRejection/Code``) keep their names.
public struct DecisionCode: RawRepresentable, Hashable, Sendable, CaseIterable {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    public init(_ code: ProofRejection.Code) { self.init(rawValue: code.rawValue) }
    public init(_ code: AccessTokenRejection.Code) { self.init(rawValue: code.rawValue) }

    /// The request has no credentials of a scheme that is served here.
    public static let noCredentials = DecisionCode(rawValue: "noCredentials")
    /// More than one Authorization field line.
    public static let authorizationRepeated = DecisionCode(rawValue: "authorizationRepeated")
    /// Not a scheme, one space and a token68.
    public static let authorizationMalformed = DecisionCode(rawValue: "authorizationMalformed")
    /// An access token in the query.
    public static let tokenInQuery = DecisionCode(rawValue: "tokenInQuery")
    /// An access token in the body.
    public static let tokenInForm = DecisionCode(rawValue: "tokenInForm")
    /// The scheme is DPoP, or the token needs a proof, and there is no DPoP field.
    public static let proofMissing = DecisionCode(rawValue: "proofMissing")
    /// More than one DPoP field line (RFC 9449 §4.3, check 1).
    public static let proofRepeated = DecisionCode(rawValue: "proofRepeated")
    /// The request was not sent to a target of this server.
    public static let wrongTarget = DecisionCode(rawValue: "wrongTarget")
    /// The request has no target, or says it in two ways that differ.
    public static let malformedTarget = DecisionCode(rawValue: "malformedTarget")
    /// The peer is a trusted proxy, and what it passes on is malformed or comes from fewer proxies than there are: see
    /// ``TrustedProxies``.
    public static let malformedForwarding = DecisionCode(rawValue: "malformedForwarding")
    /// The scheme is not served here.
    public static let schemeNotServed = DecisionCode(rawValue: "schemeNotServed")
    /// A token that is bound to a DPoP key came as a bearer token.
    public static let boundTokenAsBearer = DecisionCode(rawValue: "boundTokenAsBearer")
    /// A token that is not bound to a DPoP key came where one is required.
    public static let unboundToken = DecisionCode(rawValue: "unboundToken")
    /// The token is bound to a client certificate, and the connection has none.
    public static let certificateMissing = DecisionCode(rawValue: "certificateMissing")
    /// The token is bound to another client certificate.
    public static let certificateMismatch = DecisionCode(rawValue: "certificateMismatch")
    /// Whether the key is revoked could not be found out.
    public static let keyStatusUnavailable = DecisionCode(rawValue: "keyStatusUnavailable")

    public static let allCases: [DecisionCode] =
        [
            noCredentials, authorizationRepeated, authorizationMalformed, tokenInQuery, tokenInForm, proofMissing,
            proofRepeated, wrongTarget, malformedTarget, malformedForwarding, schemeNotServed, boundTokenAsBearer,
            unboundToken, certificateMissing, certificateMismatch, keyStatusUnavailable,
        ] + AccessTokenRejection.Code.allCases.map { DecisionCode($0) }
        + ProofRejection.Code.allCases.map { DecisionCode($0) }
}

public import DPoPCore

/// What a verified access token says. Never holds the token itself.
public struct AccessToken: Sendable {
    /// What the token is bound to.
    public var confirmation: Confirmation

    /// `iss`.
    public var issuer: String?

    /// `sub`.
    public var subject: String?

    /// `client_id`.
    public var clientID: String?

    /// `scope`, split at its spaces.
    public var scope: [String]

    /// `iat`: when the token was issued. Revocation by key goes by it.
    public var issuedAt: UnixTime?

    /// `exp`.
    public var expiresAt: UnixTime?

    /// All claims, also those above.
    public var claims: [String: ClaimValue]

    public init(
        confirmation: Confirmation, issuer: String? = nil, subject: String? = nil, clientID: String? = nil,
        scope: [String] = [], issuedAt: UnixTime? = nil, expiresAt: UnixTime? = nil,
        claims: [String: ClaimValue] = [:]
    ) {
        self.confirmation = confirmation
        self.issuer = issuer
        self.subject = subject
        self.clientID = clientID
        self.scope = scope
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
        self.claims = claims
    }
}

/// Finds out what an access token is good for.
///
/// Shipped: ``JWTAccessTokenVerifier`` (RFC 9068) and ``IntrospectionVerifier`` (RFC 7662). One of your own must
/// check that the token is one of a trusted issuer's, meant for this resource, and in its time; that its binding
/// holds is the guard's business.
public protocol AccessTokenVerifier: Sendable {
    /// - Parameters:
    ///   - token: the token from the Authorization field, a token68 (RFC 9110 §11.2).
    ///   - now: the time to judge by.
    ///
    /// Throws why the token is not accepted. A token of which nothing is known, because a server could not be asked,
    /// is ``AccessTokenRejection/Code/unavailable``, which is answered with 503.
    func verify(_ token: String, now: UnixTime) async throws(AccessTokenRejection) -> AccessToken

    /// Whether a made-up token costs no call to another server. Where it does, a guard that grants no bearer token
    /// refuses them without asking. Default: false.
    var answersLocally: Bool { get }
}

extension AccessTokenVerifier {
    public var answersLocally: Bool { false }
}

/// Why an access token was not accepted. Never holds the token or anything taken from it.
public struct AccessTokenRejection: Error, Sendable, Hashable, CustomStringConvertible {
    public let code: Code

    public init(_ code: Code) { self.code = code }

    public var description: String { code.rawValue }

    /// What was wrong with a token. The names are stable; more may be added.
    public struct Code: RawRepresentable, Hashable, Sendable, CaseIterable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        /// Not a token of the form that is expected here.
        public static let malformed = Code(rawValue: "malformedToken")
        /// `typ` is not that of an access token.
        public static let wrongType = Code(rawValue: "wrongTokenType")
        /// The signature is not one by the issuer's key and the key's algorithm, or the header has a critical extension.
        public static let badSignature = Code(rawValue: "badTokenSignature")
        /// No key of the issuer has the token's `kid`.
        public static let unknownKey = Code(rawValue: "unknownTokenKey")
        /// `iss` is no issuer that is trusted here.
        public static let wrongIssuer = Code(rawValue: "wrongIssuer")
        /// `aud` does not contain this resource.
        public static let wrongAudience = Code(rawValue: "wrongAudience")
        /// A required claim is absent, or one that is known here has the wrong JSON type.
        public static let malformedClaim = Code(rawValue: "malformedTokenClaim")
        /// `exp` has passed.
        public static let expired = Code(rawValue: "tokenExpired")
        /// `nbf` has not come.
        public static let notYetValid = Code(rawValue: "tokenNotYetValid")
        /// `cnf` is not one that can be enforced here.
        public static let malformedConfirmation = Code(rawValue: "malformedConfirmation")
        /// The authorization server says that the token is not active (RFC 7662 §2.2).
        public static let inactive = Code(rawValue: "tokenInactive")
        /// Nothing could be found out; the server's fault, not the client's.
        public static let unavailable = Code(rawValue: "tokenVerificationUnavailable")

        public static let allCases: [Code] = [
            malformed, wrongType, badSignature, unknownKey, wrongIssuer, wrongAudience, malformedClaim, expired,
            notYetValid, malformedConfirmation, inactive, unavailable,
        ]
    }
}

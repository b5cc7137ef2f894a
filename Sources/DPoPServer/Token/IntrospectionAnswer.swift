import DPoPCore

/// What an authorization server answered to an introspection request, as the transport got it.
public struct IntrospectionResponse: Sendable {
    /// The HTTP status.
    public var status: Int

    /// The body. More than 65,536 bytes are refused; a transport should stop reading there.
    public var body: [UInt8]

    public init(status: Int, body: [UInt8]) {
        self.status = status
        self.body = body
    }
}

/// Which `aud` an introspection response must have.
public enum ExpectedAudience: Sendable, Hashable {
    /// `aud` contains this resource's identifier.
    case audience(String)
    /// `aud` is not looked at: only where the authorization server answers `active` for this resource's tokens alone
    /// (RFC 7662 §4). Then `token_type` must be there, so that a refresh token does not pass for an access token.
    case anyAudience
}

/// What came out of asking about a token.
enum IntrospectionOutcome: Sendable {
    /// The token is active and fits; its times are still to be checked.
    case active(TokenClaims)
    /// It is not, for as long as answers are remembered.
    case refused(AccessTokenRejection.Code)
    /// The server gave no answer that can be used.
    case unavailable

    /// The most bytes of a response.
    static let maximumSize = 65_536

    /// From a response (RFC 7662 §2.2).
    init(_ response: IntrospectionResponse, audience: ExpectedAudience, issuer: String?) {
        guard response.status == 200, response.body.count <= Self.maximumSize,
            case .object(let members)? = try? ClaimValue(json: response.body),
            case .bool(let isActive)? = members["active"]
        else {
            self = .unavailable
            return
        }
        do {
            self = .active(try Self.claims(members, isActive, audience, issuer))
        } catch {
            self = .refused(error.code)
        }
    }

    private static func claims(
        _ members: [String: ClaimValue], _ isActive: Bool, _ audience: ExpectedAudience, _ issuer: String?
    ) throws(AccessTokenRejection) -> TokenClaims {
        guard isActive else { throw AccessTokenRejection(.inactive) }
        let claims = try TokenClaims(members)
        // Where no audience tells an access token from another, its type must.
        guard members["token_type"] != nil || audience != .anyAudience else { throw AccessTokenRejection(.wrongType) }
        try checkType(members["token_type"], claims.token.confirmation)
        if let issuer { try claims.check(issuer: issuer) }
        if case .audience(let audience) = audience { try claims.check(audience: audience) }
        return claims
    }

    /// `token_type` (RFC 6749 §5.1), without case. A type that is not known here is not enforced here, and a token of
    /// type DPoP without a key would be taken for an unbound one.
    private static func checkType(
        _ type: ClaimValue?, _ confirmation: Confirmation
    ) throws(AccessTokenRejection) {
        guard let type else { return }
        guard let text = type.text else { throw AccessTokenRejection(.malformedClaim) }
        let bytes = text.utf8.map(ASCII.lowercased)
        if bytes == Array("dpop".utf8) {
            guard confirmation.jkt != nil else { throw AccessTokenRejection(.malformedConfirmation) }
        } else {
            guard bytes == Array("bearer".utf8) else { throw AccessTokenRejection(.wrongType) }
        }
    }
}

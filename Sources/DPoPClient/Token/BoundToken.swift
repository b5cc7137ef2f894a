public import DPoPCore
import HTTPTypes

/// An access token that is bound to a key (RFC 9449 §6): it exists only as part of a token answer whose `token_type` is
/// DPoP, and knows the thumbprint of the key that was proved in the request for it.
public struct BoundToken: Sendable, Hashable {
    /// The token, for an Authorization field: 1 to 16,384 visible ASCII characters.
    public let accessToken: String

    /// The thumbprint of its key.
    public let jkt: Thumbprint

    /// When it expires, by our clock; nil if the server did not say.
    public let expiresAt: UnixTime?

    /// The field that carries it, made once for all its requests.
    let authorization: HTTPField

    package init(accessToken: String, jkt: Thumbprint, expiresAt: UnixTime?) {
        self.accessToken = accessToken
        authorization = .secret("DPoP \(accessToken)", for: .authorization)
        self.jkt = jkt
        self.expiresAt = expiresAt
    }
}

/// An access token that whoever holds it can use (RFC 6750). There is one only where the policy is `preferred`.
public struct BearerToken: Sendable, Hashable {
    /// The token, for an Authorization field: 1 to 16,384 visible ASCII characters.
    public let accessToken: String

    /// When it expires, by our clock; nil if the server did not say.
    public let expiresAt: UnixTime?

    package init(accessToken: String, expiresAt: UnixTime?) {
        self.accessToken = accessToken
        self.expiresAt = expiresAt
    }
}

/// What a request carries to show what it may do.
public enum AccessCredential: Sendable, Hashable {
    case bound(BoundToken)
    case bearer(BearerToken)

    /// The token, for an Authorization field.
    public var accessToken: String {
        switch self {
        case .bound(let token): token.accessToken
        case .bearer(let token): token.accessToken
        }
    }

    /// When it expires, by our clock; nil if the server did not say.
    public var expiresAt: UnixTime? {
        switch self {
        case .bound(let token): token.expiresAt
        case .bearer(let token): token.expiresAt
        }
    }
}

/// A refresh token (RFC 6749 §1.5). A public client's is bound to the key of the request that it came from (RFC 9449
/// §5).
public struct RefreshToken: Sendable, Hashable {
    /// The token: 1 to 16,384 visible ASCII characters.
    public let text: String

    /// The key that was proved when it was given.
    public let jkt: Thumbprint

    package init(text: String, jkt: Thumbprint) {
        self.text = text
        self.jkt = jkt
    }
}

extension BoundToken: CustomStringConvertible, CustomReflectable {
    /// Names the key, not the token.
    public var description: String { "BoundToken(jkt: \(jkt))" }
    public var customMirror: Mirror { Mirror(self, children: ["jkt": jkt]) }
}

extension BearerToken: CustomStringConvertible, CustomReflectable {
    /// Shows nothing of the token.
    public var description: String { "BearerToken" }
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

extension RefreshToken: CustomStringConvertible, CustomReflectable {
    /// Names the key, not the token.
    public var description: String { "RefreshToken(jkt: \(jkt))" }
    public var customMirror: Mirror { Mirror(self, children: ["jkt": jkt]) }
}

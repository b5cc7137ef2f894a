public import DPoPCore

/// What an access token is bound to: its `cnf` claim (RFC 7800 §3.1), as far as RFC 9449 §6.1 and RFC 8705 §3.1 fill it.
public struct Confirmation: Sendable, Hashable {
    /// The thumbprint of the key whose proofs the token needs.
    public let jkt: Thumbprint?

    /// The thumbprint of the client certificate that the token needs (`x5t#S256`).
    public let certificate: CertificateThumbprint?

    /// Of a token without `cnf`: whoever holds it may use it.
    public static let unbound = Confirmation(jkt: nil, certificate: nil)

    /// Whether the token is bound to nothing.
    public var isUnbound: Bool { jkt == nil && certificate == nil }

    private init(jkt: Thumbprint?, certificate: CertificateThumbprint?) {
        self.jkt = jkt
        self.certificate = certificate
    }

    /// Bound to a DPoP key, and to a certificate too where one is given.
    public init(jkt: Thumbprint, certificate: CertificateThumbprint? = nil) {
        self.init(jkt: Optional(jkt), certificate: certificate)
    }

    /// Bound to a client certificate alone (RFC 8705).
    public init(certificate: CertificateThumbprint) {
        self.init(jkt: nil, certificate: certificate)
    }

    /// From a token's or an introspection response's `cnf` member; nil is a token without one.
    ///
    /// Members other than `jkt` and `x5t#S256` are ignored beside one of these (RFC 7800 §3.1). A `cnf` that holds
    /// neither binds the token to something unknown here, and such a token is not an unbound one.
    ///
    /// Throws `malformedConfirmation` for that, and for a member that is not 43 characters of base64url.
    public init(cnf: ClaimValue?) throws(AccessTokenRejection) {
        guard let cnf else {
            self = .unbound
            return
        }
        guard case .object(let members) = cnf else { throw AccessTokenRejection(.malformedConfirmation) }
        jkt = try Confirmation.read(members["jkt"]) { Thumbprint($0) }
        certificate = try Confirmation.read(members["x5t#S256"]) { CertificateThumbprint($0) }
        guard !isUnbound else { throw AccessTokenRejection(.malformedConfirmation) }
    }

    private static func read<Value>(
        _ member: ClaimValue?, _ make: (String) -> Value?
    ) throws(AccessTokenRejection) -> Value? {
        guard let member else { return nil }
        guard case .string(let text) = member, let value = make(text) else {
            throw AccessTokenRejection(.malformedConfirmation)
        }
        return value
    }

    /// The `cnf` member to put into a token (RFC 9449 §6.1) or an introspection response (§6.2); nil for an unbound
    /// one.
    public var cnf: ClaimValue? {
        var members: [String: ClaimValue] = [:]
        if let jkt { members["jkt"] = .string(jkt.jkt) }
        if let certificate { members["x5t#S256"] = .string(certificate.description) }
        return members.isEmpty ? nil : .object(members)
    }
}

/// The SHA-256 thumbprint of an X.509 certificate's DER encoding (RFC 8705 §3.1).
public struct CertificateThumbprint: Sendable, Hashable, CustomStringConvertible {
    private let digest: Thumbprint

    /// From `x5t#S256`: 43 characters of base64url in the canonical spelling; nil for anything else.
    public init?(_ text: String) {
        guard let digest = Thumbprint(text) else { return nil }
        self.digest = digest
    }

    /// Of a certificate, as the TLS layer gives it.
    ///
    /// - Parameter der: the whole certificate in DER.
    public init(ofCertificate der: [UInt8]) {
        digest = Thumbprint(sha256Of: der)
    }

    /// The spelling for `x5t#S256`, 43 characters.
    public var description: String { digest.jkt }
}

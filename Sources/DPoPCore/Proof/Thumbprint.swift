/// The SHA-256 thumbprint of a public key (RFC 7638, RFC 8037 §2): what an access token is bound to, as `jkt` of its
/// `cnf` claim (RFC 9449 §6.1).
public struct Thumbprint: Sendable, Hashable {
    let digest: SHA256Digest

    init(_ digest: SHA256Digest) { self.digest = digest }

    /// From the `jkt` member: 43 characters of base64url in the canonical spelling; nil for anything else.
    public init?(_ jkt: String) {
        guard let bytes = Base64URL.decode(jkt), let digest = SHA256Digest(bytes.span) else { return nil }
        self.digest = digest
    }

    /// From the 32 bytes of the hash; nil for any other number.
    public init?(bytes: [UInt8]) {
        guard let digest = SHA256Digest(bytes.span) else { return nil }
        self.digest = digest
    }

    /// The hash of other bytes that are named by their SHA-256 in the same spelling: certificates (RFC 8705 §3.1), a
    /// code verifier (RFC 7636 §4.2).
    package init(sha256Of bytes: [UInt8]) { digest = SHA256Digest(of: bytes.span) }

    /// The 32 bytes of the hash.
    public var bytes: [UInt8] { digest.bytes }

    /// The spelling for `jkt` and `dpop_jkt`, 43 characters.
    public var jkt: String { digest.encoded }
}

extension Thumbprint: CustomStringConvertible {
    public var description: String { jkt }
}

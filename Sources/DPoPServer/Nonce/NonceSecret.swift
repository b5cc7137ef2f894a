import DPoPCore

/// A secret that nonces are authenticated with, in libcrypto's memory. Nothing prints it.
public struct NonceSecret: Sendable {
    let key: HMACKey

    /// Names the secret in its nonces, so that a node finds it among several: 4 bytes that follow from it and tell
    /// nothing of it, most significant first.
    let identifier: UInt32

    /// Whether this process alone knows it, so that other replicas refuse its nonces.
    let isOwn: Bool

    /// The fewest bytes of a secret: as many as HMAC-SHA256 gives (RFC 2104 §3).
    public static let minimumLength = 32

    /// - Parameter bytes: the same on every node, from a random generator, 32 bytes or more. Cleansing the caller's
    ///   copy is the caller's business.
    ///
    /// Throws for fewer bytes, for one byte repeated, and where libcrypto fails. The error says nothing of the bytes.
    public init(_ bytes: [UInt8]) throws(ConfigurationError) { try self.init(bytes, isOwn: false) }

    private init(_ bytes: [UInt8], isOwn: Bool) throws(ConfigurationError) {
        guard bytes.count >= NonceSecret.minimumLength else {
            throw ConfigurationError("a nonce secret has fewer than \(NonceSecret.minimumLength) bytes")
        }
        guard bytes.contains(where: { $0 != bytes[0] }) else {
            throw ConfigurationError("a nonce secret is one byte repeated")
        }
        let label = Array("swift-dpop nonce key 1".utf8)
        guard let key = HMACKey(bytes.span) else {
            throw ConfigurationError("libcrypto could not take a nonce secret")
        }
        self.key = key
        self.isOwn = isOwn
        let code = key.code(of: label.span)
        identifier = (0..<4).reduce(0) { $0 << 8 | UInt32(code[$1]) }
    }

    /// A secret of 32 random bytes that this process alone knows: for one process, whose nonces lapse with a restart.
    /// Refused where there are ``Replicas/several``: the others would not know the nonces again.
    public static func random() throws(ConfigurationError) -> NonceSecret {
        var bytes = [UInt8](repeating: 0, count: minimumLength)
        var span = bytes.mutableSpan
        guard RandomBytes.fill(&span) else { throw ConfigurationError("libcrypto has no random numbers") }
        return try NonceSecret(bytes, isOwn: true)
    }
}

extension NonceSecret: CustomStringConvertible, CustomReflectable {
    public var description: String { "NonceSecret" }
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

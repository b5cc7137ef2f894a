/// What a replay store remembers of a proof: a digest of the key's thumbprint, the normalised target URI and the
/// `jti`, each with its length, so that one client can not claim another's `jti` and no two triples collide.
///
/// Not of the signature or the proof's text: the same proof with its signature respelled is still the same.
public struct ReplayKey: Sendable, Hashable {
    let digest: SHA256Digest

    /// The thumbprint of the proof's key, for limits by key.
    public let thumbprint: Thumbprint

    public init(thumbprint: Thumbprint, targetURI: TargetURI, jti: String) {
        self.init(thumbprint, targetURI, jti.utf8.span)
    }

    init(_ thumbprint: Thumbprint, _ targetURI: TargetURI, _ jti: borrowing Span<UInt8>) {
        let target = targetURI.normalized.utf8.span
        var hasher = SHA256Hasher()
        hasher.update(thumbprint.digest)
        hasher.update(UInt64(target.count))
        hasher.update(target)
        hasher.update(UInt64(jti.count))
        hasher.update(jti)
        digest = hasher.finish()
        self.thumbprint = thumbprint
    }

    /// The first 128 bits of the digest.
    package var leadingBits: UInt128 {
        UInt128(UInt64(bigEndian: digest.words.0)) << 64 | UInt128(UInt64(bigEndian: digest.words.1))
    }

    /// The 32 bytes of the digest (SHA-256), the same on every node.
    public var bytes: [UInt8] { digest.bytes }
}

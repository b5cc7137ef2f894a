/// The SHA-256 hash of an access token: what the `ath` claim must hold (RFC 9449 §4.2).
public struct AccessTokenHash: Sendable, Hashable {
    let digest: SHA256Digest

    /// - Parameter accessToken: the token exactly as it stands in the Authorization field after the scheme. Every
    ///   byte counts, white space too.
    public init(of accessToken: String) {
        digest = SHA256Digest(of: accessToken.utf8.span)
    }

    /// The spelling for `ath`, 43 characters of base64url.
    public var ath: String { digest.encoded }

    /// Whether `bytes[range]` is the spelling of this hash, and no other spelling.
    func isSpelled(by bytes: borrowing Span<UInt8>, _ range: Range<Int>) -> Bool {
        digest.isSpelled(by: bytes, range)
    }
}

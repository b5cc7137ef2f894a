public import DPoPCore

/// Nonces that no server remembers (RFC 9449 §8, §9): each carries the time it was minted at and an HMAC-SHA256 over it,
/// by a secret that all nodes share.
///
///     let nonces = try StatelessNonces(secrets: [NonceSecret(bytes)], audience: .resourceServer)
///     configuration.nonces = nonces
///
/// Time is cut into steps. A nonce counts in the step it was minted in and in the next, so for one step at least and
/// two at most.
///
/// Secrets are rotated in three moves, and no client is refused on the way: ``use(_:)`` on every node the list with
/// the new secret last; when all have it, with the new secret first; two steps and the clock skew later, without the
/// old one.
///
/// The nonce is 39 characters of base64url: version (1 byte), secret's identifier (4), microseconds since 1970 (8, most
/// significant first), the first 16 bytes of the HMAC. The 128 bits can not be guessed, and nothing in a nonce is secret.
public final class StatelessNonces: NonceIssuer {
    /// Whose nonces they are.
    public let audience: NonceAudience

    /// The length of a step in seconds.
    public let step: Int64

    /// How far ahead of this node's clock a nonce may have been minted, in seconds: by how much the clocks of two nodes
    /// may differ.
    public let clockSkew: Int64

    /// A secret with what each of its authenticated texts begins with.
    private struct Key: Sendable {
        let identifier: UInt32
        let hmac: HMACKey
        let isOwn: Bool
    }

    private let keys: Locked<[Key]>

    private static let version: UInt8 = 1
    /// Version, identifier, time, code.
    private static let length = 1 + 4 + 8 + 16

    /// - Parameters:
    ///   - secrets: the first one mints, all of them verify; at most 8.
    ///   - step: 10…43,200 s. Default: 120, so that a nonce counts for 2 to 4 minutes.
    ///   - clockSkew: 0…`step`. Default: 10, as in ``VerificationPolicy/clockSkew``.
    ///
    /// Throws for no secret, more than 8, the same one twice, and for numbers out of range.
    public init(
        secrets: [NonceSecret], audience: NonceAudience, step: Int64 = 120, clockSkew: Int64 = 10
    ) throws(ConfigurationError) {
        guard 10...43_200 ~= step else { throw ConfigurationError("a nonce step is not in 10…43,200 seconds") }
        guard 0...step ~= clockSkew else { throw ConfigurationError("a nonce clock skew is not in 0…step seconds") }
        self.audience = audience
        self.step = step
        self.clockSkew = clockSkew
        keys = Locked(try StatelessNonces.keys(secrets, audience))
    }

    /// Goes on with other secrets, from the next nonce on. Throws as the initialiser, and then keeps the old ones.
    public func use(_ secrets: [NonceSecret]) throws(ConfigurationError) {
        let new = try StatelessNonces.keys(secrets, audience)
        keys.withLock { $0 = new }
    }

    /// Whether a secret is of this process's own making, so that another replica does not know its nonces again.
    var haveOwnSecret: Bool { keys.withLock { $0.contains(where: \.isOwn) } }

    private static func keys(
        _ secrets: [NonceSecret], _ audience: NonceAudience
    ) throws(ConfigurationError) -> [Key] {
        guard 1...8 ~= secrets.count else { throw ConfigurationError("not 1 to 8 nonce secrets") }
        guard Set(secrets.map(\.identifier)).count == secrets.count else {
            throw ConfigurationError("a nonce secret is listed twice")
        }
        let prefix = Array("swift-dpop nonce 1".utf8) + audience.label
        var keys: [Key] = []
        for secret in secrets {
            guard let hmac = secret.key.withPrefix(prefix.span) else {
                throw ConfigurationError("libcrypto could not take a nonce secret")
            }
            keys.append(Key(identifier: secret.identifier, hmac: hmac, isOwn: secret.isOwn))
        }
        return keys
    }

    public func issue(now: UnixTime) -> String? {
        guard 0...UnixTime.latestClaim ~= now.seconds, let key = keys.withLock({ $0.first }) else { return nil }
        // So fine that a nonce of the second in which a replay store started is told from one of before the start.
        let minted = UInt64(now.seconds) * 1_000_000 + UInt64(now.nanoseconds / 1_000)
        var nonce = InlineArray<29, UInt8>(repeating: 0)
        nonce[0] = StatelessNonces.version
        for index in 0..<4 { nonce[1 + index] = UInt8(truncatingIfNeeded: key.identifier >> (24 - 8 * index)) }
        for index in 0..<8 { nonce[5 + index] = UInt8(truncatingIfNeeded: minted >> (56 - 8 * index)) }
        let code = key.hmac.code(of: nonce.span.extracting(5..<13))
        for index in 0..<16 { nonce[13 + index] = code[index] }
        return String(decoding: Base64URL.encode(nonce.span), as: UTF8.self)
    }

    public func judge(_ nonce: String, now: UnixTime) -> NonceVerdict {
        guard nonce.utf8.count == Base64URL.encodedLength(StatelessNonces.length),
            let parts = Base64URL.decode(nonce), parts[0] == StatelessNonces.version
        else { return .invalid }
        let identifier = (1..<5).reduce(UInt32(0)) { $0 << 8 | UInt32(parts[$1]) }
        let minted = (5..<13).reduce(UInt64(0)) { $0 << 8 | UInt64(parts[$1]) }
        guard minted / 1_000_000 <= UInt64(UnixTime.latestClaim),
            let key = keys.withLock({ $0.first { $0.identifier == identifier } })
        else { return .invalid }
        let expected = key.hmac.code(of: parts.span.extracting(5..<13))
        guard ConstantTime.areEqual(parts.span.extracting(13..<29), expected.span.extracting(0..<16)) else {
            return .invalid
        }
        let mintedAt = UnixTime(
            seconds: Int64(minted / 1_000_000), nanoseconds: Int32(minted % 1_000_000) * 1_000)
        // Far from overflow: both are seconds of the years up to 9999.
        let lapsesAt = UnixTime(seconds: (mintedAt.seconds / step + 2) * step)
        guard mintedAt <= now.advanced(bySeconds: clockSkew), now < lapsesAt else { return .invalid }
        return .valid(mintedAt: mintedAt, lapsesAt: lapsesAt)
    }

    /// Whether the nonce is of the step before, so that it lapses within a step.
    public func isAboutToLapse(_ lapsesAt: UnixTime, now: UnixTime) -> Bool {
        now.advanced(bySeconds: step) >= lapsesAt
    }
}

extension StatelessNonces: CustomStringConvertible {
    public var description: String { "StatelessNonces" }
}

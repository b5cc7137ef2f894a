/// What a verifier accepts. A number that is set outside its range becomes the nearer end of it.
public struct VerificationPolicy: Sendable {
    /// The algorithms of proofs, in the order in which a challenge names them.
    ///
    /// Default: all of ``SigningAlgorithm``. Verifying costs over ten times as much by some as by others, so allow only
    /// what your clients use.
    public var algorithms: [SigningAlgorithm] = SigningAlgorithm.allCases

    /// How many whole seconds a proof may be old (RFC 9449 §11.1), both ends included; 0…86,400.
    ///
    /// Default: 60, the practice of FAPI 2.0. Other implementations use 5 to 600.
    public var maximumAge: Int64 = 60 {
        didSet { maximumAge = min(max(maximumAge, 0), VerificationPolicy.longestWindow) }
    }

    /// How many whole seconds ahead of the server's clock a proof may be dated, both ends included; 0…86,400.
    ///
    /// Default: 10. FAPI 2.0 asks servers to accept 10 and to refuse more than 60.
    public var maximumFuture: Int64 = 10 {
        didSet { maximumFuture = min(max(maximumFuture, 0), VerificationPolicy.longestWindow) }
    }

    /// How many seconds the clocks of two verifying nodes may differ, 0…86,400. Default: 10.
    ///
    /// Proofs are remembered this much longer than they are accepted, and it is the leeway for `exp` and `nbf`.
    public var clockSkew: Int64 = 10 {
        didSet { clockSkew = min(max(clockSkew, 0), VerificationPolicy.longestWindow) }
    }

    /// The largest proof that is read, in bytes. Default: 8,192, as peers have it; never more than 65,536.
    public var maximumProofSize = 8_192 {
        didSet { maximumProofSize = min(max(maximumProofSize, 0), VerificationPolicy.sizeCeiling) }
    }

    /// Whether proofs must carry a nonce of the server's (RFC 9449 §8, §9). Default: not required.
    public var nonces = NonceRequirement.notRequired

    /// What says how old a proof is (RFC 9449 §4.3, check 11). Default: its `iat`.
    public var freshness = Freshness.byIssueTime

    /// The defaults of each setting.
    public static let `default` = VerificationPolicy()

    /// FAPI 2.0 Security Profile: PS256, ES256 and Ed25519 (by both names), 60 s of age, 10 s of future.
    public static let fapi2: VerificationPolicy = {
        var policy = VerificationPolicy()
        policy.algorithms = [.ps256, .es256, .ed25519, .eddsa]
        return policy
    }()

    /// For Model Context Protocol servers, whose clients run on machines with poor clocks: 300 s of age, 300 s of
    /// future.
    public static let mcp: VerificationPolicy = {
        var policy = VerificationPolicy()
        policy.maximumAge = 300
        policy.maximumFuture = 300
        return policy
    }()

    private init() {}

    // MARK: Limits that no policy changes

    /// The bytes of a `jti`: peers cap it at 128 to 256.
    static let jtiBytes = 1...256

    /// The bytes of an `htu`.
    static let htuBytes = 4_096

    /// How deep a proof's JSON may nest, the outermost object being 1.
    static let maximumDepth = 16

    /// A day. Longer windows only lengthen what a replay store must remember.
    static let longestWindow: Int64 = 86_400

    /// Servers commonly bound all header fields together at 8 to 64 KiB.
    static let sizeCeiling = 65_536
}

/// What says how old a proof is (RFC 9449 §4.3, check 11).
public enum Freshness: Sendable, Hashable {
    /// Its `iat`, within ``VerificationPolicy/maximumAge`` and ``VerificationPolicy/maximumFuture``; a nonce must
    /// count besides, where one is required.
    case byIssueTime
    /// Where a nonce is required and tells when it was minted and when it lapses: the nonce alone, and `iat` may be any time, so that a client
    /// with a wrong clock works too. The proof is then remembered until the nonce has lapsed on every node. Elsewhere
    /// as ``byIssueTime``.
    case byNonce
}

/// Whether proofs must carry a nonce that the server chose (RFC 9449 §8, §9).
public enum NonceRequirement: Sendable {
    /// A `nonce` claim is read and otherwise ignored.
    case notRequired
    /// Each proof's `nonce` must be one that the verifier knows.
    case required(any NonceVerifier)
}

/// Knows the nonces that a server gave out.
public protocol NonceVerifier: Sendable {
    /// Says whether a proof's nonce counts at `now`.
    ///
    /// Called before the signature is checked, so with values that anybody can send: compare in constant time.
    ///
    /// - Parameter nonce: the claim's value, of any length and with any characters.
    func judge(_ nonce: String, now: UnixTime) -> NonceVerdict
}

/// What a ``NonceVerifier`` says of a nonce.
public enum NonceVerdict: Sendable, Hashable {
    /// Not one of the server's, or too old.
    case invalid
    /// One of the server's.
    ///
    /// - `mintedAt`: when it was minted, where the nonce authenticates that: it decides after a loss of the replay
    ///   store's memory. Nil: the proof's `iat` decides then.
    /// - `lapsesAt`: the first instant at which it counts no more, where the nonce authenticates that; later than any
    ///   `now` at which it is judged valid. Nil, or without `mintedAt`: the proof's `iat` decides how old the proof is.
    case valid(mintedAt: UnixTime?, lapsesAt: UnixTime? = nil)
}

/// The one nonce that a server waits for, for servers that keep nonces by session.
public struct ExpectedNonce: NonceVerifier {
    private let digest: SHA256Digest
    private let mintedAt: UnixTime?

    /// - Parameter mintedAt: when the server chose it, if it knows.
    public init(_ nonce: String, mintedAt: UnixTime? = nil) {
        digest = SHA256Digest(of: nonce.utf8.span)
        self.mintedAt = mintedAt
    }

    public func judge(_ nonce: String, now: UnixTime) -> NonceVerdict {
        // Comparing digests says nothing by its duration about the nonce itself.
        SHA256Digest(of: nonce.utf8.span) == digest ? .valid(mintedAt: mintedAt) : .invalid
    }
}

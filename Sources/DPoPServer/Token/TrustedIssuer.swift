public import DPoPCore

/// An authorization server whose tokens are accepted, with the keys that it signs them with.
public struct TrustedIssuer: Sendable {
    /// Fetches the issuer's JWK Set document, from the `jwks_uri` of its metadata (RFC 8414 §2), say.
    ///
    /// The address comes from the configuration, never from a token. It must end by itself within a few seconds,
    /// because tokens wait for it, and throw unless the answer is 200. Limit what it reads: more than 262,144 bytes are
    /// refused.
    public typealias KeyRefresh = @Sendable () async throws -> [UInt8]

    /// `iss` of its tokens, compared byte by byte.
    public var issuer: String

    /// The keys at the start.
    public var keys: KeySet

    /// What RSA keys without `alg` in a fetched document are used with; nil leaves them out.
    public var rsaAlgorithm: SigningAlgorithm?

    /// Which of libcrypto's functions verify by the keys of a fetched document.
    public var path: CryptoPath

    /// Fetches the keys anew; nil: those of the start are all there ever are.
    public var refresh: KeyRefresh?

    /// - Parameters:
    ///   - issuer: `iss` of its tokens.
    ///   - keys: the keys at the start; none if they are to be fetched with the first token.
    ///   - rsaAlgorithm: what RSA keys without `alg` in a fetched document are used with.
    ///   - path: which of libcrypto's functions verify by the keys of a fetched document; give those of the start the same.
    ///   - refresh: fetches the keys anew.
    public init(
        issuer: String, keys: KeySet = .empty, rsaAlgorithm: SigningAlgorithm? = nil, path: CryptoPath = .standard,
        refresh: KeyRefresh? = nil
    ) {
        self.issuer = issuer
        self.keys = keys
        self.rsaAlgorithm = rsaAlgorithm
        self.path = path
        self.refresh = refresh
    }

    func check() throws(ConfigurationError) {
        guard !issuer.utf8.isEmpty else { throw ConfigurationError("an issuer's name is empty") }
        guard !keys.keys.isEmpty || refresh != nil else {
            throw ConfigurationError("an issuer has no usable keys and no way to fetch any")
        }
        guard rsaAlgorithm?.isRSA ?? true else { throw ConfigurationError("rsaAlgorithm is not an algorithm of RSA") }
    }
}

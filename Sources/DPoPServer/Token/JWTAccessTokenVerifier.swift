public import DPoPCore

/// Verifies access tokens that are JWTs (RFC 9068), by their issuers' keys.
///
///     let keys = try KeySet(json: document)
///     let tokens = try JWTAccessTokenVerifier(
///         issuer: "https://as.example.com", audience: "https://api.example.com", keys: keys)
///
/// Of a token's header only `typ`, `alg` and `kid` count: a key or a key's address in it is never looked at, and a
/// token with `crit` is refused. Each key verifies by its own algorithm alone. `iss` is one of the issuers, `aud`
/// contains the resource, `exp` is there; a known claim of the wrong JSON type is a refusal.
///
/// A verified token is remembered by its SHA-256 until its `exp`, at most ``Settings/cacheLifetime``, and no longer
/// than its issuer's keys stay the same; its times are checked at each use. Refused ones are not remembered.
public struct JWTAccessTokenVerifier: AccessTokenVerifier {
    private struct Verified: Sendable {
        let claims: TokenClaims
        let keys: IssuerKeys
        let version: Int
    }

    /// By the bytes of `iss`.
    private let issuers: [[UInt8]: IssuerKeys]
    private let audience: String
    private let types: [[UInt8]]
    private let settings: Settings
    private let cache: TokenCache<Verified>

    /// - Parameters:
    ///   - issuers: whose tokens are accepted, each once.
    ///   - audience: what `aud` must contain: this resource's identifier.
    ///
    /// Throws what must not be configured.
    public init(
        issuers: [TrustedIssuer], audience: String, settings: Settings = Settings()
    ) throws(ConfigurationError) {
        try settings.check()
        guard !issuers.isEmpty else { throw ConfigurationError("no issuer of access tokens is trusted") }
        guard !audience.utf8.isEmpty else { throw ConfigurationError("the audience of access tokens is empty") }
        var keys: [[UInt8]: IssuerKeys] = [:]
        for issuer in issuers {
            try issuer.check()
            let new = IssuerKeys(issuer, lifetime: settings.keyLifetime, interval: settings.refreshInterval)
            guard keys.updateValue(new, forKey: Array(issuer.issuer.utf8)) == nil else {
                throw ConfigurationError("an issuer of access tokens occurs twice")
            }
        }
        self.issuers = keys
        self.audience = audience
        self.settings = settings
        types = (["at+jwt"] + settings.additionalTypes).map(JWTAccessTokenVerifier.mediaType)
        cache = TokenCache(capacity: settings.cacheCapacity)
    }

    /// For the tokens of one issuer; ``TrustedIssuer`` says more of it, as by which of libcrypto's functions.
    ///
    /// - Parameters:
    ///   - keys: the issuer's keys at the start.
    ///   - refresh: fetches them anew; nil: they never change.
    public init(
        issuer: String, audience: String, keys: KeySet, refresh: TrustedIssuer.KeyRefresh? = nil,
        settings: Settings = Settings()
    ) throws(ConfigurationError) {
        let issuer = TrustedIssuer(issuer: issuer, keys: keys, refresh: refresh)
        try self.init(issuers: [issuer], audience: audience, settings: settings)
    }

    /// A `kid` that is not known costs a call at most once in ``Settings/refreshInterval``.
    public var answersLocally: Bool { true }

    public func verify(_ token: String, now: UnixTime) async throws(AccessTokenRejection) -> AccessToken {
        guard token.utf8.count <= settings.maximumTokenSize else { throw AccessTokenRejection(.malformed) }
        let hash = AccessTokenHash(of: token)
        if let known = cache.value(for: hash, now: now), await known.keys.version(now: now) == known.version {
            try known.claims.checkTimes(leeway: settings.leeway, now: now)
            return known.claims.token
        }
        let verified = try await read(token, now)
        let deadline = verified.claims.deadline(lifetime: settings.cacheLifetime, now: now)
        cache.store(verified, for: hash, until: deadline, now: now)
        try verified.claims.checkTimes(leeway: settings.leeway, now: now)
        return verified.claims.token
    }

    /// Type, issuer, key, signature, claims, audience: everything but the times.
    private func read(_ token: String, _ now: UnixTime) async throws(AccessTokenRejection) -> Verified {
        let jwt: SignedJWT
        do {
            jwt = try SignedJWT(token, maximumSize: settings.maximumTokenSize)
        } catch {
            throw AccessTokenRejection(defect: error)
        }
        guard let type = jwt.type.map(JWTAccessTokenVerifier.mediaType), types.contains(type) else {
            throw AccessTokenRejection(.wrongType)
        }
        guard let issuer = jwt.unverifiedIssuer else { throw AccessTokenRejection(.malformedClaim) }
        guard let keys = issuers[Array(issuer.utf8)] else { throw AccessTokenRejection(.wrongIssuer) }
        let (key, version) = try await keys.key(for: jwt, now: now)
        let payload: ClaimValue
        do {
            // The key was found for this algorithm and no other.
            payload = try jwt.verified(by: key, pinnedTo: jwt.algorithm)
        } catch {
            throw AccessTokenRejection(defect: error)
        }
        guard case .object(let members) = payload else { throw AccessTokenRejection(.malformed) }
        let claims = try TokenClaims(members)
        guard claims.token.expiresAt != nil else { throw AccessTokenRejection(.malformedClaim) }
        try claims.check(audience: audience)
        return Verified(claims: claims, keys: keys, version: version)
    }

    /// `typ` in lower case, and without the prefix that may be left out (RFC 7515 §4.1.9).
    private static func mediaType(_ type: String) -> [UInt8] {
        let bytes = type.utf8.map(ASCII.lowercased)
        let prefix = Array("application/".utf8)
        guard bytes.starts(with: prefix) else { return bytes }
        let rest = Array(bytes.dropFirst(prefix.count))
        return rest.contains(UInt8(ascii: "/")) ? bytes : rest
    }
}

extension AccessTokenRejection {
    fileprivate init(defect: SignedJWT.Defect) {
        switch defect {
        case .malformed: self.init(.malformed)
        case .unsupportedAlgorithm, .criticalHeader, .badSignature: self.init(.badSignature)
        case .cryptoFailure: self.init(.unavailable)
        }
    }
}

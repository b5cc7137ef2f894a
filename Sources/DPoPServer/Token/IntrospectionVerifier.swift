public import DPoPCore

/// Verifies access tokens by asking their authorization server (RFC 7662).
///
///     let tokens = try IntrospectionVerifier(audience: .audience("https://api.example.com")) { token in
///         let body = IntrospectionVerifier.requestBody(for: token)
///         …  // POST it, authenticated; return status and body
///     }
///
/// Answers are remembered by the token's SHA-256: that a token is active until its `exp`, at most
/// ``Settings/activeLifetime``, that it is not for ``Settings/refusedLifetime``, each kind in a memory of its own, so
/// that made-up tokens do not displace good ones. Requests with the same token wait for one call. What the server did
/// not answer with 200 and a JSON object with a boolean `active` is `unavailable` and is never remembered.
public struct IntrospectionVerifier: AccessTokenVerifier {
    /// Asks the authorization server about a token.
    ///
    /// POST ``requestBody(for:)`` as `application/x-www-form-urlencoded` to the `introspection_endpoint` of the
    /// server's metadata, over TLS with its certificate verified, with `Accept: application/json`. The resource must
    /// authenticate itself (RFC 7662 §2.1) in the way that it is registered for: HTTP Basic with its client id and
    /// secret, a client assertion added to the body, a client certificate or an access token of its own.
    ///
    /// It must end by itself within a few seconds, because requests wait for it and a token that expires meanwhile is
    /// accepted once more; it goes on when the request that started it is cancelled. Whatever it throws is
    /// `unavailable`.
    public typealias Transport = @Sendable (_ token: String) async throws -> IntrospectionResponse

    private let transport: Transport
    private let audience: ExpectedAudience
    private let issuer: String?
    private let settings: Settings
    private let active: TokenCache<TokenClaims>
    private let refused: TokenCache<AccessTokenRejection.Code>
    private let calls = Locked<[AccessTokenHash: Task<IntrospectionOutcome, Never>]>([:])

    /// - Parameters:
    ///   - audience: which `aud` a response must have.
    ///   - issuer: `iss` that a response must have; nil does not look at it.
    ///   - transport: asks the authorization server.
    ///
    /// Throws what must not be configured.
    public init(
        audience: ExpectedAudience, issuer: String? = nil, settings: Settings = Settings(),
        transport: @escaping Transport
    ) throws(ConfigurationError) {
        try settings.check()
        guard audience != .audience(""), issuer != "" else {
            throw ConfigurationError("the audience or the issuer of introspection responses is empty")
        }
        self.audience = audience
        self.issuer = issuer
        self.settings = settings
        self.transport = transport
        active = TokenCache(capacity: settings.activeCapacity)
        refused = TokenCache(capacity: settings.refusedCapacity)
    }

    public func verify(_ token: String, now: UnixTime) async throws(AccessTokenRejection) -> AccessToken {
        guard 1...settings.maximumTokenSize ~= token.utf8.count else { throw AccessTokenRejection(.malformed) }
        let hash = AccessTokenHash(of: token)
        let outcome =
            if let known = remembered(hash, now) { known } else { await asked(token, hash, now) }
        switch outcome {
        case .active(let claims):
            try claims.checkTimes(leeway: settings.leeway, now: now)
            return claims.token
        case .refused(let code): throw AccessTokenRejection(code)
        case .unavailable: throw AccessTokenRejection(.unavailable)
        }
    }

    private func remembered(_ hash: AccessTokenHash, _ now: UnixTime) -> IntrospectionOutcome? {
        if let claims = active.value(for: hash, now: now) { return .active(claims) }
        return refused.value(for: hash, now: now).map { .refused($0) }
    }

    /// By a call that is under way for the same token, or a new one, unless there are too many.
    private func asked(_ token: String, _ hash: AccessTokenHash, _ now: UnixTime) async -> IntrospectionOutcome {
        let (known, call) = calls.withLock { calls -> (IntrospectionOutcome?, Task<IntrospectionOutcome, Never>?) in
            if let call = calls[hash] { return (nil, call) }
            // A call may have ended since it was looked for.
            if let known = remembered(hash, now) { return (known, nil) }
            guard calls.count < settings.maximumCalls else { return (nil, nil) }
            let call = Task { await ask(token, hash, now) }
            calls[hash] = call
            return (nil, call)
        }
        if let call { return await call.value }
        return known ?? .unavailable
    }

    private func ask(_ token: String, _ hash: AccessTokenHash, _ now: UnixTime) async -> IntrospectionOutcome {
        var outcome = IntrospectionOutcome.unavailable
        if let response = try? await transport(token) {
            outcome = IntrospectionOutcome(response, audience: audience, issuer: issuer)
        }
        remember(outcome, hash, now)
        calls.withLock { $0[hash] = nil }
        return outcome
    }

    private func remember(_ outcome: IntrospectionOutcome, _ hash: AccessTokenHash, _ now: UnixTime) {
        let refusedUntil = now.advanced(bySeconds: settings.refusedLifetime)
        switch outcome {
        case .active(let claims) where claims.hasExpired(leeway: settings.leeway, now: now):
            refused.store(.expired, for: hash, until: refusedUntil, now: now)
        case .active(let claims):
            let deadline = claims.deadline(lifetime: settings.activeLifetime, now: now)
            active.store(claims, for: hash, until: deadline, now: now)
        case .refused(let code): refused.store(code, for: hash, until: refusedUntil, now: now)
        case .unavailable: break
        }
    }

    /// The body of an introspection request (RFC 7662 §2.1), `token` and `token_type_hint`, with everything escaped
    /// that a form must escape: a token may hold "+", "/" and "=".
    public static func requestBody(for token: String) -> [UInt8] {
        FormEncoding.encode([("token_type_hint", "access_token"), ("token", token)])
    }
}

extension IntrospectionVerifier {
    /// How introspection is used. Values out of range are refused when a verifier is made.
    public struct Settings: Sendable {
        /// How many seconds the authorization server's clock may be off, for `exp`, `nbf` and `iat`; 0…300, since
        /// RFC 7519 §4.1.4 asks for no more than a few minutes. Default: 10, as ``VerificationPolicy/clockSkew``.
        public var leeway: Int64 = 10

        /// The largest token that is asked about, in bytes, 1…65,536. Default: 16,384.
        public var maximumTokenSize = 16_384

        /// How many seconds an active token is remembered at most, 0…3,600; 0 remembers none. For so long a token
        /// that was revoked may still be accepted. Default: 60.
        public var activeLifetime: Int64 = 60

        /// How many seconds a token that is refused is remembered, 0…3,600; 0 remembers none. Default: 10.
        public var refusedLifetime: Int64 = 10

        /// How many active tokens are remembered at most, 2…1,000,000. Default: 10,000.
        public var activeCapacity = 10_000

        /// How many refused ones, 2…1,000,000. Default: 10,000.
        public var refusedCapacity = 10_000

        /// How many calls may be under way at once, 1…100,000; a token more is `unavailable`. Default: 1,024.
        public var maximumCalls = 1_024

        public init() {}

        func check() throws(ConfigurationError) {
            guard 0...300 ~= leeway else { throw ConfigurationError("leeway is not in 0…300 seconds") }
            guard 1...65_536 ~= maximumTokenSize else {
                throw ConfigurationError("maximumTokenSize is not in 1…65,536 bytes")
            }
            guard 0...3_600 ~= activeLifetime, 0...3_600 ~= refusedLifetime else {
                throw ConfigurationError("activeLifetime and refusedLifetime are in 0…3,600 seconds")
            }
            guard 2...1_000_000 ~= activeCapacity, 2...1_000_000 ~= refusedCapacity else {
                throw ConfigurationError("activeCapacity and refusedCapacity are in 2…1,000,000 tokens")
            }
            guard 1...100_000 ~= maximumCalls else { throw ConfigurationError("maximumCalls is not in 1…100,000") }
        }
    }
}

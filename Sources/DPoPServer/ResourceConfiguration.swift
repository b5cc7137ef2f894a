public import DPoPCore

/// How a resource is protected.
public struct ResourceConfiguration: Sendable {
    /// Under which URIs clients reach the resource.
    public var origins: ExternalOrigins

    /// Which proxies are believed when they say where a request was sent; nil: none. Not needed for one origin behind
    /// whatever ends TLS.
    public var proxies: TrustedProxies?

    /// Which proofs are accepted. Its ``VerificationPolicy/nonces`` are set by ``nonces``.
    public var policy = VerificationPolicy.default

    /// What makes verification cheap for P-256 keys that come back often; by default the process's own.
    public var tables = KeyTables.shared

    /// Which of libcrypto's functions verify proofs: ``DPoPCore/CryptoPath/provider`` stays inside the provider that the
    /// process is configured for.
    public var path = CryptoPath.standard

    /// Gives out the nonces that proofs must carry (RFC 9449 §9); nil: none are required.
    public var nonces: (any NonceIssuer)?

    /// Whether tokens that are not bound to a key are served too. Default: they are not.
    public var dpop = DPoPUse.required

    /// Whether a request without a good proof is refused. Default: it is.
    public var enforcement = Enforcement.enforced

    /// Whether the resource's metadata says `dpop_bound_access_tokens_required` (RFC 9728 §2): then every token must be
    /// bound to a DPoP key, and no setting may say otherwise. Default: false.
    public var metadataRequiresBoundTokens = false

    /// `realm` of challenges (RFC 9110 §11.5); nil: none.
    public var realm: String?

    /// `scope` of challenges (RFC 6750 §3): what a token needs for this resource. The guard does not check it: see
    /// ``AccessToken/scope``.
    public var scope: [String] = []

    /// The URL of the resource's metadata, for `resource_metadata` (RFC 9728 §5.1); nil: none.
    public var resourceMetadata: String?

    /// Which pages of other origins may read answers; nil: none, and preflights are not answered.
    public var crossOrigin: CrossOrigin?

    /// Retry-After of answers with 429 and 503, seconds, 1…86,400. Default: 1.
    public var retryAfter: Int64 = 1

    /// Over how many processes requests for this resource are spread. Default: ``Replicas/one``.
    public var replicas = Replicas.one

    /// - Parameter origins: under which URIs clients reach the resource.
    public init(origins: ExternalOrigins) { self.origins = origins }

    /// For a resource at one origin: `"https://api.example.com"`.
    public init(origin: String) throws(ConfigurationError) { try self.init(origins: ExternalOrigins([origin])) }

    /// What happens to a request whose proof is not good.
    public enum Enforcement: Sendable, Hashable {
        /// It is refused.
        case enforced
        /// For a roll-out: it passes as ``ResourceDecision/passedUnproven(_:)`` if its token is good, and the event
        /// says what would have been refused. Whoever holds a stolen token may use it meanwhile.
        case reportOnly
    }
}

/// Whether a resource asks for tokens that are bound to a key.
public enum DPoPUse: Sendable, Hashable {
    /// Only tokens that are bound to a DPoP key or to a client certificate are served.
    case required
    /// Unbound tokens are served as bearer tokens too; each use is an event.
    case preferred
    /// DPoP is not offered, and its scheme is refused. Tokens that are bound to a key are refused as bearer tokens all
    /// the same.
    case off
}

extension ResourceConfiguration {
    /// Throws what must not be set; what goes together with a store, ``ProofSettings`` knows.
    func check() throws(ConfigurationError) {
        guard !origins.needScheme || proxies?.tellScheme == true else {
            throw ConfigurationError("origins that differ by their scheme alone need proxies that tell it")
        }
        if metadataRequiresBoundTokens {
            guard dpop == .required else {
                throw ConfigurationError("the metadata requires DPoP-bound tokens, so dpop must be required")
            }
            guard enforcement == .enforced else {
                throw ConfigurationError("the metadata requires DPoP-bound tokens, so proofs must be enforced")
            }
        }
        guard (nonces as? StatelessNonces)?.audience != .authorizationServer else {
            throw ConfigurationError("nonces of an authorization server do not count at a resource")
        }
        guard realm.map(Challenge.isQuotable) ?? true, resourceMetadata.map(Challenge.isQuotable) ?? true else {
            throw ConfigurationError("realm and resourceMetadata are printable ASCII without quote and backslash")
        }
        guard scope.allSatisfy(Challenge.isScopeToken) else {
            throw ConfigurationError("a scope is printable ASCII without space, quote and backslash")
        }
    }
}

extension JWTAccessTokenVerifier {
    /// How JWT access tokens are verified. Values out of range are refused when a verifier is made.
    public struct Settings: Sendable {
        /// Values of `typ` that are accepted beside `at+jwt` (RFC 9068 §2.1), without case and with or without
        /// `application/`. Default: none.
        ///
        /// Some servers send `JWT`, which every other JWT of the issuer may have too: then only `aud` tells an access
        /// token from an ID token.
        public var additionalTypes: [String] = []

        /// How many seconds the issuer's clock may be off, for `exp`, `nbf` and `iat`; 0…300, since RFC 7519 §4.1.4
        /// asks for no more than a few minutes. Default: 10, as ``VerificationPolicy/clockSkew``.
        public var leeway: Int64 = 10

        /// The largest token that is read, in bytes, 1…65,536. Default: 16,384, more than servers take as a header
        /// field unless they are set up for it.
        public var maximumTokenSize = 16_384

        /// How many seconds a verified token is remembered at most, 0…3,600; 0 remembers none. Default: 60.
        public var cacheLifetime: Int64 = 60

        /// How many verified tokens are remembered at most, 2…1,000,000. Default: 10,000. One takes a few times the
        /// bytes of its claims.
        public var cacheCapacity = 10_000

        /// After how many seconds an issuer's keys are fetched again, 30…86,400, so that those it has withdrawn go.
        /// Default: 600; peers keep them for 300 to 600.
        ///
        /// If that fails the keys stay, and another attempt is made after ``refreshInterval``.
        public var keyLifetime: Int64 = 600

        /// How many seconds lie at least between two attempts to fetch an issuer's keys, 1…3,600. Default: 30, as
        /// peers have it: the longest that a new key waits while somebody sends tokens with made-up key names.
        public var refreshInterval: Int64 = 30

        public init() {}
    }
}

extension JWTAccessTokenVerifier.Settings {
    func check() throws(ConfigurationError) {
        guard additionalTypes.allSatisfy({ !$0.utf8.isEmpty && Challenge.isQuotable($0) }) else {
            throw ConfigurationError("a type of access tokens is empty or not printable ASCII")
        }
        guard 0...300 ~= leeway else { throw ConfigurationError("leeway is not in 0…300 seconds") }
        guard 1...65_536 ~= maximumTokenSize else {
            throw ConfigurationError("maximumTokenSize is not in 1…65,536 bytes")
        }
        guard 0...3_600 ~= cacheLifetime else { throw ConfigurationError("cacheLifetime is not in 0…3,600 seconds") }
        guard 2...1_000_000 ~= cacheCapacity else {
            throw ConfigurationError("cacheCapacity is not in 2…1,000,000 tokens")
        }
        guard 30...86_400 ~= keyLifetime else { throw ConfigurationError("keyLifetime is not in 30…86,400 seconds") }
        guard 1...3_600 ~= refreshInterval else {
            throw ConfigurationError("refreshInterval is not in 1…3,600 seconds")
        }
    }
}

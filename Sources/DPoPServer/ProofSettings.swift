import DPoPCore

/// Over how many processes a server's requests are spread.
public enum Replicas: Sendable, Hashable {
    /// One process answers them all, and what it remembers is all there is to know.
    case one
    /// Several do, on one machine or on many: a proof used at one must be known at the others. Refused at construction,
    /// as ``ConfigurationError``: a replay store or a source of revoked keys that sees this process only, and nonces by
    /// ``NonceSecret/random()``, which no other replica would accept. ``KeySet``s and remembered introspections are
    /// each process's own all the same.
    case several
}

/// What a resource and a token endpoint have in common: which proofs are accepted, and what goes with which store.
struct ProofSettings {
    private let policy: VerificationPolicy
    private let nonces: (any NonceIssuer)?
    private let acceptsProofs: Bool
    private let retryAfter: Int64
    private let replicas: Replicas

    init(_ configuration: ResourceConfiguration) {
        policy = configuration.policy
        nonces = configuration.nonces
        acceptsProofs = configuration.dpop != .off
        retryAfter = configuration.retryAfter
        replicas = configuration.replicas
    }

    init(_ configuration: TokenEndpointConfiguration) {
        policy = configuration.policy
        nonces = configuration.nonces
        acceptsProofs = configuration.dpop != .off
        retryAfter = configuration.retryAfter
        replicas = configuration.replicas
    }

    /// The policy with the nonces that it requires.
    ///
    /// Throws what must not be set, alone or with these stores.
    func policy(
        replay: any ReplayStore, keyStatus: (any KeyStatusSource)?
    ) throws(ConfigurationError) -> VerificationPolicy {
        guard !policy.algorithms.isEmpty || !acceptsProofs else {
            throw ConfigurationError("the policy has no algorithms, so no proof could be accepted")
        }
        if case .required = policy.nonces {
            throw ConfigurationError("nonces are set by the configuration's nonces, not by its policy")
        }
        guard policy.freshness == .byIssueTime || nonces != nil else {
            throw ConfigurationError("freshness by the nonce needs nonces")
        }
        guard 1...86_400 ~= retryAfter else { throw ConfigurationError("retryAfter is not in 1…86,400 seconds") }
        guard !replay.requiresNonces || nonces != nil else {
            throw ConfigurationError("the replay store is safe with nonces alone, so nonces must be configured")
        }
        if replicas == .several { try checkReplicas(replay, keyStatus) }
        var policy = policy
        if let nonces { policy.nonces = .required(nonces) }
        return policy
    }

    private func checkReplicas(
        _ replay: any ReplayStore, _ keyStatus: (any KeyStatusSource)?
    ) throws(ConfigurationError) {
        guard replay.scope != .processLocal else {
            throw ConfigurationError("several replicas need a replay store that they share")
        }
        guard keyStatus?.scope != .processLocal else {
            throw ConfigurationError("several replicas need a source of revoked keys that they share")
        }
        guard (nonces as? StatelessNonces)?.haveOwnSecret != true else {
            throw ConfigurationError("several replicas need a nonce secret that they share, not a random one of each")
        }
    }
}

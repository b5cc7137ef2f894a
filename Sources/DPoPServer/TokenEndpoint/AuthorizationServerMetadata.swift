public import DPoPCore

/// The members that DPoP adds to an authorization server's metadata (RFC 9449 §5.1) and to a client's (§5.2).
public enum DPoPMetadata {
    /// `dpop_signing_alg_values_supported`, to be added to the server's metadata (RFC 8414).
    public static func authorizationServer(_ policy: VerificationPolicy) -> [String: ClaimValue] {
        ["dpop_signing_alg_values_supported": .array(policy.algorithms.map { .string($0.rawValue) })]
    }

    /// Whether a client's registration (RFC 7591) says that its tokens are always bound: then its token requests need
    /// a proof, which ``TokenRequestProof/Presented/unboundByDPoPClient`` demands.
    ///
    /// - Parameter client: the registration's members. A `dpop_bound_access_tokens` that is no boolean counts as true.
    public static func requiresBoundTokens(client: [String: ClaimValue]) -> Bool {
        switch client["dpop_bound_access_tokens"] {
        case nil, .bool(false): false
        default: true
        }
    }
}

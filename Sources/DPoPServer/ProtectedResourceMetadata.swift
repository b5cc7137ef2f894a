public import DPoPCore

/// What a protected resource says of itself (RFC 9728 §2), served as JSON at ``wellKnownPath``.
public struct ProtectedResourceMetadata: Sendable {
    /// `resource`: the resource's identifier, an https URL (http for tests) without query and fragment. Also the `aud` of its tokens.
    public let resource: String

    /// `authorization_servers`: the issuers whose tokens are accepted.
    public var authorizationServers: [String]

    /// `scopes_supported`; not there when empty.
    public var scopes: [String]

    /// Members of your own, such as `resource_name` or `jwks_uri`; those that are set here already are not replaced.
    public var additional: [String: ClaimValue] = [:]

    private let algorithms: [SigningAlgorithm]
    private let requiresBoundTokens: Bool
    private let path: String

    /// - Parameters:
    ///   - resource: the resource's identifier. Its query, if any, is refused here, as RFC 9728 §1.2 advises.
    ///   - configuration: how the resource is protected, which the metadata tells.
    ///
    /// Throws for a URL that is not one of the resource's origins or has a query or fragment, without an authorization
    /// server, and for a configuration that a guard refuses.
    public init(
        resource: String, authorizationServers: [String], scopes: [String] = [], configuration: ResourceConfiguration
    ) throws(ConfigurationError) {
        guard let target = try? TargetURI(resource),
            !resource.utf8.contains(where: { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") })
        else { throw ConfigurationError("the resource's identifier is not an absolute URL without query and fragment") }
        guard configuration.origins.cover(target) else {
            throw ConfigurationError("the resource's identifier is not beneath one of its origins")
        }
        guard !authorizationServers.isEmpty else {
            throw ConfigurationError("a resource needs an authorization server whose tokens it accepts")
        }
        try configuration.check()
        self.resource = resource
        self.authorizationServers = authorizationServers
        self.scopes = scopes
        algorithms = configuration.dpop == .off ? [] : configuration.policy.algorithms
        requiresBoundTokens = configuration.metadataRequiresBoundTokens
        // After the third slash of the normal form, which is always there.
        let slashes = target.spelling.utf8.indices.filter { target.spelling.utf8[$0] == UInt8(ascii: "/") }
        path = slashes.count > 2 ? String(target.spelling[slashes[2]...]) : "/"
    }

    /// Where the document is served (RFC 9728 §3.1): the well-known name between the host and the resource's path.
    public var wellKnownPath: String {
        "/.well-known/oauth-protected-resource" + (path == "/" ? "" : path)
    }

    /// The document's members.
    public var members: [String: ClaimValue] {
        var members = additional
        members["resource"] = .string(resource)
        members["authorization_servers"] = .array(authorizationServers.map { .string($0) })
        members["bearer_methods_supported"] = .array(["header"])
        if !scopes.isEmpty { members["scopes_supported"] = .array(scopes.map { .string($0) }) }
        if !algorithms.isEmpty {
            members["dpop_signing_alg_values_supported"] = .array(algorithms.map { .string($0.rawValue) })
        }
        members["dpop_bound_access_tokens_required"] = .bool(requiresBoundTokens)
        return members
    }

    /// The document, for a response of type `application/json`.
    public func json() throws(ProofBuildingError) -> [UInt8] { try ClaimValue.object(members).json() }
}

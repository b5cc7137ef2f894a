import DPoPCore
import Testing

@testable import DPoPServer

/// RFC 9449 §5.1 and §5.2, RFC 9728 §2 and §3.1.
@Suite struct MetadataTests {
    private func metadata(
        _ resource: String = "https://api.example.com/orders",
        _ change: (inout ResourceConfiguration) -> Void = { _ in }
    ) throws -> ProtectedResourceMetadata {
        try ProtectedResourceMetadata(
            resource: resource, authorizationServers: ["https://as.example.com"], scopes: ["read"],
            configuration: ServerKit.configuration(change))
    }

    @Test("a resource's document says how it is protected")
    func resource() throws {
        var metadata = try metadata {
            $0.metadataRequiresBoundTokens = true
            $0.policy.algorithms = [.es256, .ps256]
        }
        metadata.additional = ["resource_name": "Orders", "resource": "https://evil.example/"]
        #expect(
            metadata.members == [
                "resource": "https://api.example.com/orders",
                "authorization_servers": .array(["https://as.example.com"]),
                "bearer_methods_supported": .array(["header"]), "scopes_supported": .array(["read"]),
                "dpop_signing_alg_values_supported": .array(["ES256", "PS256"]),
                "dpop_bound_access_tokens_required": true,
                "resource_name": "Orders",
            ])
        #expect(try ClaimValue(json: metadata.json()) == .object(metadata.members))
        #expect(try self.metadata { $0.dpop = .off }.members["dpop_signing_alg_values_supported"] == nil)
        #expect(try self.metadata().members["dpop_bound_access_tokens_required"] == false)
    }

    @Test(
        "the well-known name stands between the host and the resource's path",
        arguments: [
            ("https://api.example.com", "/.well-known/oauth-protected-resource"),
            ("https://api.example.com/", "/.well-known/oauth-protected-resource"),
            ("https://api.example.com/a/b", "/.well-known/oauth-protected-resource/a/b"),
        ])
    func path(_ resource: String, _ path: String) throws {
        #expect(try metadata(resource).wellKnownPath == path)
    }

    @Test(
        "a resource elsewhere, with a query or a fragment is refused",
        arguments: [
            "https://other.example.com/", "/orders", "https://api.example.com/?a", "https://api.example.com/#a", "",
        ])
    func refused(_ resource: String) {
        #expect(throws: ConfigurationError.self) { try metadata(resource) }
    }

    @Test("an authorization server's document names its algorithms, and a client's whether its tokens are bound")
    func authorizationServer() {
        var policy = VerificationPolicy.default
        policy.algorithms = [.es256]
        #expect(
            DPoPMetadata.authorizationServer(policy) == ["dpop_signing_alg_values_supported": .array(["ES256"])])
        #expect(!DPoPMetadata.requiresBoundTokens(client: [:]))
        #expect(!DPoPMetadata.requiresBoundTokens(client: ["dpop_bound_access_tokens": false]))
        for value in [ClaimValue.bool(true), "true", "false", .null, .integer(0)] {
            #expect(DPoPMetadata.requiresBoundTokens(client: ["dpop_bound_access_tokens": value]))
        }
    }
}

#if Hummingbird
    import DPoPCore
    import DPoPServer

    extension LoopbackServer {
        /// The authorization server's metadata (RFC 8414 §2, RFC 9126 §5, RFC 9207 §3, RFC 9449 §5.1, RFC 9728 §4).
        var serverMetadata: [String: ClaimValue] {
            func list(_ values: String...) -> ClaimValue { .array(values.map { .string($0) }) }
            var members: [String: ClaimValue] = [
                "issuer": .string(origin),
                "authorization_endpoint": .string(origin + ServePath.authorize),
                "token_endpoint": .string(origin + ServePath.token),
                "pushed_authorization_request_endpoint": .string(origin + ServePath.push),
                "introspection_endpoint": .string(origin + ServePath.introspect),
                "revocation_endpoint": .string(origin + ServePath.revoke),
                "jwks_uri": .string(origin + ServePath.keys),
                "protected_resources": list(mint.audience),
                "response_types_supported": list("code"),
                "response_modes_supported": list("query"),
                "grant_types_supported": list("authorization_code", "client_credentials", "refresh_token"),
                "code_challenge_methods_supported": list("S256"),
                "token_endpoint_auth_methods_supported": list("client_secret_basic", "client_secret_post", "none"),
                "revocation_endpoint_auth_methods_supported": list("client_secret_basic", "client_secret_post", "none"),
                "introspection_endpoint_auth_methods_supported": list("client_secret_basic", "client_secret_post"),
                "authorization_response_iss_parameter_supported": true,
            ]
            members.merge(DPoPMetadata.authorizationServer(.default)) { own, _ in own }
            return members
        }
    }
#endif

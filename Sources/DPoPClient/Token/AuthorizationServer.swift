public import DPoPCore

/// What a client needs to know of an authorization server (RFC 8414 §2, RFC 9126 §5, RFC 9449 §5.1, RFC 9207 §3): from
/// its own document by ``discover(_:over:)``, or written down by hand.
///
/// Its endpoints are https URIs without userinfo and fragment; http only on 127.0.0.1, [::1] and localhost, for tests.
public struct AuthorizationServer: Sendable, Hashable {
    let issuerURI: Endpoint
    let token: Endpoint
    let authorization: Endpoint?
    let pushedAuthorization: Endpoint?
    let revocation: Endpoint?

    /// `dpop_signing_alg_values_supported`: the algorithms of the proofs that it takes; nil if it does not say.
    public let proofAlgorithms: [String]?

    /// `token_endpoint_auth_methods_supported`; nil if it does not say, which means `client_secret_basic`.
    public let authenticationMethods: [String]?

    /// Whether it names itself in every redirect back to the client (RFC 9207 §3).
    public let namesItselfInRedirects: Bool

    /// Who issues the tokens, as its document has it.
    public var issuer: String { issuerURI.text }
    public var tokenEndpoint: String { token.text }
    public var authorizationEndpoint: String? { authorization?.text }
    public var pushedAuthorizationRequestEndpoint: String? { pushedAuthorization?.text }
    public var revocationEndpoint: String? { revocation?.text }

    /// Throws `malformedRequest` for an issuer or an endpoint that is not as the type says, and for an issuer with a
    /// query.
    public init(
        issuer: String, tokenEndpoint: String, authorizationEndpoint: String? = nil,
        pushedAuthorizationRequestEndpoint: String? = nil, revocationEndpoint: String? = nil,
        proofAlgorithms: [String]? = nil, authenticationMethods: [String]? = nil, namesItselfInRedirects: Bool = false
    ) throws(DPoPClientError) {
        issuerURI = try AuthorizationServer.issuer(issuer)
        token = try AuthorizationServer.endpoint(tokenEndpoint)
        authorization = try authorizationEndpoint.map(AuthorizationServer.endpoint)
        pushedAuthorization = try pushedAuthorizationRequestEndpoint.map(AuthorizationServer.endpoint)
        revocation = try revocationEndpoint.map(AuthorizationServer.endpoint)
        self.proofAlgorithms = proofAlgorithms
        self.authenticationMethods = authenticationMethods
        self.namesItselfInRedirects = namesItselfInRedirects
    }

    private static let plainHosts = "http only on 127.0.0.1, [::1] and localhost"

    static func issuer(_ text: String) throws(DPoPClientError) -> Endpoint {
        guard let issuer = Endpoint(text), !issuer.hasQuery else {
            throw DPoPClientError(
                .malformedRequest,
                "the issuer is no https URI without userinfo, query and fragment (\(AuthorizationServer.plainHosts))")
        }
        return issuer
    }

    private static func endpoint(_ text: String) throws(DPoPClientError) -> Endpoint {
        guard let endpoint = Endpoint(text) else {
            throw DPoPClientError(
                .malformedRequest,
                "an endpoint is no https URI without userinfo and fragment (\(AuthorizationServer.plainHosts))")
        }
        return endpoint
    }

    /// Throws `algorithmNotOffered` where the server says which algorithms it takes, and this is none of them.
    public func requireOffered(_ algorithm: SigningAlgorithm) throws(DPoPClientError) {
        guard let proofAlgorithms else { return }
        guard proofAlgorithms.contains(where: { $0.utf8.elementsEqual(algorithm.rawValue.utf8) }) else {
            throw DPoPClientError(
                .algorithmNotOffered, "the server takes no proofs of the algorithm that the key signs with")
        }
    }
}

extension DPoPClientError.Code {
    /// The authorization server takes no proofs of our key's algorithm (RFC 9449 §5.1). Nothing was sent.
    public static let algorithmNotOffered = Self(rawValue: "algorithmNotOffered")
    /// The authorization server names no endpoint for this. Nothing was sent.
    public static let endpointNotOffered = Self(rawValue: "endpointNotOffered")
}

import DPoPCore
import HTTPTypes

extension AuthorizationServer {
    /// Fetches what a server says of itself (RFC 8414 §3), from `/.well-known/oauth-authorization-server` between host
    /// and path of its issuer, or if that is not found from `/.well-known/openid-configuration` at the end of it
    /// (OpenID Connect Discovery §4).
    ///
    /// - Parameters:
    ///   - issuer: an https URI without query; http on this machine alone.
    ///   - transport: what sends; no proof and no credential is carried.
    ///
    /// The document is one strict JSON object of at most 1 MiB that names this issuer, byte for byte. A server on https
    /// can not name endpoints on http, so that no other machine chooses what is asked on this one.
    ///
    /// Throws `malformedRequest` for an issuer that is none, `redirectRefused`, `refusedByServer` for another status
    /// than 200, `malformedAnswer`, and what the transport throws.
    public static func discover(
        _ issuer: String, over transport: any ClientTransport
    ) async throws -> AuthorizationServer {
        let own = try AuthorizationServer.issuer(issuer)
        func fetch(_ path: String) async throws -> (response: HTTPResponse, body: [UInt8]) {
            guard let endpoint = own.replacingPath(path) else {
                throw DPoPClientError(.malformedRequest, "the issuer is too long")
            }
            return try await transport.send(endpoint.request(.get), body: [], upTo: TokenResponse.maximumSize)
        }
        let path = own.trimmedPath
        var (response, body) = try await fetch("/.well-known/oauth-authorization-server\(path)")
        if response.status.code == 404 {
            (response, body) = try await fetch("\(path)/.well-known/openid-configuration")
        }
        try DPoPClientError.refuseRedirect(response)
        guard response.status.code == 200 else {
            throw DPoPClientError(.refusedByServer, "the server gave no metadata", response: response)
        }
        return try read(body, own, response)
    }

    private static func read(
        _ body: [UInt8], _ issuer: Endpoint, _ response: HTTPResponse
    ) throws(DPoPClientError) -> AuthorizationServer {
        func malformed(_ reason: String) -> DPoPClientError {
            DPoPClientError(.malformedAnswer, reason, response: response)
        }
        guard body.count <= TokenResponse.maximumSize, let document = try? ClaimValue(json: body) else {
            throw malformed("the metadata is not one JSON object")
        }
        guard let name = document["issuer"]?.text, name.utf8.elementsEqual(issuer.text.utf8) else {
            throw malformed("the metadata is of another issuer")
        }
        func uri(_ member: String) throws(DPoPClientError) -> String? {
            guard let value = document[member] else { return nil }
            guard let text = value.text, let endpoint = Endpoint(text), !endpoint.isPlain || issuer.isPlain else {
                throw malformed("an endpoint of the metadata is no https URI without fragment")
            }
            return text
        }
        func list(_ member: String) throws(DPoPClientError) -> [String]? {
            guard let value = document[member] else { return nil }
            guard case .array(let elements) = value else { throw malformed("a list of the metadata is none") }
            let texts = elements.compactMap(\.text)
            guard texts.count == elements.count else { throw malformed("a list of the metadata holds other things") }
            return texts
        }
        guard let tokenEndpoint = try uri("token_endpoint") else {
            throw malformed("the metadata has no token_endpoint")
        }
        let namesItself: Bool
        switch document["authorization_response_iss_parameter_supported"] {
        case nil: namesItself = false
        case .bool(let flag)?: namesItself = flag
        default: throw malformed("a flag of the metadata is none")
        }
        return try AuthorizationServer(
            issuer: issuer.text, tokenEndpoint: tokenEndpoint, authorizationEndpoint: uri("authorization_endpoint"),
            pushedAuthorizationRequestEndpoint: uri("pushed_authorization_request_endpoint"),
            revocationEndpoint: uri("revocation_endpoint"),
            proofAlgorithms: list("dpop_signing_alg_values_supported"),
            authenticationMethods: list("token_endpoint_auth_methods_supported"), namesItselfInRedirects: namesItself)
    }
}

extension DPoPClientError {
    /// Throws `redirectRefused` for a redirect; credentials go nowhere else.
    static func refuseRedirect(_ response: HTTPResponse) throws(DPoPClientError) {
        guard response.status.kind == .redirection else { return }
        throw DPoPClientError(
            .redirectRefused, "an authorization server redirects, which must not be followed", response: response)
    }
}

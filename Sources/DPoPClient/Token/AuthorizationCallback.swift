import DPoPCore

extension AuthorizationRequest {
    /// The code of the redirect back (RFC 6749 §4.1.2, RFC 9207 §2.4).
    ///
    /// - Parameters:
    ///   - callback: the URI that the browser was sent to, or its path and query; up to 65,536 bytes.
    ///   - server: that the request went to. It is kept with the request, never chosen by what the callback says: else the
    ///     code could be sent to another server (RFC 9207 §2.4).
    ///
    /// Throws `malformedAnswer` where `state` is not this request's, `iss` is not the server's or is missing although
    /// the server always gives it, a parameter occurs twice, or there is no code; `refusedByServer` for an `error`.
    /// What comes with another state says nothing of this request: who sent it is not known.
    public func code(from callback: String, at server: AuthorizationServer) throws(DPoPClientError) -> String {
        let parameters = try CallbackQuery.parameters(of: callback)
        func malformed(_ reason: String) -> DPoPClientError { DPoPClientError(.malformedAnswer, reason) }
        guard let state = parameters["state"], state.utf8.elementsEqual(self.state.utf8) else {
            throw malformed("the redirect's state is not the request's")
        }
        if let issuer = parameters["iss"] {
            guard issuer.utf8.elementsEqual(server.issuer.utf8) else {
                throw malformed("the redirect is of another issuer")
            }
        } else if server.namesItselfInRedirects {
            throw malformed("the redirect does not name its issuer")
        }
        if let error = parameters["error"] {
            guard parameters["code"] == nil else { throw malformed("the redirect has a code and an error") }
            throw DPoPClientError(
                .refusedByServer, "no authorization was given",
                serverError: ServerError(code: error, description: parameters["error_description"]))
        }
        guard let code = parameters["code"], TokenResponse.isToken(code) else {
            throw malformed("the redirect has no code")
        }
        return code
    }
}

extension TokenClient {
    /// A token for what a redirect back brought.
    ///
    /// - Parameters:
    ///   - callback: as for ``AuthorizationRequest/code(from:at:)``.
    ///   - requests: of the session whose key the authorization request named.
    ///
    /// Throws `keyMismatch` for another session; otherwise as reading the code and as the grants do.
    public func redeem(
        _ callback: String, of authorization: AuthorizationRequest, proving requests: TokenRequests
    ) async throws -> TokenResponse {
        guard authorization.jkt == requests.core.jkt else {
            throw DPoPClientError(.keyMismatch, "the authorization request named another key than the session's")
        }
        return try await redeem(
            code: authorization.code(from: callback, at: server), redirectURI: authorization.redirectURI,
            codeVerifier: authorization.codeVerifier, resource: authorization.resource, proving: requests)
    }
}

/// The parameters of a redirect's query (application/x-www-form-urlencoded).
enum CallbackQuery {
    static let maximumSize = 65_536

    /// Throws `malformedAnswer` for a URI without a query or too long, an escape that is none, what is not UTF-8 when
    /// it is decoded, and a name that occurs twice (RFC 6749 §3.1).
    static func parameters(of uri: String) throws(DPoPClientError) -> [String: String] {
        func malformed(_ reason: String) -> DPoPClientError { DPoPClientError(.malformedAnswer, reason) }
        let bytes = uri.utf8
        guard bytes.count <= maximumSize else { throw malformed("the redirect's URI is too long") }
        let whole = bytes.prefix { $0 != UInt8(ascii: "#") }
        guard let start = whole.firstIndex(of: UInt8(ascii: "?")) else {
            throw malformed("the redirect's URI has no query")
        }
        var parameters: [String: String] = [:]
        for piece in whole[start...].dropFirst().split(separator: UInt8(ascii: "&")) {
            let end = piece.firstIndex(of: UInt8(ascii: "=")) ?? piece.endIndex
            guard let name = FormEncoding.decode(piece[..<end]),
                let value = FormEncoding.decode(piece[end...].dropFirst())
            else {
                throw malformed("the redirect's query is no form")
            }
            guard parameters.updateValue(value, forKey: name) == nil else {
                throw malformed("a parameter of the redirect occurs twice")
            }
        }
        return parameters
    }
}

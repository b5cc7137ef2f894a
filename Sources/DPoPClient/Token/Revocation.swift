public import DPoPCore
import HTTPTypes

extension TokenClient {
    /// Ends a refresh token, and with it what it was granted for as far as the server keeps track (RFC 7009 §2.1). A
    /// token that the server does not know counts as revoked.
    ///
    /// - Parameter now: for the client's own assertion.
    ///
    /// No proof is carried: RFC 7009 knows none, and the token is given up. Throws `endpointNotOffered`,
    /// `refusedByServer`, `redirectRefused`, and what the transport throws.
    public func revoke(_ token: RefreshToken, now: UnixTime = .now()) async throws {
        try await revoke(token.text, "refresh_token", now)
    }

    /// Ends an access token, as far as its resources ask the server. Otherwise as for a refresh token.
    public func revoke(_ token: AccessCredential, now: UnixTime = .now()) async throws {
        let text =
            switch token {
            case .bound(let token): token.accessToken
            case .bearer(let token): token.accessToken
            }
        try await revoke(text, "access_token", now)
    }

    private func revoke(_ token: String, _ hint: String, _ now: UnixTime) async throws {
        guard let endpoint = server.revocation else {
            throw DPoPClientError(.endpointNotOffered, "the server has no revocation endpoint")
        }
        let form = [("token", token), ("token_type_hint", hint)]
        let (request, body) = try await authentication.applied(
            to: endpoint.formRequest, form, issuer: server.issuer, now: now)
        let (response, answer) = try await transport.send(request, body: body, upTo: TokenResponse.maximumSize)
        try DPoPClientError.refuseRedirect(response)
        guard response.status.code == 200 else {
            throw DPoPClientError(
                .refusedByServer, "the token was not revoked", response: response,
                serverError: ServerError(response, body: answer) ?? ServerError(body: answer))
        }
    }
}

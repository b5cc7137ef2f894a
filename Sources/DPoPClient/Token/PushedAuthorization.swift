public import DPoPCore
import HTTPTypes

/// An authorization request that the server holds (RFC 9126).
public struct PushedAuthorization: Sendable, Hashable {
    /// Its name, to be used once: 1 to 4,096 visible ASCII characters.
    public let requestURI: String

    /// Until when it counts, by our clock.
    public let expiresAt: UnixTime
}

extension PushedAuthorization: CustomStringConvertible, CustomReflectable {
    /// Its lifetime: who knows the name can begin the request in another browser.
    public var description: String { "PushedAuthorization(expiresAt: \(expiresAt))" }
    public var customMirror: Mirror { Mirror(self, children: ["expiresAt": expiresAt]) }
}

extension TokenClient {
    /// Gives an authorization request to the server, so that none of it goes through the user's browser (RFC 9126
    /// §2.1). Carries a proof and names its key as `dpop_jkt` too (RFC 9449 §10.1).
    ///
    /// - Parameter requests: of the session whose key the tokens are to be bound to.
    ///
    /// Throws `endpointNotOffered`, `keyMismatch` for a request that names another key, `malformedRequest` for one of
    /// another client; otherwise as the grants.
    public func push(
        _ authorization: AuthorizationRequest, proving requests: TokenRequests
    ) async throws -> PushedAuthorization {
        guard let endpoint = server.pushedAuthorization else {
            throw DPoPClientError(.endpointNotOffered, "the server has no endpoint for pushed authorization requests")
        }
        guard authorization.jkt == requests.core.jkt else {
            throw DPoPClientError(.keyMismatch, "the authorization request names another key than the session's")
        }
        guard authorization.clientID.utf8.elementsEqual(authentication.clientID.utf8) else {
            throw DPoPClientError(.malformedRequest, "the authorization request is of another client")
        }
        let end = try await post(authorization.parameters, to: endpoint, proving: requests)
        return try PushedAuthorization(end.response, end.body, now: end.request.facts.signedAt)
    }
}

extension PushedAuthorization {
    /// From 201 with `request_uri` and `expires_in` (RFC 9126 §2.2).
    fileprivate init(_ response: HTTPResponse, _ body: [UInt8], now: UnixTime) throws(DPoPClientError) {
        guard response.status.code == 201 else {
            throw DPoPClientError(
                .refusedByServer, "the authorization request was not taken", response: response,
                serverError: ServerError(response, body: body) ?? ServerError(body: body))
        }
        guard body.count <= TokenResponse.maximumSize, let answer = try? ClaimValue(json: body),
            let uri = answer["request_uri"]?.text, 1...4_096 ~= uri.utf8.count,
            uri.utf8.allSatisfy({ 0x21...0x7E ~= $0 }), case .integer(let seconds)? = answer["expires_in"],
            1...UnixTime.latestClaim ~= seconds
        else {
            throw DPoPClientError(
                .malformedAnswer, "the answer has no request_uri and lifetime", response: response)
        }
        requestURI = uri
        expiresAt = now.advanced(bySeconds: seconds)
    }
}

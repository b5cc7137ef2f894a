public import HTTPTypes

/// Makes requests carry what shows who sends them: an access token and its proof, or a proof alone.
///
/// Transports take one; ``exchange(_:body:send:errorBody:)`` does with it all that a request may need.
public protocol RequestSigner: Sendable {
    /// Signs a request for one send.
    ///
    /// - Parameters:
    ///   - request: with scheme, authority and path. Its `Authorization` field is replaced where an access token is
    ///     carried, its `DPoP` field always.
    ///   - retry: nil the first time, then what ``SignedRequest/assess(_:errorBody:)`` of the send before gave.
    ///
    /// Throws a ``DPoPClientError``, or what a source of tokens throws. Where nothing is known of the server yet it waits
    /// for the first answer from it (``SessionSettings/coldWait``).
    func sign(_ request: HTTPRequest, as retry: Retry?) async throws -> SignedRequest
}

extension RequestSigner {
    /// Signs a request for its first send.
    public func sign(_ request: HTTPRequest) async throws -> SignedRequest { try await sign(request, as: nil) }
}

/// Requests to a resource with one bound token. Made by ``DPoPSession/requests(with:)``.
public struct BoundRequests: RequestSigner {
    let core: SessionCore
    let token: BoundToken

    /// Throws a ``DPoPClientError``. A token that was refused is not signed for again: there is no other, and the server's
    /// answer to it was final.
    public func sign(_ request: HTTPRequest, as retry: Retry?) async throws -> SignedRequest {
        try await core.sign(request, with: token, as: retry)
    }
}

/// Requests to an authorization server, which carry a proof and no access token (RFC 9449 §5). Made by
/// ``DPoPSession/tokenRequests``.
public struct TokenRequests: RequestSigner {
    let core: SessionCore

    /// Throws a ``DPoPClientError``.
    public func sign(_ request: HTTPRequest, as retry: Retry?) async throws -> SignedRequest {
        try await core.sign(request, with: nil, as: retry)
    }
}

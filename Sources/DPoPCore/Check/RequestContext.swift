/// What the server saw of a request, against which a proof is checked.
///
/// There are two constructors and no third, so that a forgotten argument can not turn one use into the other: a
/// request for a resource always has an access token, a token request never does.
public struct RequestContext: Sendable {
    let method: String
    let targetURI: TargetURI
    let use: Use

    enum Use: Sendable {
        case resource(AccessTokenHash, boundTo: Thumbprint?)
        case tokenRequest
    }

    /// What the proof's key must be.
    enum Binding: Sendable {
        /// The one that the presented token is bound to; nil while that is not known.
        case token(Thumbprint?)
        /// Any: the token to be issued will be bound to it.
        case newToken
    }

    var binding: Binding {
        switch use {
        case .resource(_, let bound): .token(bound)
        case .tokenRequest: .newToken
        }
    }

    /// A request for a protected resource (RFC 9449 §7).
    ///
    /// - Parameters:
    ///   - method: the method on the wire, case-sensitive (RFC 9110 §9.1); no override header.
    ///   - targetURI: the request's target URI, from the server's configuration and the request's path.
    ///   - accessToken: the token from the Authorization field, exactly.
    ///   - boundThumbprint: the `jkt` that the access token is bound to. Nil only if it is not known yet, because the
    ///     token is still to be looked up: then ``CheckedProof/bind(to:)`` must name it, and
    ///     ``ProofVerifier/verify(_:for:now:)`` refuses.
    public static func resource(
        method: String, targetURI: TargetURI, accessToken: String, boundTo boundThumbprint: Thumbprint?
    ) -> RequestContext {
        RequestContext(
            method: method, targetURI: targetURI,
            use: .resource(AccessTokenHash(of: accessToken), boundTo: boundThumbprint))
    }

    /// A request to the token endpoint, or to the pushed authorization request endpoint (RFC 9449 §5, §10.1).
    ///
    /// The token to be issued is bound to the proof's own key. Where the request presents a refresh token or a code
    /// that is bound already, use ``ProofVerifier/check(_:for:now:)`` and ``CheckedProof/bind(to:)``.
    public static func tokenRequest(method: String, targetURI: TargetURI) -> RequestContext {
        RequestContext(method: method, targetURI: targetURI, use: .tokenRequest)
    }
}

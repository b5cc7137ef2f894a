public import DPoPCore

/// A request for an authorization code by way of the user's browser, for a key (RFC 6749 §4.1.1, RFC 7636, RFC 9449
/// §10): the code is good only with a proof of that key and with the code verifier.
///
///     let request = try AuthorizationRequest(clientID: id, redirectURI: uri, scope: ["orders"], jkt: session.jkt)
///     open(try request.url(at: server))
///     let answer = try await client.redeem(callback, of: request, proving: session.tokenRequests)
///
/// Keep it with the user's browser session until the redirect comes back: what is not kept whole can be made again with
/// its ``state`` and ``codeVerifier``.
public struct AuthorizationRequest: Sendable {
    public let clientID: String
    public let redirectURI: String
    public let scope: [String]

    /// URIs of what the token is for (RFC 8707 §2).
    public let resource: [String]

    /// What ties the redirect back to this request, and to the browser that it was begun in.
    public let state: String

    /// A secret until the code is redeemed.
    public let codeVerifier: String

    /// The thumbprint of the key that the tokens are to be bound to.
    public let jkt: Thumbprint

    private let extra: [String: String]

    /// - Parameters:
    ///   - redirectURI: as it is registered.
    ///   - extra: more parameters, such as `prompt` or OpenID Connect's `nonce`.
    ///   - state: nil makes one of 128 random bits; else 1 to 1,024 printable ASCII characters.
    ///   - codeVerifier: nil makes one of 256 random bits; else 43 to 128 unreserved characters (RFC 7636 §4.1).
    ///
    /// Throws `malformedRequest` for a scope, state, verifier or name of an extra parameter that is none or taken;
    /// `keyUnavailable` without random numbers.
    public init(
        clientID: String, redirectURI: String, scope: [String] = [], resource: [String] = [],
        extra: [String: String] = [:], jkt: Thumbprint, state: String? = nil, codeVerifier: String? = nil
    ) throws(DPoPClientError) {
        _ = try Scope.text(scope)
        let state = if let state { state } else { try RandomText.make(octets: 16) }
        let verifier = if let codeVerifier { codeVerifier } else { try CodeVerifier.random() }
        guard 1...1_024 ~= state.utf8.count, state.utf8.allSatisfy({ 0x20...0x7E ~= $0 }) else {
            throw DPoPClientError(.malformedRequest, "the state is not of 1 to 1024 printable ASCII characters")
        }
        guard CodeVerifier.isOne(verifier) else {
            throw DPoPClientError(.malformedRequest, "the code verifier is not of 43 to 128 unreserved characters")
        }
        guard !extra.keys.contains(where: { $0.isEmpty || AuthorizationRequest.ownNames.contains($0) }) else {
            throw DPoPClientError(.malformedRequest, "an extra parameter has a name that is taken, or none")
        }
        self.clientID = clientID
        self.redirectURI = redirectURI
        self.scope = scope
        self.resource = resource
        self.state = state
        self.codeVerifier = verifier
        self.jkt = jkt
        self.extra = extra
    }

    /// What is set here, what only a server gives, and how else a request is handed over (RFC 9101).
    private static let ownNames: Set = [
        "response_type", "client_id", "redirect_uri", "scope", "resource", "state", "code_challenge",
        "code_challenge_method", "dpop_jkt", "request", "request_uri", "client_secret", "client_assertion",
        "client_assertion_type",
    ]

    /// The parameters, in the order in which they are sent; extra ones last, by their names' bytes.
    public var parameters: [(name: String, value: String)] {
        var form = [("response_type", "code"), ("client_id", clientID), ("redirect_uri", redirectURI)]
        if !scope.isEmpty { form.append(("scope", scope.joined(separator: " "))) }
        form += resource.map { ("resource", $0) }
        form += [
            ("state", state), ("code_challenge", CodeVerifier.challenge(codeVerifier)),
            ("code_challenge_method", "S256"), ("dpop_jkt", jkt.jkt),
        ]
        form += extra.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map { ($0.key, $0.value) }
        return form
    }

    /// Where the browser is sent. Throws `endpointNotOffered` for a server without an authorization endpoint.
    public func url(at server: AuthorizationServer) throws(DPoPClientError) -> String {
        try AuthorizationRequest.endpoint(server).adding(parameters)
    }

    /// Where the browser is sent with a request that the server holds already (RFC 9126 §4). Throws as `url(at:)`.
    public func url(at server: AuthorizationServer, pushed: PushedAuthorization) throws(DPoPClientError) -> String {
        try AuthorizationRequest.endpoint(server).adding([
            ("client_id", clientID), ("request_uri", pushed.requestURI),
        ])
    }

    private static func endpoint(_ server: AuthorizationServer) throws(DPoPClientError) -> Endpoint {
        guard let endpoint = server.authorization else {
            throw DPoPClientError(.endpointNotOffered, "the server has no authorization endpoint")
        }
        return endpoint
    }
}

extension AuthorizationRequest: CustomStringConvertible, CustomReflectable {
    /// Names client and key; neither state nor verifier.
    public var description: String { "AuthorizationRequest(jkt: \(jkt))" }
    public var customMirror: Mirror { Mirror(self, children: ["jkt": jkt]) }
}

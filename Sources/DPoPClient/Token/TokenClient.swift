import DPoPCore
import HTTPTypes

/// Asks an authorization server for tokens, each bound to the key of the session that proves for it (RFC 9449 §5).
///
///     let server = try await AuthorizationServer.discover("https://as.example.com", over: transport)
///     let client = TokenClient(
///         server: server, authentication: .clientSecretBasic(id: id, secret: secret), transport: transport)
///     let answer = try await client.clientCredentials(scope: ["orders"], proving: session.tokenRequests)
///
/// Its methods throw a ``DPoPClientError``: `algorithmNotOffered` and `endpointNotOffered` before anything is sent;
/// `refusedByServer` with what the server said, for any status that is no success; `malformedAnswer`, `downgraded`,
/// `redirectRefused`; what an exchange and a signer throw. What the transport throws is passed on as it is. A refusal
/// is final: only a nonce or a clock makes a request go out again.
public struct TokenClient: Sendable {
    public let server: AuthorizationServer
    public let authentication: ClientAuthentication

    /// Whether an unbound token is taken.
    public let binding: BindingPolicy

    let transport: any ClientTransport

    public init(
        server: AuthorizationServer, authentication: ClientAuthentication, transport: any ClientTransport,
        binding: BindingPolicy = .required
    ) {
        self.server = server
        self.authentication = authentication
        self.transport = transport
        self.binding = binding
    }

    /// A token for the client itself (RFC 6749 §4.4).
    ///
    /// - Parameters:
    ///   - scope: empty for the server's default.
    ///   - resource: URIs of what the token is for (RFC 8707 §2).
    ///   - requests: of the session whose key the token is to be bound to.
    ///
    /// Throws `malformedRequest` for a scope that is none (RFC 6749 §3.3).
    public func clientCredentials(
        scope: [String] = [], resource: [String] = [], proving requests: TokenRequests
    ) async throws -> TokenResponse {
        try await grant([("grant_type", "client_credentials")], scope, resource, proving: requests)
    }

    /// Another token for a refresh token (RFC 6749 §6). The answer holds the old refresh token where the server gives
    /// no new one.
    ///
    /// - Parameters:
    ///   - scope: no more than was granted; empty for all of that.
    ///   - requests: of the session whose key the token is to be bound to; a client with credentials may come with
    ///     another key than before.
    ///
    /// Throws `keyMismatch`, and sends nothing, for a public client with another key than the refresh token's (RFC 9449
    /// §5); `malformedRequest` for a scope that is none.
    public func refresh(
        _ token: RefreshToken, scope: [String] = [], resource: [String] = [], proving requests: TokenRequests
    ) async throws -> TokenResponse {
        guard !authentication.isPublic || token.jkt == requests.core.jkt else {
            throw DPoPClientError(
                .keyMismatch, "a public client's refresh token stays with its key; another key needs a new grant")
        }
        let form = [("grant_type", "refresh_token"), ("refresh_token", token.text)]
        return try await grant(form, scope, resource, proving: requests).keeping(token)
    }

    /// A token for an authorization code (RFC 6749 §4.1.3).
    ///
    /// - Parameters:
    ///   - redirectURI: as it was in the authorization request.
    ///   - codeVerifier: whose challenge was in it (RFC 7636 §4.5).
    ///   - requests: of the session whose key the token is to be bound to, the one of `dpop_jkt` if that was sent.
    public func redeem(
        code: String, redirectURI: String, codeVerifier: String, resource: [String] = [],
        proving requests: TokenRequests
    ) async throws -> TokenResponse {
        let form = [
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", redirectURI),
            ("code_verifier", codeVerifier),
        ]
        return try await grant(form, [], resource, proving: requests)
    }

    private func grant(
        _ form: [(name: String, value: String)], _ scope: [String], _ resource: [String],
        proving requests: TokenRequests
    ) async throws -> TokenResponse {
        var form = form
        if !scope.isEmpty { form.append(("scope", try Scope.text(scope))) }
        form += resource.map { ("resource", $0) }
        let end = try await post(form, to: server.token, proving: requests)
        // A lifetime counts from before the answer was written: too short by the way here, never too long.
        return try TokenResponse(
            end.response, body: end.body, to: end.request, policy: binding, now: end.request.facts.signedAt)
    }

    /// Sends a form with a proof, and with the client's authentication, made anew for each send.
    func post(
        _ form: [(name: String, value: String)], to endpoint: Endpoint, proving requests: TokenRequests
    ) async throws -> Exchanged<[UInt8]> {
        try server.requireOffered(requests.core.algorithm)
        return try await requests.exchange(endpoint.formRequest) { request, _ in
            let memory = requests.core.memory
            let now = memory.now.advanced(bySeconds: memory.clocks.offset(endpoint.origin))
            let (request, body) = try await authentication.applied(to: request, form, issuer: server.issuer, now: now)
            return try await transport.send(request, body: body, upTo: TokenResponse.maximumSize)
        } errorBody: { body in
            body
        }
    }
}

extension TokenClient: CustomStringConvertible, CustomReflectable {
    /// Names the server. A transport may hold anything.
    public var description: String { "TokenClient(\(server.issuer))" }
    public var customMirror: Mirror { Mirror(self, children: ["issuer": server.issuer]) }
}

/// `scope` (RFC 6749 §3.3).
enum Scope {
    /// The scopes with a space between two. Throws `malformedRequest` for one that is none.
    static func text(_ scopes: [String]) throws(DPoPClientError) -> String {
        guard scopes.allSatisfy({ isOne($0.utf8[...]) }) else {
            throw DPoPClientError(.malformedRequest, "a scope is empty or has a space or another character of no scope")
        }
        return scopes.joined(separator: " ")
    }

    /// The scopes of a text in their order; nil if there is one that is none.
    static func all(in text: String) -> [String]? {
        let parts = text.utf8.split(separator: UInt8(ascii: " "))
        return parts.allSatisfy(isOne) ? parts.map { String(Substring($0)) } : nil
    }

    private static func isOne(_ text: Substring.UTF8View) -> Bool {
        !text.isEmpty && text.allSatisfy { 0x21...0x7E ~= $0 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
    }
}

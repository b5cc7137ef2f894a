public import DPoPCore

extension TokenSource {
    /// Where tokens come from if there is no refresh token, or it is no longer taken.
    public enum Grant: Sendable, Hashable {
        /// The client's own credentials (RFC 6749 §4.4).
        case clientCredentials
        /// Somebody's consent, by ``AuthorizationRequest`` and ``accept(_:)``. Without a token of that, and when the refresh
        /// token has ended, the source throws `grantNeeded`; with what the server said when it refused that token.
        case authorizationCode
    }

    /// With tokens of an authorization server.
    ///
    ///     let tokens = TokenSource(client: client, scope: ["orders"], store: FileSessionStore(path: path))
    ///     let answer = try await tokens.send(request, over: transport)
    ///
    /// - Parameters:
    ///   - client: who asks. A public one's refresh tokens stay with their key.
    ///   - scope: of a new grant; empty for the server's default. A refresh token gets what was granted with it, so that
    ///     another scope takes effect with the next new grant.
    ///   - resource: URIs of what the tokens are for (RFC 8707 §2), which are among those that were granted.
    ///   - store: where key and tokens are, of this client at this server and no other. Default: in memory.
    ///   - algorithm: of the key that is made where there is none.
    public convenience init(
        client: TokenClient, grant: Grant = .clientCredentials, scope: [String] = [], resource: [String] = [],
        store: any SessionStore = MemorySessionStore(), settings: SessionSettings = SessionSettings(),
        algorithm: SigningAlgorithm = .es256
    ) {
        self.init(
            store, SessionMemory(settings), Signers(), algorithm, client.refreshBinding, client.identity,
            client.binding, client.tokens(by: grant, scope, resource))
    }

    /// The same with a key that the caller holds; the store keeps its thumbprint. A record of another key is
    /// `keyMismatch`, and stays as it is.
    public convenience init(
        client: TokenClient, signer: some LocalProofSigner, grant: Grant = .clientCredentials, scope: [String] = [],
        resource: [String] = [], store: any SessionStore = MemorySessionStore(),
        settings: SessionSettings = SessionSettings()
    ) {
        let memory = SessionMemory(settings)
        self.init(
            store, memory, Signers(DPoPSession(ProofBuilder(signer: signer), memory).core), signer.algorithm,
            client.refreshBinding, client.identity, client.binding, client.tokens(by: grant, scope, resource))
    }

    /// The same with a key that is held elsewhere.
    public convenience init(
        client: TokenClient, signer: some ProofSigner, grant: Grant = .clientCredentials, scope: [String] = [],
        resource: [String] = [], store: any SessionStore = MemorySessionStore(),
        settings: SessionSettings = SessionSettings()
    ) {
        let memory = SessionMemory(settings)
        self.init(
            store, memory, Signers(DPoPSession(ProofBuilder(signer: signer), memory).core), signer.algorithm,
            client.refreshBinding, client.identity, client.binding, client.tokens(by: grant, scope, resource))
    }
}

extension TokenClient {
    fileprivate var refreshBinding: TokenSource.RefreshBinding { authentication.isPublic ? .key : .client }

    fileprivate var identity: SessionRecord.Identity {
        SessionRecord.Identity(issuer: server.issuer, clientID: authentication.clientID)
    }

    fileprivate func tokens(
        by grant: TokenSource.Grant, _ scope: [String], _ resource: [String]
    ) -> TokenSource.GetTokens {
        { requests, refresh in
            if let refresh {
                // Without a scope, which is all that was granted (RFC 6749 §6); that may be less than was asked for.
                return try await self.refresh(refresh, resource: resource, proving: requests)
            }
            switch grant {
            case .clientCredentials:
                return try await clientCredentials(scope: scope, resource: resource, proving: requests)
            case .authorizationCode:
                throw DPoPClientError(.grantNeeded, "there is no refresh token, and somebody's consent is needed")
            }
        }
    }
}

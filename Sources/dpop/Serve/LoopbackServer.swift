#if Hummingbird
    import DPoPCore
    import DPoPServer
    import HTTPTypes

    /// What `dpop serve` serves: an authorization server and one resource, in memory but for what a store shares.
    struct LoopbackServer: Sendable {
        /// The issuer, and the origin of each endpoint.
        let origin: String
        let clients: Clients
        let tokenEndpoint: TokenEndpoint
        let pushEndpoint: TokenEndpoint
        let guardian: ResourceGuard
        let grants: GrantStore
        let mint: AccessTokenMint
        let tokens: UnrevokedTokens
        let resourceMetadata: ProtectedResourceMetadata

        /// Everything that two roles could share is apart: replay stores and nonces of the authorization server do not
        /// count at the resource, nor the other way round.
        ///
        /// - Parameter origin: scheme and authority, without a slash at the end.
        ///
        /// Throws a ``Failure``.
        init(origin: String, _ settings: ServeSettings) throws {
            self.origin = origin
            clients = settings.clients
            let use: DPoPUse = settings.schemes == .dpop ? .required : .preferred
            let resource = origin + ServePath.resource
            do {
                let key = try settings.signingKey ?? SigningKey.generate(.es256)
                mint = try AccessTokenMint(issuer: origin, audience: resource, key: key)
                grants = try GrantStore()
                tokens = UnrevokedTokens(
                    issued: try JWTAccessTokenVerifier(issuer: origin, audience: resource, keys: mint.keys),
                    grants: grants)

                let secret = try settings.nonceSecret ?? NonceSecret.random()
                let nonces: (server: StatelessNonces, resource: StatelessNonces)? =
                    settings.nonce == .off
                    ? nil
                    : (
                        try StatelessNonces(secrets: [secret], audience: .authorizationServer),
                        try StatelessNonces(secrets: [secret], audience: .resourceServer)
                    )
                let shared = settings.shared
                let replicas: Replicas = shared == nil ? .one : .several
                var token = TokenEndpointConfiguration(uri: origin + ServePath.token)
                token.replicas = replicas
                token.nonces = nonces?.server
                token.dpop = use
                var push = TokenEndpointConfiguration(uri: origin + ServePath.push)
                push.nonces = nonces?.server
                push.endpoint = .pushedAuthorizationRequest
                push.replicas = replicas
                let replay = shared?.authorizationServer ?? MemoryReplayCache()
                tokenEndpoint = try TokenEndpoint(
                    token, replay: replay, keyStatus: shared?.keyStatus, observer: settings.observer)
                pushEndpoint = try TokenEndpoint(
                    push, replay: replay, keyStatus: shared?.keyStatus, observer: settings.observer)

                var configuration = try ResourceConfiguration(origin: origin)
                configuration.nonces = nonces?.resource
                configuration.dpop = use
                configuration.replicas = replicas
                configuration.metadataRequiresBoundTokens = use == .required
                configuration.resourceMetadata = origin + ServePath.resourceMetadata
                guardian = try ResourceGuard(
                    configuration, tokens: tokens, replay: shared?.resource ?? MemoryReplayCache(),
                    keyStatus: shared?.keyStatus, observer: settings.observer)
                resourceMetadata = try ProtectedResourceMetadata(
                    resource: resource, authorizationServers: [origin], configuration: configuration)
            } catch let error as ConfigurationError {
                throw Failure("--origin: \(error)")
            } catch {
                throw Failure("serve: cryptography failed")
            }
        }
    }

    /// Where what is.
    enum ServePath {
        static let token = "/token"
        static let authorize = "/authorize"
        static let push = "/par"
        static let introspect = "/introspect"
        static let revoke = "/revoke"
        static let keys = "/jwks"
        static let resource = "/resource"
        static let serverMetadata = "/.well-known/oauth-authorization-server"
        static let resourceMetadata = "/.well-known/oauth-protected-resource/resource"
    }

    extension LoopbackServer {
        /// The answer to a request.
        ///
        /// - Parameter body: all of it.
        func answer(_ request: HTTPRequest, _ body: [UInt8], _ connection: ClientConnection) async -> Answer {
            do {
                return try await route(request, body, connection)
            } catch {
                return error
            }
        }

        private func route(
            _ request: HTTPRequest, _ body: [UInt8], _ connection: ClientConnection
        ) async throws(Answer) -> Answer {
            // Path and query are what the client wrote: no other spelling of a path is one of these.
            let path = request.path ?? ""
            switch String(path.prefix { $0 != "?" }) {
            case let path where path == ServePath.resource || path.hasPrefix(ServePath.resource + "/"):
                return await resource(request, body, connection)
            case ServePath.token:
                try request.require(.post)
                return try await token(request, body, connection)
            case ServePath.push:
                try request.require(.post)
                return try await push(request, body, connection)
            case ServePath.introspect:
                try request.require(.post)
                return try await introspect(request, body)
            case ServePath.revoke:
                try request.require(.post)
                return try await revoke(request, body)
            case ServePath.authorize:
                try request.require(.get, .post)
                return try authorize(request, body)
            case ServePath.keys:
                try request.require(.get, .head)
                return .json(mint.publishedKeys, isStored: true)
            case ServePath.serverMetadata:
                try request.require(.get, .head)
                return .json(serverMetadata, isStored: true)
            case ServePath.resourceMetadata:
                try request.require(.get, .head)
                return .json(resourceMetadata.members, isStored: true)
            default: throw Answer(.notFound)
            }
        }

        /// The resource: says by which method and for whom it was reached.
        private func resource(_ request: HTTPRequest, _ body: [UInt8], _ connection: ClientConnection) async -> Answer {
            let form = Form.isForm(request) ? body : nil
            switch await guardian.authorize(request, connection: connection, formBody: form) {
            case .granted(let grant): return echo(request, grant.token, grant.responseFields)
            case .passedUnproven(let grant): return echo(request, grant.token, grant.responseFields)
            case .preflight(let response): return Answer(response.status, fields: response.headerFields)
            case .denied(let denial): return Answer(denial)
            }
        }

        private func echo(_ request: HTTPRequest, _ token: AccessToken, _ fields: HTTPFields) -> Answer {
            let subject: ClaimValue = token.subject.map { .string($0) } ?? .null
            return .json(["method": .string(request.method.rawValue), "subject": subject], fields: fields)
        }
    }

    extension HTTPRequest {
        /// Refuses other methods (RFC 9110 §15.5.6).
        fileprivate func require(_ methods: HTTPRequest.Method...) throws(Answer) {
            guard methods.contains(method) else {
                let allowed = methods.map(\.rawValue).joined(separator: ", ")
                throw Answer(.methodNotAllowed, fields: [.allow: allowed])
            }
        }
    }
#endif

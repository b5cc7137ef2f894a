#if Hummingbird
    import DPoPCore
    import DPoPHummingbird
    import DPoPServer
    import HTTPTypes
    import Hummingbird
    import HummingbirdCore
    import NIOCore

    /// A context as the documentation shows it, with the channel kept beside.
    struct AppContext: DPoPRequestContext {
        var coreContext: CoreRequestContextStorage
        var dpop: DPoPRequestStorage
        let channel: any Channel

        init(source: Source) {
            coreContext = .init(source: source)
            dpop = .init(source: source)
            channel = source.channel
        }
    }

    /// A resource, a client with a key and a token bound to it, and what was decided.
    struct HummingbirdKit: Sendable {
        let key: SigningKey
        let guardian: ResourceGuard
        let events = Events()
        let origin: String

        /// Bound to `key`, and to nothing.
        static let token = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU"
        static let unboundToken = "unbound.token"

        init(
            origin: String = "https://localhost", certificate: CertificateThumbprint? = nil,
            configure: (inout ResourceConfiguration) throws -> Void = { _ in }
        ) throws {
            key = try SigningKey.generate(.es256)
            var configuration = try ResourceConfiguration(origin: origin)
            // A busy machine may take its time between a test's steps.
            configuration.policy.maximumAge = 3_600
            try configure(&configuration)
            let bound = Confirmation(jkt: key.publicJWK.thumbprint, certificate: certificate)
            guardian = try ResourceGuard(
                configuration,
                tokens: KnownTokens(tokens: [
                    Self.token: AccessToken(confirmation: bound, subject: "alice"),
                    Self.unboundToken: AccessToken(confirmation: .unbound, subject: "bob"),
                ]), replay: MemoryReplayCache(memory: .startsEmpty), observer: events)
            self.origin = origin
        }

        func proof(
            _ path: String = "/me", method: String = "GET", nonce: String? = nil, by other: SigningKey? = nil
        ) throws -> String {
            try ProofBuilder(signer: other ?? key).proof(
                method: method, targetURI: TargetURI(origin + path), accessToken: Self.token, nonce: nonce)
        }

        /// The fields of a good request.
        func fields(_ path: String = "/me", method: String = "GET", nonce: String? = nil) throws -> HTTPFields {
            [.authorization: "DPoP " + Self.token, .dpop: try proof(path, method: method, nonce: nonce)]
        }

        /// `GET /me`, `POST /form` and `POST /upload` behind the guard; more by `routes`.
        func application(
            server: HTTPServerBuilder = .http1(), maximumFormSize: Int = 65_536,
            routes: (Router<AppContext>) -> Void = { _ in },
            certificate: (@Sendable (Request, AppContext) async throws -> CertificateThumbprint?)? = nil
        ) -> some ApplicationProtocol {
            let router = Router(context: AppContext.self)
            router.add(
                middleware: DPoPMiddleware(guardian, maximumFormSize: maximumFormSize, certificate: certificate))
            router.get("me") { _, context in try context.requireGrant().token.subject ?? "" }
            router.head("me") { _, context in
                _ = try context.requireGrant()
                return HTTPResponse.Status.ok
            }
            router.post("echo") { request, context in
                _ = try context.requireGrant()
                return try await request.body.collect(upTo: 1_000_000)
            }
            routes(router)
            return Application(router: router, server: server)
        }
    }

    /// Keeps each decision.
    final class Events: DecisionObserver {
        private let events = Locked<[DecisionEvent]>([])
        var all: [DecisionEvent] { events.withLock { $0 } }
        var codes: [DecisionCode?] { all.map(\.code) }
        func record(_ event: DecisionEvent) { events.withLock { $0.append(event) } }
    }

    struct KnownTokens: AccessTokenVerifier {
        let tokens: [String: AccessToken]

        func verify(_ token: String, now: UnixTime) async throws(AccessTokenRejection) -> AccessToken {
            guard let token = tokens[token] else { throw AccessTokenRejection(.malformed) }
            return token
        }
    }

    /// One nonce that counts, and another to come.
    struct TwoNonces: NonceIssuer {
        var isLapsing = false

        func judge(_ nonce: String, now: UnixTime) -> NonceVerdict {
            nonce == "nonce-1" ? .valid(mintedAt: now, lapsesAt: now.advanced(bySeconds: 60)) : .invalid
        }

        func issue(now: UnixTime) -> String? { isLapsing ? "nonce-2" : "nonce-1" }
        func isAboutToLapse(_ lapsesAt: UnixTime, now: UnixTime) -> Bool { isLapsing }
    }
#endif

#if Hummingbird
    public import DPoPServer
    import HTTPTypes
    public import Hummingbird

    /// Lets requests through that a ``ResourceGuard`` grants, and answers the others.
    ///
    ///     let router = Router(context: AppContext.self)
    ///     router.add(middleware: DPoPMiddleware(guardian))
    ///     router.get("me") { _, context in try context.requireGrant().token.subject ?? "" }
    ///
    /// Routes that are added before it are not protected by it, and ``DPoPRequestContext/requireGrant()`` throws there.
    /// Preflights reach it where it is added to the router itself; a group is not asked about a method that it has no
    /// route for.
    ///
    /// Where clients reach the resource is the guard's configuration. Hummingbird's HTTP/1 channel says http of each
    /// request, also under TLS, and is not asked.
    public struct DPoPMiddleware<Context: DPoPRequestContext>: RouterMiddleware {
        private let guardian: ResourceGuard
        private let maximumFormSize: Int
        private let certificate: (@Sendable (Request, Context) async throws -> CertificateThumbprint?)?

        /// - Parameters:
        ///   - guardian: decides.
        ///   - maximumFormSize: up to how many bytes a body of type `application/x-www-form-urlencoded` is read before
        ///     the request is decided, since a token in it is refused; a longer one is answered with 413. The route gets
        ///     it whole. Other bodies are not touched. Default: 64 KiB.
        ///   - certificate: gives the thumbprint of the client certificate that the TLS handshake verified, for tokens
        ///     that are bound to one (RFC 8705), or nil where there was none; what it throws ends the request. Nil:
        ///     there is none.
        public init(
            _ guardian: ResourceGuard, maximumFormSize: Int = 65_536,
            certificate: (@Sendable (Request, Context) async throws -> CertificateThumbprint?)? = nil
        ) {
            self.guardian = guardian
            self.maximumFormSize = maximumFormSize
            self.certificate = certificate
        }

        public func handle(
            _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
        ) async throws -> Response {
            var request = request
            var context = context
            let form = try await request.collectForm(upTo: maximumFormSize)
            let connection = context.connection(certificate: try await certificate?(request, context))
            let fields: HTTPFields
            switch await guardian.authorize(request.head, connection: connection, formBody: form) {
            case .denied(let denial): return denial.response(to: request)
            case .preflight(let answer): return Response(status: answer.status, headers: answer.headerFields)
            case .granted(let grant):
                context.dpop.authorization = .granted(grant)
                fields = grant.responseFields
            case .passedUnproven(let grant):
                context.dpop.authorization = .passedUnproven(grant)
                fields = grant.responseFields
            }
            do {
                var response = try await next(request, context)
                response.headers.merge(fields)
                return response
            } catch {
                throw adding(fields, to: error)
            }
        }
    }
#endif

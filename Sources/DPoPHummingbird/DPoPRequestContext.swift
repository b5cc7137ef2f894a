#if Hummingbird
    import DPoPCore
    public import DPoPServer
    import HTTPTypes
    public import Hummingbird
    import Logging

    /// A request context that carries what ``DPoPMiddleware`` found out about a request.
    ///
    ///     struct AppContext: DPoPRequestContext {
    ///         var coreContext: CoreRequestContextStorage
    ///         var dpop: DPoPRequestStorage
    ///
    ///         init(source: Source) {
    ///             coreContext = .init(source: source)
    ///             dpop = .init(source: source)
    ///         }
    ///     }
    public protocol DPoPRequestContext: Hummingbird.RequestContext {
        var dpop: DPoPRequestStorage { get set }
    }

    /// What is known of a request and of its authorization. Only ``DPoPMiddleware`` writes an authorization.
    public struct DPoPRequestStorage: Sendable {
        /// What was decided of a request.
        public enum Authorization: Sendable {
            /// Nothing: no ``DPoPMiddleware`` ran before.
            case undecided
            case granted(Grant)
            /// From a guard that reports and does not enforce.
            case passedUnproven(UnprovenGrant)
        }

        public internal(set) var authorization = Authorization.undecided

        /// The IP address of the other end of the connection; nil where there is none, as on a Unix socket. An IPv4
        /// client of a socket for both families is known by its IPv4 address.
        public let peerAddress: String?

        /// For a context that is made from a connection.
        public init(source: ApplicationRequestContextSource) {
            peerAddress = source.channel.remoteAddress?.ipAddress.map(Self.unmapped)
        }

        /// For a context that is made otherwise.
        ///
        /// - Parameter peerAddress: as ``ClientConnection/peerAddress``.
        public init(peerAddress: String?) { self.peerAddress = peerAddress }

        /// An IPv4-mapped address (RFC 4291 §2.5.5.2), as inet_ntop writes it, without its prefix.
        static func unmapped(_ address: String) -> String {
            let prefix = "::ffff:"
            guard address.utf8.starts(with: prefix.utf8), address.utf8.contains(UInt8(ascii: ".")) else {
                return address
            }
            return String(address.dropFirst(prefix.utf8.count))
        }
    }

    extension DPoPRequestContext {
        /// The grant of this request. Call it before anything that is not for everybody; ``GrantedRequestContext``
        /// calls it for a whole group of routes.
        ///
        /// Throws 500 where no ``DPoPMiddleware`` ran before the route, and for a request that passed unproven what it would
        /// have been refused with: see ``requireToken()``.
        public func requireGrant() throws(HTTPError) -> Grant {
            switch dpop.authorization {
            case .granted(let grant): return grant
            case .passedUnproven(let grant): throw grant.error
            case .undecided: throw undecided()
            }
        }

        /// The verified token of this request, also of one without a good proof that a guard in report-only mode let
        /// pass: for routes that are to go on serving while proofs are rolled out.
        ///
        /// Throws 500 where no ``DPoPMiddleware`` ran before the route.
        public func requireToken() throws(HTTPError) -> AccessToken {
            switch dpop.authorization {
            case .granted(let grant): return grant.token
            case .passedUnproven(let grant): return grant.token
            case .undecided: throw undecided()
            }
        }

        private func undecided() -> HTTPError {
            logger.error("a route asked for a grant, and no DPoPMiddleware ran before it")
            return HTTPError(.internalServerError)
        }

        /// What a guard or a token endpoint is told of the request's connection.
        func connection(certificate: CertificateThumbprint? = nil) -> ClientConnection {
            // Not `id`, which traps with a logger that drops its metadata.
            ClientConnection(
                peerAddress: dpop.peerAddress, certificate: certificate,
                requestID: logger[metadataKey: "hb.request.id"]?.description)
        }
    }

    extension UnprovenGrant {
        /// What an enforcing guard would have answered, as an error.
        fileprivate var error: HTTPError {
            var fields = denial.headerFields
            // Of a body that is not sent.
            fields[.contentType] = nil
            fields[.contentLength] = nil
            return HTTPError(denial.status, headers: fields)
        }
    }
#endif

#if Hummingbird
    import DPoPCore
    import DPoPServer
    import HTTPTypes
    import Hummingbird
    import HummingbirdCore
    import Logging
    import NIOCore
    import ServiceLifecycle
    import UnixSignals

    /// The server as a process: it listens, says so, and stops when it is told to.
    struct ServerProcess: Sendable {
        private let settings: ServeSettings
        private let onListening: (@Sendable (Int) -> Void)?

        /// How long requests that are under way may take when it stops.
        private static let grace = Duration.seconds(2)
        private static let maximumConnections = 1_000

        /// What is known once it listens.
        private enum Start: Sendable {
            case waiting
            case listening
            case failed(any Error)
        }

        /// - Parameter onListening: gets the port in place of a line on standard output.
        init(_ settings: ServeSettings, onListening: (@Sendable (Int) -> Void)? = nil) {
            self.settings = settings
            self.onListening = onListening
        }

        /// Returns when a signal stopped it. Throws a ``Failure`` if it can not listen, or must not use its store.
        func run() async throws {
            let start = Locked(Start.waiting)
            let responder = ServerResponder()
            let logger = Logger(label: "dpop serve") { _ in SwiftLogNoOpLogHandler() }
            let application = Application(
                responder: responder,
                server: .http1(configuration: .init(idleTimeout: .seconds(60))),
                configuration: ApplicationConfiguration(
                    address: .hostname("127.0.0.1", port: settings.port),
                    availableConnectionsDelegate: .maximum(ServerProcess.maximumConnections, logger: logger)),
                // Called before the first connection is looked at.
                onServerRunning: { channel in
                    do {
                        try announce(channel.localAddress?.port, responder)
                        start.withLock { $0 = .listening }
                    } catch {
                        start.withLock { $0 = .failed(error) }
                        try? await channel.close()
                    }
                },
                logger: logger)
            // The last one stops first: requests that are under way still need the store.
            let services = [settings.shared?.service, Listener(application: application, store: settings.shared)]
            var group = ServiceGroupConfiguration(
                services: services.compactMap { $0 }, gracefulShutdownSignals: [.sigint, .sigterm], logger: logger)
            group.maximumGracefulShutdownDuration = ServerProcess.grace
            let outcome: Result<Void, any Error>
            do { outcome = .success(try await ServiceGroup(configuration: group).run()) } catch {
                outcome = .failure(error)
            }
            switch (start.withLock { $0 }, outcome) {
            case (.failed(let error), _): throw error
            case (_, .success): return
            case (_, .failure(let failure as Failure)): throw failure
            case (.waiting, .failure(let error)):
                throw Failure("--port \(settings.port): \(ServerProcess.reason(error)); expected one that is free")
            case (.listening, .failure): throw Failure("serve: stopped listening")
            }
        }

        private func announce(_ port: Int?, _ responder: ServerResponder) throws {
            guard let port else { throw Failure("--port: no port to listen on") }
            let address = "http://127.0.0.1:\(port)"
            responder.serve(try LoopbackServer(origin: settings.origin ?? address, settings))
            if let onListening { return onListening(port) }
            let clients = settings.clients.isEmpty ? " It knows no clients: see --client and --public-client." : ""
            writeToStandardError("dpop serve: a test server; /authorize approves each request by itself.\(clients)\n")
            try writeToStandardOutput(JSONOutput.object([("listening", .string(address))]).text + "\n")
        }

        private static func reason(_ error: any Error) -> String {
            guard let error = error as? IOError else { return "can not be listened on" }
            return switch error.errnoCode {
            case addressInUse: "in use by another process"
            case accessDenied: "not allowed"
            default: "can not be listened on"
            }
        }
    }

    /// Hands requests to the server, and its answers back.
    final class ServerResponder: HTTPResponder {
        /// The bytes that a body may have; the largest forms here have a tenth.
        private static let largestBody = 65_536

        private let server = Locked<LoopbackServer?>(nil)

        /// Answers from now on.
        func serve(_ server: LoopbackServer) { self.server.withLock { $0 = server } }

        func respond(to request: Request, context: ServerContext) async throws -> Response {
            guard let server = server.withLock({ $0 }) else { return Response(status: .serviceUnavailable) }
            let body: [UInt8]
            do {
                body = Array(buffer: try await request.body.collect(upTo: ServerResponder.largestBody))
            } catch is NIOTooManyBytesError {
                return response(
                    to: request, Answer.error(.invalidRequest, "the body is too large", status: .contentTooLarge))
            }
            let connection = ClientConnection(peerAddress: context.peerAddress)
            return response(to: request, await server.answer(request.head, body, connection))
        }

        private func response(to request: Request, _ answer: Answer) -> Response {
            var fields = answer.fields
            fields[.contentLength] = String(answer.body.count)
            let body =
                request.method == .head ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body))
            return Response(status: answer.status, headers: fields, body: body)
        }
    }

    /// What is known of a request besides its text.
    struct ServerContext: InitializableFromSource {
        let peerAddress: String?

        init(source: ApplicationRequestContextSource) { peerAddress = source.channel.remoteAddress?.ipAddress }
    }
#endif

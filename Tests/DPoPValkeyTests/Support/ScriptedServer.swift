#if Valkey
    import DPoPCore
    import NIOCore
    import NIOPosix
    import NIOSSL

    /// What a scripted server does at a command. Texts are the bytes on the wire, one scalar each.
    enum Reply: Sendable {
        case text(String)
        /// No answer.
        case none
        /// The connection is closed.
        case close
        /// As late as this, and what follows on the connection not before it.
        case delayed(Duration, String)
        /// Text for other connections, and for this one.
        case pushing([Int: String], String)

        static func error(_ message: String) -> Reply { .text("-\(message)\r\n") }
        static func bulk(_ text: String?) -> Reply { .text(WireText.bulk(text)) }
        static func array(_ words: [String]) -> Reply { .text(WireText.array(words)) }
        static let ok = Reply.text("+OK\r\n")
    }

    /// A server on a port of 127.0.0.1 whose answers a test gives.
    final class ScriptedServer: Sendable {
        /// - Parameter connection: counted from 1.
        typealias Answer = @Sendable (_ words: [String], _ connection: Int) -> Reply

        let port: Int
        private let listener: any Channel
        private let state: ScriptedState

        /// - Parameters:
        ///   - port: nil: a free one.
        ///   - tls: what it shows; nil: plain text.
        convenience init(port: Int? = nil, tls: Certificates.Identity? = nil, _ answer: @escaping Answer) async throws {
            try await self.init(port: port, tls: tls, ScriptedState(.commands(answer)))
        }

        /// One that answers any bytes with these, and closes. Default: a web server that did not understand.
        static func answering(
            _ text: String = "HTTP/1.1 400 Bad Request\r\n\r\n", port: Int? = nil
        ) async throws -> ScriptedServer {
            try await ScriptedServer(port: port, tls: nil, ScriptedState(.anything(text)))
        }

        private init(port: Int?, tls: Certificates.Identity?, _ state: ScriptedState) async throws {
            self.state = state
            let context = try tls.map { identity in
                try NIOSSLContext(
                    configuration: .makeServerConfiguration(
                        certificateChain: try NIOSSLCertificate.fromPEMFile(identity.certificate)
                            .map { .certificate($0) },
                        privateKey: .privateKey(try NIOSSLPrivateKey(file: identity.key, format: .pem))))
            }
            self.port = try port ?? FreePort.next()
            listener = try await ServerBootstrap(group: kitLoops)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let pipeline = channel.pipeline.syncOperations
                        if let context { try pipeline.addHandler(NIOSSLServerHandler(context: context)) }
                        try pipeline.addHandler(ScriptedConnection(state))
                    }
                }
                .bind(host: "127.0.0.1", port: self.port).get()
        }

        deinit { stop() }

        /// How many connections came until now, and are open.
        var accepted: Int { state.values.withLock { $0.accepted } }
        var open: Int { state.values.withLock { $0.channels.count } }

        /// The commands that came until now, in their order.
        var received: [[String]] { state.values.withLock { $0.received } }

        /// Writes to a connection that nobody asked.
        func push(_ text: String, to connection: Int) { state.push(text, to: connection) }

        /// Closes all connections that are open now.
        func closeAll() {
            for channel in state.values.withLock({ Array($0.channels.values) }) { channel.close(promise: nil) }
        }

        func stop() {
            listener.close(promise: nil)
            closeAll()
        }
    }

    /// What the connections of a scripted server share.
    final class ScriptedState: Sendable {
        enum Script: Sendable {
            case commands(ScriptedServer.Answer)
            case anything(String)
        }

        struct Values {
            var accepted = 0
            var channels: [Int: any Channel] = [:]
            var received: [[String]] = []
        }

        let script: Script
        let values = Locked(Values())

        init(_ script: Script) { self.script = script }

        func push(_ text: String, to connection: Int) {
            guard let channel = values.withLock({ $0.channels[connection] }) else { return }
            channel.writeAndFlush(ByteBuffer(bytes: WireText.bytes(text)), promise: nil)
        }
    }
#endif

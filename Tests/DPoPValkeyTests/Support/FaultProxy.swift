#if Valkey
    import DPoPCore
    import NIOCore
    import NIOPosix

    /// A proxy on a port of 127.0.0.1 in front of a server, with the faults of a network, which can be switched at any
    /// time and then hold for open connections too.
    final class FaultProxy: Sendable {
        struct Faults: Sendable {
            /// What each piece of a request, and of a reply, is late.
            var requestLatency = Duration.zero
            var replyLatency = Duration.zero
            /// New connections are accepted and closed at once.
            var refuses = false
            /// Connections stay open and nothing passes, also no end of one. What came meanwhile passes afterwards.
            var stalls = false
            /// What the server gets instead of what clients sent, piece by piece as it comes.
            var rewriteRequest: (@Sendable ([UInt8]) -> [UInt8])?
            /// What clients get instead of what the server sent.
            var rewriteReply: (@Sendable ([UInt8]) -> [UInt8])?
        }

        let port: Int
        private let listener: any Channel
        private let state = ProxyState()

        /// - Parameter target: the port of the server; new connections go to the one that is set when they come.
        init(target: Int) async throws {
            let state = state
            state.target = target
            port = try FreePort.next()
            listener = try await ServerBootstrap(group: kitLoops.next())
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelOption(.autoRead, value: false)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(ProxyHalf(.requests, state))
                    }
                }
                .bind(host: "127.0.0.1", port: port).get()
        }

        deinit { stop() }

        var target: Int {
            get { state.target }
            set { state.target = newValue }
        }

        var faults: Faults {
            get { state.faults }
            set {
                state.faults = newValue
                state.tell(.pump)
            }
        }

        /// Lets so many more bytes of replies pass, of all connections together, and cuts the connection that was to
        /// carry the next one. Once; then call it again.
        func cut(afterReplyBytes count: Int) { state.cut(afterReplyBytes: count) }

        /// Cuts all connections that are open now. What they still carried is lost.
        func cutAll() { state.tell(.cut) }

        /// How many connections are open now.
        var open: Int { state.open }

        /// How many came until now.
        var accepted: Int { state.accepted }

        /// How many were cut in the middle of replies.
        var cuts: Int { state.cuts }

        /// Refuses connections from now on, and cuts those that are open.
        func stop() {
            listener.close(promise: nil)
            state.faults.refuses = true
            state.tell(.cut)
        }
    }
#endif

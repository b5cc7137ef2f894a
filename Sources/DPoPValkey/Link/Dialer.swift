#if Valkey
    import NIOCore
    import NIOPosix
    import NIOSSL

    /// Makes connections on one event loop.
    struct Dialer {
        let loop: any EventLoop
        let tls: NIOSSLContext
        let timeout: TimeAmount

        /// Connects, and hands the connection to the handler.
        ///
        /// - Parameter failed: is called on the loop if there is no connection.
        func dial(_ address: ValkeyAddress, _ handler: some ChannelInboundHandler, failed: @escaping () -> Void) {
            let handler = NIOLoopBound(handler, eventLoop: loop)
            let tls = tls
            let bootstrap = ClientBootstrap(group: loop)
                .connectTimeout(timeout)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        if address.usesTLS {
                            try channel.pipeline.syncOperations.addHandler(
                                NIOSSLClientHandler(context: tls, serverHostname: address.serverName))
                        }
                        try channel.pipeline.syncOperations.addHandler(handler.value)
                    }
                }
            let connection: EventLoopFuture<any Channel>
            switch address.location {
            case .host(let host, let port):
                connection = bootstrap.channelOption(.tcpOption(.tcp_nodelay), value: 1).connect(host: host, port: port)
            case .unixSocket(let path): connection = bootstrap.connect(unixDomainSocketPath: path)
            }
            connection.assumeIsolated().whenFailure { _ in failed() }
        }
    }

    extension ValkeyAddress {
        /// For the check of a certificate; nil for an IP address, which is then checked itself.
        var serverName: String? {
            guard case .host(let host, _) = location, (try? SocketAddress(ipAddress: host, port: 0)) == nil else {
                return nil
            }
            return host
        }

        /// Another node of the same cluster: by the same user over the same kind of connection.
        ///
        /// - Parameter node: an empty host is this one's.
        func node(_ node: NodeAddress) -> (NodeAddress, ValkeyAddress) {
            var host = node.host
            if host.isEmpty, case .host(let own, _) = location { host = own }
            return (
                NodeAddress(host: host, port: node.port),
                ValkeyAddress(
                    .host(host, port: node.port), usesTLS: usesTLS, user: user, password: password, database: database)
            )
        }
    }
#endif

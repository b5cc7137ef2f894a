#if Valkey
    import NIOCore
    import NIOPosix
    import NIOSSL
    import Testing

    @Suite(
        "The tests' certificates", .needsRealServer, .enabled(if: Certificates.canBeMade, "openssl is not installed"))
    struct CertificatesKitTests {
        @Test("let a client reach a real server that has the authority's, and no other")
        func realServer() async throws {
            let certificates = try Certificates.shared.get()
            for (identity, isTrusted) in [
                (certificates.server, true), (certificates.otherName, false), (certificates.untrusted, false),
            ] {
                var options = RealServer.Options()
                options.tls = identity
                let server = try await RealServer(options)
                #expect(await ping(server.port, trusting: certificates.authority) == (isTrusted ? "+PONG\r\n" : nil))
                #expect(try server.command("PING") == "PONG")
            }
        }

        @Test("let a client reach a scripted server that has the authority's, and no other")
        func scriptedServer() async throws {
            let certificates = try Certificates.shared.get()
            for (identity, isTrusted) in [
                (certificates.server, true), (certificates.otherName, false), (certificates.untrusted, false),
            ] {
                let server = try await ScriptedServer(tls: identity, ScriptedServer.healthy())
                #expect(await ping(server.port, trusting: certificates.authority) == (isTrusted ? "+PONG\r\n" : nil))
                #expect(server.received == (isTrusted ? [["PING"]] : []))
            }
        }

        /// What a client gets for PING; nil if nothing.
        private func ping(_ port: Int, trusting authority: Certificates.Identity) async -> String? {
            do {
                var configuration = TLSConfiguration.makeClientConfiguration()
                configuration.trustRoots = .file(authority.certificate)
                let context = try NIOSSLContext(configuration: configuration)
                let promise = kitLoops.next().makePromise(of: String.self)
                let channel = try await ClientBootstrap(group: kitLoops)
                    .channelInitializer { channel in
                        channel.eventLoop.makeCompletedFuture {
                            let pipeline = channel.pipeline.syncOperations
                            try pipeline.addHandler(NIOSSLClientHandler(context: context, serverHostname: "localhost"))
                            try pipeline.addHandler(FirstReply(promise))
                        }
                    }
                    .connect(host: "127.0.0.1", port: port).get()
                channel.writeAndFlush(ByteBuffer(string: "*1\r\n$4\r\nPING\r\n"), promise: nil)
                let reply = try await promise.futureResult.get()
                channel.close(promise: nil)
                return reply
            } catch { return nil }
        }
    }

    /// Keeps a promise with the first bytes that come, or breaks it with the first error.
    private final class FirstReply: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let promise: EventLoopPromise<String>

        init(_ promise: EventLoopPromise<String>) { self.promise = promise }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            promise.succeed(String(buffer: unwrapInboundIn(data)))
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            promise.fail(error)
            context.close(promise: nil)
        }

        func channelInactive(context: ChannelHandlerContext) { promise.fail(ChannelError.eof) }
    }
#endif

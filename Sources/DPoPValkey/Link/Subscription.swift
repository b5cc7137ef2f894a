#if Valkey
    import DPoPCore
    import NIOCore

    /// A connection that listens to one channel (`SUBSCRIBE`), and takes no claims.
    final class Subscription: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let address: ValkeyAddress
        private let channelName: [UInt8]
        private let onSubscribed: () -> Void
        private let onMessage: ([UInt8]) -> Void
        private var onEnd: (() -> Void)?
        private var channel: (any Channel)?
        private var reader = RESPReader()
        /// Greetings that have no answer yet.
        private var greetings = 0
        /// Since when nothing came.
        private var heardAt = NIODeadline.now()

        /// How often it asks whether the server is there, and after what silence it is not.
        private static let pingInterval = TimeAmount.seconds(1)
        private static let silence = TimeAmount.seconds(3)

        /// - Parameter onEnd: is called once.
        init(
            _ address: ValkeyAddress, channel: [UInt8], onSubscribed: @escaping () -> Void,
            onMessage: @escaping ([UInt8]) -> Void, onEnd: @escaping () -> Void
        ) {
            self.address = address
            channelName = channel
            self.onSubscribed = onSubscribed
            self.onMessage = onMessage
            self.onEnd = onEnd
        }

        func channelActive(context: ChannelHandlerContext) { open(context.channel) }

        func handlerAdded(context: ChannelHandlerContext) {
            if context.channel.isActive { open(context.channel) }
        }

        private func open(_ channel: any Channel) {
            guard self.channel == nil else { return }
            guard onEnd != nil else { return channel.close(promise: nil) }
            self.channel = channel
            var commands: [Command] = []
            if let password = address.password { commands.append(.auth(user: address.user, password: password)) }
            greetings = commands.count
            send(commands + [.subscribe(channel: channelName)])
            ping()
        }

        private func send(_ commands: [Command]) {
            guard let channel else { return }
            var buffer = channel.allocator.buffer(capacity: 256)
            for command in commands { command.write(to: &buffer) }
            channel.writeAndFlush(buffer, promise: nil)
        }

        private func ping() {
            channel?.eventLoop.assumeIsolated().scheduleTask(in: Subscription.pingInterval) { [weak self] in
                guard let self, self.onEnd != nil else { return }
                guard NIODeadline.now() - self.heardAt < Subscription.silence else { return self.close() }
                self.send([.ping])
                self.ping()
            }
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            var bytes = unwrapInboundIn(data)
            reader.append(&bytes)
            heardAt = .now()
            do {
                while onEnd != nil, let reply = try reader.next() {
                    guard take(reply) else { return close() }
                }
            } catch {
                close()
            }
        }

        /// False for what does not belong here.
        private func take(_ reply: RESPValue) -> Bool {
            if greetings > 0 {
                greetings -= 1
                return reply == .simple("OK")
            }
            // Before it is subscribed a PING has a simple answer.
            if reply == .simple("PONG") { return true }
            guard case .array(let parts) = reply, case .bulk(let kind)? = parts.first else { return false }
            switch (kind, parts.count) {
            case (Array("subscribe".utf8), 3):
                onSubscribed()
                return true
            case (Array("message".utf8), 3):
                guard case .bulk(let message) = parts[2], parts[1] == .bulk(channelName) else { return false }
                onMessage(message)
                return true
            case (Array("pong".utf8), 2): return true
            default: return false
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { close() }

        func channelInactive(context: ChannelHandlerContext) { close() }

        func close() {
            guard let onEnd else { return }
            self.onEnd = nil
            channel?.close(promise: nil)
            channel = nil
            onEnd()
        }
    }
#endif

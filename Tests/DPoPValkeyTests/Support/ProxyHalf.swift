#if Valkey
    import NIOCore
    import NIOPosix

    /// One side of a proxy's connection: reads here, writes to its partner. Both run on one loop.
    final class ProxyHalf: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        /// What is read here.
        enum Direction { case requests, replies }

        private enum Piece {
            case bytes([UInt8])
            case end
        }

        private let direction: Direction
        private let state: ProxyState
        private var line = DelayLine<Piece>()
        // Until the end has been passed on. The two hold each other until then.
        private var partner: ProxyHalf?
        private var context: ChannelHandlerContext?
        private var wakes = false

        init(_ direction: Direction, _ state: ProxyState) {
            self.direction = direction
            self.state = state
        }

        func handlerAdded(context: ChannelHandlerContext) { self.context = context }

        func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

        func channelActive(context: ChannelHandlerContext) {
            guard direction == .requests else { return }
            guard !state.faults.refuses else { return context.close(promise: nil) }
            state.add(context.channel)
            let back = ProxyHalf(.replies, state)
            let bound = NIOLoopBound(back, eventLoop: context.eventLoop)
            ClientBootstrap(group: context.eventLoop)
                .channelOption(.autoRead, value: false)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(bound.value)
                    }
                }
                .connect(host: "127.0.0.1", port: state.target)
                .assumeIsolated()
                .whenComplete { result in
                    guard case .success = result, let front = self.context, front.channel.isActive else {
                        self.context?.close(promise: nil)
                        back.context?.close(promise: nil)
                        return
                    }
                    self.partner = back
                    back.partner = self
                    for context in [front, back.context] {
                        context?.channel.setOption(.autoRead, value: true).whenFailure { _ in }
                    }
                }
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let faults = state.faults
            let bytes = Array(unwrapInboundIn(data).readableBytesView)
            switch direction {
            case .requests:
                line.append(.bytes(faults.rewriteRequest?(bytes) ?? bytes), after: faults.requestLatency)
            case .replies:
                line.append(.bytes(faults.rewriteReply?(bytes) ?? bytes), after: faults.replyLatency)
            }
            pump()
        }

        func channelInactive(context: ChannelHandlerContext) {
            if direction == .requests { state.remove(context.channel) }
            let faults = state.faults
            line.append(.end, after: direction == .requests ? faults.requestLatency : faults.replyLatency)
            pump()
        }

        func channelWritabilityChanged(context: ChannelHandlerContext) { partner?.pump() }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            switch event as? ProxyState.Event {
            case .pump:
                pump()
                partner?.pump()
            case .cut: cut()
            case nil: context.fireUserInboundEventTriggered(event)
            }
        }

        /// Passes on what is due, and comes back for what is not yet.
        private func pump() {
            while !state.faults.stalls, let out = partner?.context, out.channel.isWritable, let due = line.nextDue {
                guard let piece = line.popDue() else { return wakeUp(at: due, out.eventLoop) }
                switch piece {
                case .end: return cut()
                case .bytes(let bytes):
                    if direction == .replies, let last = state.pass(bytes.count) {
                        out.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes.prefix(last))), promise: nil)
                        return cut()
                    }
                    out.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
                }
            }
        }

        private func wakeUp(at due: NIODeadline, _ loop: any EventLoop) {
            guard !wakes else { return }
            wakes = true
            loop.assumeIsolated().scheduleTask(deadline: due) {
                self.wakes = false
                self.pump()
            }
        }

        /// Closes both sides, after what was written. What was not is lost.
        private func cut() {
            let halves = [self, partner]
            for half in halves {
                half?.partner = nil
                half?.line.removeAll()
                half?.context?.close(mode: .output, promise: nil)
                guard let channel = half?.context?.channel else { continue }
                // A little later, since a close with unread bytes would take back what was written.
                channel.eventLoop.scheduleTask(in: .milliseconds(20)) { channel.close(promise: nil) }
            }
        }
    }
#endif

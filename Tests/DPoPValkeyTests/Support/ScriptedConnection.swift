#if Valkey
    import DPoPCore
    import NIOCore

    /// A connection of a scripted server.
    final class ScriptedConnection: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let state: ScriptedState
        private var number = 0
        private var parser = CommandParser()
        // Nil: close.
        private var line = DelayLine<String?>()
        private var context: ChannelHandlerContext?

        init(_ state: ScriptedState) { self.state = state }

        func handlerAdded(context: ChannelHandlerContext) {
            self.context = context
            let channel = context.channel
            number = state.values.withLock { values in
                values.accepted += 1
                values.channels[values.accepted] = channel
                return values.accepted
            }
        }

        func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

        func channelInactive(context: ChannelHandlerContext) {
            let number = number
            state.values.withLock { _ = $0.channels.removeValue(forKey: number) }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch state.script {
            case .anything(let text):
                send(text, after: .zero)
                send(nil, after: .zero)
            case .commands(let answer):
                parser.append(unwrapInboundIn(data).readableBytesView)
                do {
                    while let words = try parser.next() {
                        state.values.withLock { $0.received.append(words) }
                        carryOut(answer(words, number))
                    }
                } catch {
                    send("-ERR Protocol error\r\n", after: .zero)
                    send(nil, after: .zero)
                }
            }
        }

        private func carryOut(_ reply: Reply) {
            switch reply {
            case .none: break
            case .close: send(nil, after: .zero)
            case .text(let text): send(text, after: .zero)
            case .delayed(let delay, let text): send(text, after: delay)
            case .pushing(let others, let text):
                for (connection, text) in others { state.push(text, to: connection) }
                send(text, after: .zero)
            }
        }

        private func send(_ text: String?, after delay: Duration) {
            line.append(text, after: delay)
            pump()
        }

        private func pump() {
            while let context, let next = line.popDue() {
                guard let text = next else { return context.close(promise: nil) }
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: WireText.bytes(text))), promise: nil)
            }
            guard let context, let due = line.nextDue else { return }
            context.eventLoop.assumeIsolated().scheduleTask(deadline: due) { self.pump() }
        }
    }
#endif

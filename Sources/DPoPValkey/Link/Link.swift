#if Valkey
    import DPoPCore
    import NIOCore

    /// One connection to a server: what was sent on it, and which reply belongs to what.
    ///
    /// Replies come in the order of what was sent, and each takes its place even if nobody waits for it any more, so a
    /// late one is never read as the answer to something else. What does not fit ends the connection.
    final class Link: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private enum Sent {
            case claims(Batch)
            case call(Call)

            var at: NIODeadline {
                switch self {
                case .claims(let batch): batch.sentAt
                case .call(let call): call.sentAt
                }
            }
        }

        /// Is told what becomes of it. Nil once it is closed.
        private(set) var owner: (any LinkOwner)?
        private var channel: (any Channel)?
        private var reader = RESPReader()
        private var sent = CircularBuffer<Sent>()
        private var scratch: [UInt8] = []
        /// How claims are decided on it, once that is known.
        private(set) var mode: ClaimMode?
        /// Set while the oldest of what was sent waits for longer than a claim may.
        private(set) var isStalled = false
        /// Since when claims could be sent on it.
        private(set) var readySince: NIODeadline?
        let openedAt: NIODeadline

        init(owner: any LinkOwner) {
            self.owner = owner
            openedAt = .now()
        }

        /// Whether claims may be sent on it now.
        var isReady: Bool { mode != nil && !isStalled && channel != nil }

        /// Since when the oldest of what was sent waits.
        var waitsSince: NIODeadline? { sent.first?.at }

        func becomeReady(_ mode: ClaimMode) {
            self.mode = mode
            readySince = .now()
        }

        func noteStalled(now: NIODeadline, limit: TimeAmount) {
            if let waitsSince, now - waitsSince > limit { isStalled = true }
        }

        // MARK: Sending

        /// Sends claims and reads after them what they stand on. Only on one that is ready.
        ///
        /// - Parameters:
        ///   - asksReign: whether the reign is read, too. Always where claims can not be sent again.
        ///   - asking: whether a server takes them for a partition that is on its way to it.
        /// - Returns: false if it is not.
        func send(
            _ claims: [Claim], _ keys: KeySpace, on ground: Ground, asksReign: Bool, asking: Bool
        ) -> Bool {
            guard let channel, let mode else { return false }
            let asksReign = asksReign || mode == .plain
            scratch.removeAll(keepingCapacity: true)
            for claim in claims {
                if asking { scratch += ClaimText.asking }
                ClaimText.append(claim, keys, mode, to: &scratch)
            }
            ClaimText.append(get: ground.canaryKey, to: &scratch)
            if asksReign { scratch += ClaimText.infoReplication }
            let batch = Batch(
                claims, mode: mode, ground: ground, asksReign: asksReign, sentAt: .now(), asking: asking)
            sent.append(.claims(batch))
            channel.writeAndFlush(ByteBuffer(bytes: scratch), promise: nil)
            return true
        }

        /// Sends other commands.
        func call(_ commands: [Command], _ completion: @escaping ([RESPValue]?) -> Void) {
            guard let channel else { return completion(nil) }
            var buffer = channel.allocator.buffer(capacity: 64 * commands.count)
            for command in commands { command.write(to: &buffer) }
            sent.append(.call(Call(count: commands.count, sentAt: .now(), completion)))
            channel.writeAndFlush(buffer, promise: nil)
        }

        // MARK: What happens to it

        func channelActive(context: ChannelHandlerContext) { open(context.channel) }

        func handlerAdded(context: ChannelHandlerContext) {
            if context.channel.isActive { open(context.channel) }
        }

        private func open(_ channel: any Channel) {
            guard self.channel == nil else { return }
            // It was given up while it was being made.
            guard let owner else { return channel.close(promise: nil) }
            self.channel = channel
            owner.opened(self)
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            var bytes = unwrapInboundIn(data)
            reader.append(&bytes)
            do {
                while owner != nil, let reply = try reader.next() {
                    guard take(reply) else { return close() }
                }
            } catch {
                close()
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { close() }

        func channelInactive(context: ChannelHandlerContext) { close() }

        /// False if nothing was asked.
        private func take(_ reply: RESPValue) -> Bool {
            guard let first = sent.first else { return false }
            let wasStalled = isStalled
            isStalled = false
            defer { if wasStalled { owner?.revived() } }
            switch first {
            case .claims(let batch):
                guard let (canary, info) = batch.take(reply) else { return true }
                sent.removeFirst()
                owner?.finished(batch, canary: canary, info: info, on: self)
            case .call(let call):
                // Before its completion sends the next.
                if call.isLast { sent.removeFirst() }
                call.take(reply)
            }
            return true
        }

        /// Ends it. What waits for a reply hears that there will be none.
        func close() {
            guard let owner else { return }
            self.owner = nil
            mode = nil
            channel?.close(promise: nil)
            channel = nil
            let unanswered = sent
            sent.removeAll()
            var claims: [Claim] = []
            var batches = 0
            for sent in unanswered {
                switch sent {
                case .call(let call): call.fail()
                case .claims(let batch):
                    batches += 1
                    // What may not be repeated counts as used.
                    if batch.mode == .returningOld {
                        claims += batch.claims
                    } else {
                        for claim in batch.claims { claim.answer(.unavailable) }
                    }
                }
            }
            owner.closed(self, unanswered: claims, batches: batches)
        }
    }

    /// Whose a connection is.
    protocol LinkOwner: AnyObject {
        func opened(_ link: Link)
        /// All replies to a batch are there, and what was read after it.
        func finished(_ batch: Batch, canary: RESPValue, info: RESPValue?, on link: Link)
        /// It was stalled, and takes claims again.
        func revived()
        /// The claims may be sent again.
        ///
        /// - Parameter batches: how many will never be finished.
        func closed(_ link: Link, unanswered: [Claim], batches: Int)
    }
#endif

#if Valkey
    import DPoPCore
    import NIOCore

    extension ClaimAsker {
        /// Listens to a channel until the connection is gone, was not made, or the task is cancelled.
        func listen(
            to channel: [UInt8], slot: Int, onSubscribed: @escaping @Sendable () -> Void,
            _ each: @escaping @Sendable ([UInt8]) -> Void
        ) async {
            let isCancelled = Locked(false)
            let handle = NIOLoopBoundBox.makeEmptyBox(valueType: Subscription.self, eventLoop: loop)
            await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    loop.execute {
                        let subscription = self.engine.value?.listen(
                            to: channel, slot: slot, onSubscribed: onSubscribed, onMessage: each,
                            onEnd: { continuation.resume() })
                        guard let subscription else { return continuation.resume() }
                        handle.value = subscription
                        if isCancelled.withLock({ $0 }) { subscription.close() }
                    }
                }
            } onCancel: {
                isCancelled.withLock { $0 = true }
                loop.execute { handle.value?.close() }
            }
        }
    }

    /// The primary that has the revocation keys, by the same connections as the claims.
    struct EngineRevocationServer: RevocationServer {
        let asker: ClaimAsker
        /// The hash slot of all revocation keys.
        let slot: Int

        func send(_ commands: [Command]) async throws(ServerUnavailable) -> [RESPValue] {
            guard let replies = await asker.call(commands, slot: slot) else { throw ServerUnavailable() }
            return replies
        }

        func listen(
            to channel: [UInt8], onSubscribed: @escaping @Sendable () -> Void,
            _ each: @escaping @Sendable ([UInt8]) -> Void
        ) async {
            await asker.listen(to: channel, slot: slot, onSubscribed: onSubscribed, each)
        }
    }

    extension EngineGate {
        /// Tells what happened to the view of what is revoked.
        func observe(_ event: RevocationEvent) {
            switch event {
            case .confirmed: observe(ValkeyEvent(.revocationsKnown))
            case .unconfirmed: observe(ValkeyEvent(.revocationsStale))
            case .unreadable: observe(ValkeyEvent(.revocationUnreadable, count: 1))
            case .writtenBack(let count): observe(ValkeyEvent(.revocationsRestored, count: count))
            case .full: observe(ValkeyEvent(.revocationsFull))
            }
        }
    }
#endif

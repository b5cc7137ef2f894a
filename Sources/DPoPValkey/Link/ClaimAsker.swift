#if Valkey
    import DPoPCore
    import NIOCore
    import NIOSSL

    /// Asks the engine from any task.
    final class ClaimAsker: Sendable {
        let gate: EngineGate
        let loop: any EventLoop
        let engine: NIOLoopBoundBox<Engine?>

        init(_ gate: EngineGate, on loop: any EventLoop) {
            self.gate = gate
            self.loop = loop
            engine = NIOLoopBoundBox.makeEmptyBox(valueType: Engine.self, eventLoop: loop)
        }

        func start(_ settings: ValkeySettings, _ tls: NIOSSLContext) {
            gate.open()
            loop.execute {
                let engine = Engine(settings, tls, self.gate, on: self.loop)
                self.engine.value = engine
                engine.start()
                engine.drain()
            }
        }

        func stop() async {
            // Fails only if the loop is gone, and the engine with it.
            try? await loop.submit { self.engine.value?.stop() }.get()
        }

        /// Claims a key for so many milliseconds. Always answered, by the deadline and a little; what was asked may have
        /// been done also where the answer is `unavailable`. Cancelling the task changes nothing.
        ///
        /// - Parameters:
        ///   - attempt: 128 random bits for this use of the key.
        ///   - isRepeated: whether the same attempt was asked about before; the server may then have it already.
        func claim(
            _ key: ClaimedKey, attempt: Symbols, usedAt time: UnixTime, milliseconds: Int64,
            within deadline: Duration, isRepeated: Bool = false
        ) async -> Claim.Answer {
            guard 0...UnixTime.latestClaim ~= time.seconds else { return .unavailable }
            let expiry = NIODeadline.now() + TimeAmount(deadline)
            return await withCheckedContinuation { continuation in
                let claim = Claim(
                    key, attempt: attempt, seconds: time.seconds, milliseconds: milliseconds, expiry: expiry,
                    isRepeated: isRepeated, continuation)
                if gate.leave(claim) { loop.execute { self.engine.value?.drain() } }
            }
        }

        /// Sends other commands to whoever has a slot; nil if there is none, or a reply is missing.
        func call(_ commands: [Command], slot: Int) async -> [RESPValue]? {
            await withCheckedContinuation { continuation in
                loop.execute {
                    guard let engine = self.engine.value else { return continuation.resume(returning: nil) }
                    engine.call(commands, slot: slot) { continuation.resume(returning: $0) }
                }
            }
        }
    }
#endif

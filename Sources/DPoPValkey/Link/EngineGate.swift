#if Valkey
    import DPoPCore
    import NIOCore

    /// What other threads see of an engine: claims go in, and what is known of the servers' memory comes out.
    final class EngineGate: Sendable {
        private struct State {
            var claims: [Claim] = []
            var isOpen = false
            /// Whether the engine comes by itself.
            var isDrainSet = false
            /// How many claims are a reason to call it all the same.
            var many = Int.max
            var isReady = false
            var since: UnixTime?
        }

        private let state = Locked(State())
        private let observer: (any ValkeyObserver)?
        /// Why it ended by itself.
        private let reason: AsyncStream<ValkeyConfigurationError>.Continuation

        init(observer: (any ValkeyObserver)?, end: AsyncStream<ValkeyConfigurationError>.Continuation) {
            self.observer = observer
            reason = end
        }

        // MARK: From any thread

        /// Leaves a claim; true if the engine must be called to take it. Refused while there is no engine.
        func leave(_ claim: Claim) -> Bool {
            let (isOpen, isCall) = state.withLock { state in
                guard state.isOpen else { return (false, false) }
                state.claims.append(claim)
                defer { state.isDrainSet = true }
                return (true, !state.isDrainSet || state.claims.count == state.many)
            }
            if !isOpen { claim.answer(.unavailable) }
            return isCall
        }

        /// From when the servers' memory reaches back without a gap; nil before it was looked at.
        var since: UnixTime? { state.withLock { $0.since } }

        /// Whether it runs.
        var isOpen: Bool { state.withLock { $0.isOpen } }

        var isReady: Bool { state.withLock { $0.isReady } }

        func observe(_ event: ValkeyEvent) { observer?.record(event) }

        /// It is to stop.
        func finish() { reason.finish() }

        // MARK: From the engine

        func open() { state.withLock { $0.isOpen = true } }

        /// What was left meanwhile. The engine comes again by itself.
        func take() -> [Claim] {
            state.withLock { state in
                guard !state.claims.isEmpty else { return [] }
                defer { state.claims = [] }
                return state.claims
            }
        }

        /// The engine must be called for the next claim; false if there is one already.
        func rest() -> Bool {
            state.withLock { state in
                guard state.claims.isEmpty else { return false }
                state.isDrainSet = false
                state.many = .max
                return true
            }
        }

        /// The engine comes by itself, but is called when so many claims are there.
        func callWhenThereAre(_ count: Int) { state.withLock { $0.many = count } }

        /// Takes the rest, and nothing more.
        func close() -> [Claim] {
            state.withLock { $0.isOpen = false }
            return take()
        }

        func becomeReady() { state.withLock { $0.isReady = true } }

        func remember(since time: UnixTime) { state.withLock { $0.since = max($0.since ?? time, time) } }

        /// It ends by itself, for a server that must not be used.
        func end(_ error: ValkeyConfigurationError) { reason.yield(error) }
    }
#endif

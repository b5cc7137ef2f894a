#if Valkey
    import DPoPCore

    /// One use of a proof, as this node and the server each know it.
    struct ClaimedUse: Sendable {
        let key: ReplayKey
        let claimed: ClaimedKey
        let attempt: Symbols
        let deadline: UnixTime
        let usedAt: UnixTime
    }

    /// What a node decides by itself while the server gives no answer (``ValkeySettings/FailurePolicy/degradeToLocal``).
    ///
    /// From the first claim without an answer on, everything is decided here, until the server answers again and has
    /// been told of all that was accepted meanwhile. Nonces count that were minted after the node was left alone, and
    /// afterwards those minted after its last decision alone.
    final class DecisionsAlone: Sendable {
        private struct State {
            /// Nil while the server decides.
            var cache: MemoryReplayCache?
            /// What was decided the last time.
            var former: MemoryReplayCache?
            /// When this node was left alone, the last time.
            var from: UnixTime?
            /// When it last decided alone.
            var last: UnixTime?
            /// What the server does not know yet.
            var untold: [ClaimedUse] = []
            /// How many of those it is just told, which are not in `untold`.
            var beingTold = 0
            /// Nothing is decided any more.
            var isOver = false
            /// When those that have run out are taken from it.
            var tidyAt = 0

            mutating func take(_ count: Int) -> [ClaimedUse] {
                let uses = Array(untold.suffix(count))
                untold.removeLast(uses.count)
                beingTold += uses.count
                return uses
            }

            mutating func putBack(_ kept: [ClaimedUse], of count: Int) {
                untold += kept
                beingTold -= count
            }
        }

        private let capacity: Int
        /// What this node knows to be used.
        private let nearby: MemoryReplayCache
        private let asker: ClaimAsker
        private let state = Locked(State())

        /// How long writing back one proof may take: not shorter than a use may.
        private let patience: Duration
        /// How long to wait before the server is tried again.
        private static let pause = Duration.milliseconds(100)
        /// How long the last chance may take: half of the 10 s that a container has to stop by custom.
        private static let farewell = Duration.seconds(5)
        /// How many are written back at once.
        private static let together = 256

        /// - Parameter deadline: how long a use may take.
        init(capacity: Int, deadline: Duration, _ nearby: MemoryReplayCache, _ asker: ClaimAsker) {
            patience = max(.seconds(1), deadline)
            self.capacity = capacity
            self.nearby = nearby
            self.asker = asker
        }

        /// Nonces minted then or before do not count; nil: there is no such time.
        var noncesFrom: UnixTime? { state.withLock { $0.cache == nil ? $0.last : $0.from } }

        /// The decision, if this node is alone now.
        ///
        /// - Parameter isClaimed: whether the server has just accepted this use. Then it needs not be told, and it is no
        ///   decision made alone; but if this node has decided about the proof meanwhile, that counts.
        func decideIfAlone(_ use: ClaimedUse, isClaimed: Bool = false) -> ReplayOutcome? {
            guard asker.gate.isOpen else { return isClaimed ? nil : .unavailable }
            let outcome = state.withLock { state -> ReplayOutcome? in
                if state.cache == nil, isClaimed {
                    // Accepted alone, and the server was told of that after it accepted this use.
                    if let since = state.former?.known(use.key) { return .seen(since: since) }
                    // With the lock held, so that who decides alone from now on meets it.
                    nearby.note(use.key, usedAt: use.usedAt, until: use.deadline, now: use.usedAt)
                }
                return admit(use, isClaimed, &state)
            }
            if outcome == .firstSighting, !isClaimed { asker.gate.observe(ValkeyEvent(.acceptedLocally, count: 1)) }
            return outcome
        }

        /// Decides; this node is alone from now on, if it was not.
        func decide(_ use: ClaimedUse) -> ReplayOutcome {
            // Without the engine nobody would go back to the server.
            guard asker.gate.isOpen else { return .unavailable }
            // By the clock and not by the claim, which has waited: a nonce minted meanwhile may be used already.
            let now = max(use.usedAt, UnixTime.now())
            let isNew = state.withLock { state in
                guard state.cache == nil else { return false }
                state.cache = MemoryReplayCache(capacity: capacity, keyShare: .unlimited, memory: .startsEmpty)
                state.from = now
                state.last = max(state.last ?? now, now)
                return true
            }
            if isNew {
                asker.gate.observe(ValkeyEvent(.degraded, since: now))
                Task { await self.goBack(role: use.claimed.role) }
            }
            // The server may have taken over again already, and then does not know this one.
            return decideIfAlone(use) ?? .unavailable
        }

        private func admit(_ use: ClaimedUse, _ isClaimed: Bool, _ state: inout State) -> ReplayOutcome? {
            guard let cache = state.cache else { return nil }
            guard !state.isOver || isClaimed else { return .unavailable }
            // Accepted by the server for another task of this node, just before it went away.
            if let since = nearby.known(use.key) { return .seen(since: since) }
            let outcome = cache.admit(use.key, until: use.deadline, now: use.usedAt)
            guard outcome == .firstSighting, !isClaimed else { return outcome }
            if state.untold.count >= state.tidyAt {
                state.untold.removeAll { $0.deadline < use.usedAt }
                // The rest lives, so it fits into the cache: this is seldom.
                state.tidyAt = 2 * state.untold.count + 1_024
            }
            state.untold.append(use)
            let now = max(use.usedAt, UnixTime.now())
            state.last = max(state.last ?? now, now)
            return outcome
        }

        // MARK: Back to the server

        /// Tries until the server knows all, or the store has stopped.
        private func goBack(role: [UInt8]) async {
            var told = 0
            while asker.gate.isOpen {
                guard await answers(role: role) else {
                    try? await Task.sleep(for: DecisionsAlone.pause)
                    continue
                }
                let batch = state.withLock { state -> [ClaimedUse]? in
                    guard !state.untold.isEmpty else {
                        (state.former, state.cache) = (state.cache, nil)
                        return nil
                    }
                    return state.take(DecisionsAlone.together)
                }
                guard let batch else {
                    return asker.gate.observe(ValkeyEvent(.recovered, count: told))
                }
                let kept = await tell(batch)
                told += batch.count - kept.count
                state.withLock { $0.putBack(kept, of: batch.count) }
                if !kept.isEmpty {
                    try? await Task.sleep(for: DecisionsAlone.pause)
                }
            }
        }

        /// The last chance to tell the server, while it answers; nothing is decided alone from now on.
        func tellLast() async {
            state.withLock { $0.isOver = true }
            let clock = ContinuousClock()
            let latest = clock.now + DecisionsAlone.farewell
            while clock.now < latest {
                let batch = state.withLock { $0.take(DecisionsAlone.together) }
                if batch.isEmpty {
                    // Those that are on their way already.
                    if state.withLock({ $0.beingTold == 0 }) { return }
                    try? await Task.sleep(for: .milliseconds(5))
                    continue
                }
                let kept = await tell(batch)
                state.withLock { $0.putBack(kept, of: batch.count) }
                if !kept.isEmpty { return }
            }
        }

        /// Says how many the server does not know, when there is no more to be done about it.
        func reportUntold() {
            let now = UnixTime.now()
            let count = state.withLock { state in
                state.untold.count { $0.deadline >= now } + state.beingTold
            }
            if count > 0 { asker.gate.observe(ValkeyEvent(.acceptedUntold, count: count)) }
        }

        /// Whether the server answers a claim of a key that nobody has.
        private func answers(role: [UInt8]) async -> Bool {
            guard let random = Symbols.random(), let attempt = Symbols.random() else { return false }
            return await asker.claim(
                ClaimedKey(random, role: role), attempt: attempt, usedAt: .now(), milliseconds: 1_000,
                within: patience) == .claimed
        }

        /// Tells the server; those that it could not be told come back.
        ///
        /// Each by the attempt of its first claim, which may have reached the server although its answer was lost.
        private func tell(_ accepted: [ClaimedUse]) async -> [ClaimedUse] {
            await withTaskGroup(of: ClaimedUse?.self) { group in
                for use in accepted {
                    let now = UnixTime.now()
                    guard use.deadline >= now, let milliseconds = Lifetime.milliseconds(until: use.deadline, now: now)
                    else { continue }
                    group.addTask { [asker, patience] in
                        let answer = await asker.claim(
                            use.claimed, attempt: use.attempt, usedAt: use.usedAt, milliseconds: milliseconds,
                            within: patience, isRepeated: true)
                        switch answer {
                        case .claimed: return nil
                        case .seen:
                            asker.gate.observe(ValkeyEvent(.acceptedTwice, count: 1))
                            return nil
                        case .full, .unavailable: return use
                        }
                    }
                }
                return await group.reduce(into: []) { kept, use in if let use { kept.append(use) } }
            }
        }
    }
#endif

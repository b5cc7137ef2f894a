#if Valkey
    import DPoPCore

    /// What a node decides by itself while the server gives no answer (``ValkeySettings/FailurePolicy/degradeToLocal``).
    ///
    /// From the first claim without an answer on, everything is decided here, until the server answers again and has
    /// been told of all that was accepted meanwhile. A proof whose nonce is older than the last decision made alone does
    /// not count afterwards.
    final class DecisionsAlone: Sendable {
        private struct Accepted {
            let key: ClaimedKey
            let deadline: UnixTime
            let usedAt: UnixTime
        }

        private struct State {
            /// Nil while the server decides.
            var cache: MemoryReplayCache?
            /// Until when this node decided alone.
            var until: UnixTime?
            /// What the server does not know yet.
            var untold: [Accepted] = []
        }

        private let capacity: Int
        private let asker: ClaimAsker
        private let state = Locked(State())

        /// How long writing back one proof may take: not shorter than a use may.
        private let patience: Duration
        /// How many are written back at once.
        private static let together = 256

        /// - Parameter deadline: how long a use may take.
        init(capacity: Int, deadline: Duration, _ asker: ClaimAsker) {
            patience = max(.seconds(1), deadline)
            self.capacity = capacity
            self.asker = asker
        }

        var until: UnixTime? { state.withLock { $0.until } }

        /// The decision, if this node is alone now.
        func decideIfAlone(
            _ key: ReplayKey, _ claimed: ClaimedKey, until deadline: UnixTime, now: UnixTime
        ) -> ReplayOutcome? {
            let outcome = state.withLock { $0.cache == nil ? nil : admit(key, claimed, deadline, now, &$0) }
            if outcome == .firstSighting { asker.gate.observe(ValkeyEvent(.acceptedLocally, count: 1)) }
            return outcome
        }

        /// Decides; this node is alone from now on, if it was not.
        func decide(_ key: ReplayKey, _ claimed: ClaimedKey, until deadline: UnixTime, now: UnixTime) -> ReplayOutcome {
            let isNew = state.withLock { state in
                guard state.cache == nil else { return false }
                state.cache = MemoryReplayCache(capacity: capacity, keyShare: .unlimited, memory: .startsEmpty)
                state.until = max(state.until ?? now, now)
                return true
            }
            if isNew {
                asker.gate.observe(ValkeyEvent(.degraded, since: now))
                Task { await self.goBack(role: claimed.role) }
            }
            // The server may have taken over again already, and then does not know this one.
            return decideIfAlone(key, claimed, until: deadline, now: now) ?? .unavailable
        }

        private func admit(
            _ key: ReplayKey, _ claimed: ClaimedKey, _ deadline: UnixTime, _ now: UnixTime, _ state: inout State
        ) -> ReplayOutcome? {
            guard let cache = state.cache else { return nil }
            let outcome = cache.admit(key, until: deadline, now: now)
            if outcome == .firstSighting {
                state.untold.append(Accepted(key: claimed, deadline: deadline, usedAt: now))
                state.until = max(state.until ?? now, now)
            }
            return outcome
        }

        // MARK: Back to the server

        /// Tries until the server knows all, or the store has stopped.
        private func goBack(role: [UInt8]) async {
            var told = 0
            while asker.gate.isOpen {
                guard await answers(role: role) else {
                    try? await Task.sleep(for: .milliseconds(100))
                    continue
                }
                let batch = state.withLock { state -> [Accepted]? in
                    guard !state.untold.isEmpty else {
                        state.cache = nil
                        return nil
                    }
                    defer { state.untold.removeFirst(min(DecisionsAlone.together, state.untold.count)) }
                    return Array(state.untold.prefix(DecisionsAlone.together))
                }
                guard let batch else {
                    return asker.gate.observe(ValkeyEvent(.recovered, count: told))
                }
                let kept = await tell(batch)
                told += batch.count - kept.count
                if !kept.isEmpty { state.withLock { $0.untold += kept } }
            }
        }

        /// Whether the server answers a claim of a key that nobody has.
        private func answers(role: [UInt8]) async -> Bool {
            guard let random = Symbols.random() else { return false }
            let key = ClaimedKey(random, role: role)
            return await asker.claim(key, usedAt: .now(), milliseconds: 1_000, within: patience)
                == .claimed
        }

        /// Tells the server; those that it could not be told come back.
        private func tell(_ accepted: [Accepted]) async -> [Accepted] {
            await withTaskGroup(of: Accepted?.self) { group in
                for one in accepted {
                    guard let milliseconds = Lifetime.milliseconds(until: one.deadline, now: .now()),
                        one.deadline >= .now()
                    else { continue }
                    group.addTask { [asker, patience] in
                        switch await asker.claim(
                            one.key, usedAt: one.usedAt, milliseconds: milliseconds, within: patience)
                        {
                        case .claimed: return nil
                        case .seen:
                            asker.gate.observe(ValkeyEvent(.acceptedTwice, count: 1))
                            return nil
                        case .full, .unavailable: return one
                        }
                    }
                }
                return await group.reduce(into: []) { kept, one in if let one { kept.append(one) } }
            }
        }
    }
#endif

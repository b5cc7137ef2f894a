#if Valkey
    public import DPoPCore

    /// A replay store that all nodes of a fleet share (``ValkeyStore/replay(_:)``).
    ///
    /// One command decides about a proof, `SET key attempt NX GET PX milliseconds` (before Redis 7.0 without `GET`); the
    /// key is the prefix, the role and 128 bits of ``ReplayKey``'s digest. It is answered within
    /// ``ValkeySettings/deadline``, or counts as used. What this node knows to be used it answers without the server.
    public struct ValkeyReplayStore: ReplayStore {
        private let role: [UInt8]
        private let settings: ValkeySettings
        private let asker: ClaimAsker
        /// What this node knows to be used.
        private let nearby: MemoryReplayCache
        let alone: DecisionsAlone?
        /// What this node accepted unchecked, where it may.
        private let unchecked: MemoryReplayCache?

        /// How many used proofs a node knows itself for one role: at most 2.6 MB.
        static let nearbyCapacity = 65_536

        init(role: ValkeyStore.Role, settings: ValkeySettings, asker: ClaimAsker) {
            self.role = Array(role.name.utf8)
            self.settings = settings
            self.asker = asker
            nearby = MemoryReplayCache(
                capacity: ValkeyReplayStore.nearbyCapacity, keyShare: .unlimited, memory: .startsEmpty)
            unchecked =
                settings.failurePolicy == .open
                ? MemoryReplayCache(
                    capacity: ValkeyReplayStore.nearbyCapacity, keyShare: .unlimited, memory: .startsEmpty) : nil
            if case .degradeToLocal(let capacity) = settings.failurePolicy {
                alone = DecisionsAlone(capacity: capacity, deadline: settings.deadline, nearby, asker)
            } else {
                alone = nil
            }
        }

        public var scope: ReplayScope { .shared }

        /// True where this node may go on alone.
        public var requiresNonces: Bool { alone != nil }

        /// Since when the servers' memory reaches back without a gap.
        public var memory: ReplayMemory {
            // Before the server was seen every claim is `unavailable`, and that is what should be said of it.
            switch (asker.gate.since, alone?.noncesFrom) {
            case (nil, nil): .startsEmpty
            case (nil, let alone?): .since(alone)
            case (let since?, let alone): .sinceLoss(since, decidedAlone: alone)
            }
        }

        public func admit(_ key: ReplayKey, until deadline: UnixTime, now: UnixTime) async -> ReplayOutcome {
            guard deadline >= now else { return .deadlinePassed }
            if let since = nearby.known(key) { return .seen(since: since) }
            guard let milliseconds = Lifetime.milliseconds(until: deadline, now: now), let attempt = Symbols.random()
            else { return .unavailable }
            let use = ClaimedUse(
                key: key, claimed: ClaimedKey(key, role: role), attempt: attempt, deadline: deadline, usedAt: now)
            if let outcome = alone?.decideIfAlone(use) { return outcome }
            let answer = await asker.claim(
                use.claimed, attempt: attempt, usedAt: now, milliseconds: milliseconds, within: settings.deadline)
            switch answer {
            case .claimed:
                // Another task may have decided about the same proof alone meanwhile.
                if let outcome = alone?.decideIfAlone(use, isClaimed: true) { return outcome }
                // Or unchecked.
                if let since = unchecked?.known(key) { return .seen(since: since) }
                nearby.note(key, usedAt: now, until: deadline, now: now)
                return .firstSighting
            case .seen(let since):
                nearby.note(key, usedAt: since, until: deadline, now: now)
                return .seen(since: since)
            case .full: return .full
            case .unavailable: break
            }
            switch settings.failurePolicy {
            case .closed: return .unavailable
            case .degradeToLocal:
                return alone?.decide(use) ?? .unavailable
            case .open:
                // Not while nothing tries to reach the server: before `run()` and after it.
                guard asker.gate.isOpen else { return .unavailable }
                // Accepted by the server for another task of this node meanwhile.
                if let since = nearby.known(key) { return .seen(since: since) }
                // What this node accepts so, it accepts once as long as there is room to remember it.
                switch unchecked?.admit(key, until: deadline, now: now) {
                case .seen(let since): return .seen(since: since)
                case .deadlinePassed: return .deadlinePassed
                default: break
                }
                asker.gate.observe(ValkeyEvent(.acceptedUnchecked, count: 1))
                return .firstSighting
            }
        }
    }

    /// How long a server must remember.
    enum Lifetime {
        /// Rounded up, and one more because the deadline is included; at least 1. Nil for more than a hundred years.
        static func milliseconds(until deadline: UnixTime, now: UnixTime) -> Int64? {
            let (seconds, overflow) = deadline.seconds.subtractingReportingOverflow(now.seconds)
            guard !overflow, seconds <= 3_155_760_000 else { return nil }
            let nanoseconds = Int64(deadline.nanoseconds) - Int64(now.nanoseconds)
            return max(1, seconds * 1_000 + (nanoseconds + 1_000_000_000 + 999_999) / 1_000_000 - 1_000 + 1)
        }
    }
#endif

import DPoPCore

/// A plain store, as right as can be, or wrong in one way.
final class TableStore: ReplayStore {
    enum Defect: String, Sendable, CaseIterable, CustomStringConvertible {
        case looksThenWrites, evictsOldest, refusesAndEvicts, growsWithoutBound, remembersRefused, holdsTenth
        case movesPassedDeadlines, refusesDeadlineNow, usesUpPassedDeadlines, comparesWholeSeconds
        case forgetsAtDeadline, dropsFractions, wholeSecondsToLive, halfAnHourAtMost, shortens
        case forgetsCancelled, neverReturnsCancelled, saysSeenWhenCancelled
        case dropsWhenClockGoesBack, forgetsThatItForgot, keepsThumbprintsOnly, memoryMoves, seenLater, seenBefore
        case isDown

        var description: String { rawValue }
    }

    struct State {
        var entries: [[UInt8]: (deadline: UnixTime, since: UnixTime)] = [:]
        var order: [[UInt8]] = []
        var forgottenThrough: UnixTime?
        var latest: UnixTime?
        /// When what had run out was dropped last.
        var droppedAt: UnixTime?
    }

    let scope: ReplayScope
    private let defect: Defect?
    private let capacity: Int
    /// Real time decides what has run out, not the caller's.
    private let hasOwnClock: Bool
    /// What nodes of one fleet share.
    private let state: Locked<State>

    init(
        _ defect: Defect? = nil, capacity: Int = 100_000, hasOwnClock: Bool = false, scope: ReplayScope = .shared,
        sharing state: Locked<State> = Locked(State())
    ) {
        self.defect = defect
        self.capacity = defect == .holdsTenth ? max(1, capacity / 10) : capacity
        self.hasOwnClock = hasOwnClock
        self.scope = scope
        self.state = state
    }

    var memory: ReplayMemory { defect == .memoryMoves ? .since(.now()) : .startsEmpty }

    func admit(_ key: ReplayKey, until deadline: UnixTime, now: UnixTime) async -> ReplayOutcome {
        let bytes = defect == .keepsThumbprintsOnly ? key.thumbprint.bytes : key.bytes
        if defect == .isDown { return .unavailable }
        if defect == .neverReturnsCancelled, Task.isCancelled {
            // Long enough: nobody waits for it to end.
            _ = await Task.detached { try? await Task.sleep(for: .seconds(20)) }.value
        }
        if defect == .looksThenWrites, state.withLock({ $0.entries[bytes] == nil }) {
            await Task.yield()
            state.withLock { _ = $0.entries.removeValue(forKey: bytes) }
        }
        let outcome = state.withLock { claim(&$0, bytes, until: deadline, now: now) }
        guard Task.isCancelled, outcome == .firstSighting else { return outcome }
        if defect == .forgetsCancelled { state.withLock { _ = $0.entries.removeValue(forKey: bytes) } }
        return defect == .saysSeenWhenCancelled ? .seen(since: now) : outcome
    }

    private func claim(
        _ state: inout State, _ key: [UInt8], until deadline: UnixTime, now: UnixTime
    ) -> ReplayOutcome {
        let clock = hasOwnClock ? .now() : now
        var deadline = deadline
        if defect == .movesPassedDeadlines { deadline = max(deadline, now) }
        guard isAhead(deadline, now), !hasOwnClock || deadline >= clock else {
            if defect == .usesUpPassedDeadlines {
                state.entries[key] = (now.advanced(bySeconds: 71), now)
            }
            return .deadlinePassed
        }
        turnClock(&state, clock)
        if let known = state.entries[key],
            defect == .forgetsAtDeadline ? known.deadline > clock : known.deadline >= clock
        {
            if defect == .shortens, deadline < known.deadline { state.entries[key] = (deadline, known.since) }
            return .seen(since: known.since)
        }
        if let forgotten = state.forgottenThrough, deadline <= forgotten { return .deadlinePassed }
        if state.entries.count >= capacity, defect != .growsWithoutBound {
            dropExpired(&state, clock)
            if state.entries.count >= capacity {
                if defect == .evictsOldest || defect == .refusesAndEvicts {
                    state.entries.removeValue(forKey: state.order.removeFirst())
                }
                if defect == .remembersRefused { state.entries[key] = (deadline, now) }
                if defect != .evictsOldest { return .full }
            }
        }
        state.entries[key] = (kept(deadline, now, clock), since(now, deadline))
        if defect == .evictsOldest || defect == .refusesAndEvicts { state.order.append(key) }
        return .firstSighting
    }

    private func isAhead(_ deadline: UnixTime, _ now: UnixTime) -> Bool {
        switch defect {
        case .refusesDeadlineNow: deadline > now
        case .comparesWholeSeconds: deadline.seconds >= now.seconds
        default: deadline >= now
        }
    }

    /// What a clock does to the store that does not stand.
    private func turnClock(_ state: inout State, _ clock: UnixTime) {
        if let latest = state.latest {
            if clock < latest, defect == .dropsWhenClockGoesBack { state.entries = [:] }
            if clock > latest, defect == .forgetsThatItForgot { dropExpired(&state, clock) }
        }
        state.latest = clock
    }

    private func dropExpired(_ state: inout State, _ clock: UnixTime) {
        guard state.droppedAt != clock else { return }
        state.droppedAt = clock
        for (key, entry) in state.entries where entry.deadline < clock {
            state.entries.removeValue(forKey: key)
            if defect != .forgetsThatItForgot {
                state.forgottenThrough = max(state.forgottenThrough ?? entry.deadline, entry.deadline)
            }
        }
    }

    /// Until when an entry is kept.
    private func kept(_ deadline: UnixTime, _ now: UnixTime, _ clock: UnixTime) -> UnixTime {
        switch defect {
        case .dropsFractions: return UnixTime(seconds: deadline.seconds)
        case .halfAnHourAtMost: return min(deadline, now.advanced(bySeconds: 1_800))
        case .wholeSecondsToLive:
            let seconds = deadline.seconds - now.seconds - (deadline.nanoseconds < now.nanoseconds ? 1 : 0)
            return clock.advanced(bySeconds: seconds)
        default: return deadline
        }
    }

    private func since(_ now: UnixTime, _ deadline: UnixTime) -> UnixTime {
        switch defect {
        case .seenLater: deadline
        case .seenBefore: now.advanced(bySeconds: -1)
        default: now
        }
    }
}

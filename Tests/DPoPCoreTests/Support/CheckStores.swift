@testable import DPoPCore

/// A store that may suspend and remembers by a plain dictionary.
actor CheckAsyncStore: ReplayStore {
    nonisolated let scope = ReplayScope.shared
    nonisolated let memory: ReplayMemory
    private var deadlines: [ReplayKey: UnixTime] = [:]

    init(memory: ReplayMemory = .startsEmpty) { self.memory = memory }

    func admit(_ key: ReplayKey, until deadline: UnixTime, now: UnixTime) async -> ReplayOutcome {
        await Task.yield()
        guard deadline >= now else { return .deadlinePassed }
        if deadlines[key] != nil { return .seen(since: now) }
        deadlines[key] = deadline
        return .firstSighting
    }

    var count: Int { deadlines.count }
}

/// A store that always gives the same answer and counts the questions.
final class CheckFixedStore: SynchronousReplayStore {
    let scope = ReplayScope.processLocal
    let memory: ReplayMemory
    let requiresNonces: Bool
    private let outcome: ReplayOutcome
    private let asked = Locked<[(key: ReplayKey, deadline: UnixTime)]>([])

    init(_ outcome: ReplayOutcome, memory: ReplayMemory = .startsEmpty, requiresNonces: Bool = false) {
        self.outcome = outcome
        self.memory = memory
        self.requiresNonces = requiresNonces
    }

    func admit(_ key: ReplayKey, until deadline: UnixTime, now: UnixTime) -> ReplayOutcome {
        asked.withLock { $0.append((key, deadline)) }
        return outcome
    }

    /// What was asked so far.
    var questions: [(key: ReplayKey, deadline: UnixTime)] { asked.withLock { $0 } }
}

/// A store that loses its memory while it is asked: it forgets what it knew and says so from then on.
final class CheckForgetfulStore: SynchronousReplayStore {
    let scope = ReplayScope.shared
    private let lossAt: UnixTime
    private let isLost = Locked(false)

    init(losingMemoryAt time: UnixTime) { lossAt = time }

    var memory: ReplayMemory { isLost.withLock { $0 ? .since(lossAt) : .startsEmpty } }

    func admit(_ key: ReplayKey, until deadline: UnixTime, now: UnixTime) -> ReplayOutcome {
        isLost.withLock { $0 = true }
        return .firstSighting
    }
}

/// A store that answers first sightings, and not before the deadline has passed by the system's clock.
struct CheckStalledStore: ReplayStore {
    let scope = ReplayScope.shared
    let memory = ReplayMemory.startsEmpty

    func admit(_ key: ReplayKey, until deadline: UnixTime, now: UnixTime) async -> ReplayOutcome {
        while UnixTime.now() <= deadline { try? await Task.sleep(for: .milliseconds(5)) }
        return .firstSighting
    }
}

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
    private let outcome: ReplayOutcome
    private let lock = Lock()
    // Only touched under the lock.
    private nonisolated(unsafe) var asked: [(key: ReplayKey, deadline: UnixTime)] = []

    init(_ outcome: ReplayOutcome, memory: ReplayMemory = .startsEmpty) {
        self.outcome = outcome
        self.memory = memory
    }

    func admit(_ key: ReplayKey, until deadline: UnixTime, now: UnixTime) -> ReplayOutcome {
        lock.withLock { unsafe asked.append((key, deadline)) }
        return outcome
    }

    /// What was asked so far.
    var questions: [(key: ReplayKey, deadline: UnixTime)] { lock.withLock { unsafe asked } }
}

/// A store that loses its memory while it is asked: it forgets what it knew and says so from then on.
final class CheckForgetfulStore: SynchronousReplayStore {
    let scope = ReplayScope.shared
    private let lossAt: UnixTime
    private let lock = Lock()
    // Only touched under the lock.
    private nonisolated(unsafe) var isLost = false

    init(losingMemoryAt time: UnixTime) { lossAt = time }

    var memory: ReplayMemory { lock.withLock { unsafe isLost ? .since(lossAt) : .startsEmpty } }

    func admit(_ key: ReplayKey, until deadline: UnixTime, now: UnixTime) -> ReplayOutcome {
        lock.withLock { unsafe isLost = true }
        return .firstSighting
    }
}

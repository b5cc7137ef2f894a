import DPoPCore
import Synchronization

/// What one run of the command has seen. It starts empty and forgets nothing, for lines may be judged at times of
/// their own in any order.
final class RunReplayStore: SynchronousReplayStore {
    private let seen = Mutex<[ReplayKey: UnixTime]>([:])

    var scope: ReplayScope { .processLocal }
    var memory: ReplayMemory { .startsEmpty }

    func admit(_ key: ReplayKey, until deadline: UnixTime, now: UnixTime) -> ReplayOutcome {
        guard deadline >= now else { return .deadlinePassed }
        return seen.withLock { seen in
            if let since = seen[key] { return .seen(since: since) }
            seen[key] = now
            return .firstSighting
        }
    }
}

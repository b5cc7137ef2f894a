import DPoPCore

/// Whose nonces: they are valid for one server, in one of its roles, and remembered for one key, because servers may
/// bind them to it.
struct NonceSlot: Hashable, Sendable {
    let origin: ServerOrigin
    let role: ServerRole
    let jkt: Thumbprint
}

/// What a server is to a request.
enum ServerRole: Hashable, Sendable {
    /// A token request, without an access token.
    case authorizationServer
    /// A request that carries an access token.
    case resourceServer
}

/// The latest nonce of each server (RFC 9449 §8.2), and the wait for the first one.
///
/// While nothing is known of a server, one request goes ahead, and the others wait until its answer's fields are here,
/// it failed, or the time for that is over. No lock is held while anything is waited for.
final class NonceMemory: Sendable {
    private struct State {
        /// A value that is nil: the server has answered and gave no nonce.
        var latest: BoundedMemory<NonceSlot, String?>
        /// Where a first request is under way, at most as many as nonces.
        var scouts: [NonceSlot: Scout] = [:]
        var lastID: UInt64 = 0
    }

    private struct Scout {
        let id: UInt64
        var waiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
        var timer: Task<Void, Never>?
    }

    private let state: Locked<State>
    private let capacity: Int
    private let patience: Duration

    init(capacity: Int, patience: Duration) {
        self.capacity = min(max(capacity, 1), 1_000_000)
        state = Locked(State(latest: BoundedMemory(capacity: self.capacity)))
        // A sleep until the end of time overflows.
        self.patience = min(patience, .seconds(3_600))
    }

    /// The latest nonce, without waiting for one.
    func latest(_ slot: NonceSlot) -> String? { state.withLock { ($0.latest.value(for: slot) ?? nil) } }

    /// The latest nonce, after the wait for it if it is not known whether there is one; and the caller's number if it
    /// goes ahead of others, who wait until it calls ``record(_:_:)`` or ``abandon(_:_:)``.
    func awaited(_ slot: NonceSlot) async -> (latest: String?, goesAhead: UInt64?) {
        enum Turn {
            case known(String?)
            case ahead(UInt64, of: Scout?)
            case behind(UInt64)
        }
        let turn = state.withLock { state -> Turn in
            if let known = state.latest.value(for: slot) { return .known(known) }
            guard patience > .zero else { return .known(nil) }
            if let scout = state.scouts[slot] { return .behind(scout.id) }
            // Whoever signs a request and never says what became of it leaves an entry here.
            var oldest: Scout?
            if state.scouts.count >= capacity, let index = state.scouts.min(by: { $0.value.id < $1.value.id })?.key {
                oldest = state.scouts.removeValue(forKey: index)
            }
            state.lastID += 1
            state.scouts[slot] = Scout(id: state.lastID)
            return .ahead(state.lastID, of: oldest)
        }
        switch turn {
        case .known(let nonce): return (nonce, nil)
        case .ahead(let id, let oldest):
            release(oldest)
            return (nil, id)
        case .behind(let scout):
            await wait(slot, behind: scout)
            return (latest(slot), nil)
        }
    }

    /// Takes in an answer's nonce; nil if it had none, which keeps the one before.
    func record(_ slot: NonceSlot, _ nonce: String?) {
        let scout = state.withLock { state -> Scout? in
            state.latest.update(slot, default: nil) { latest in
                if let nonce { latest = nonce }
            }
            return state.scouts.removeValue(forKey: slot)
        }
        release(scout)
    }

    /// Forgets a nonce that the server refused, unless there is another by now.
    func drop(_ slot: NonceSlot, _ nonce: String) {
        state.withLock { state in
            state.latest.update(slot, default: nil) { latest in
                if latest == nonce { latest = nil }
            }
        }
    }

    /// The request that went ahead has no answer: those who wait go on.
    func abandon(_ slot: NonceSlot, _ id: UInt64) {
        let scout = state.withLock { state -> Scout? in
            guard state.scouts[slot]?.id == id else { return nil }
            return state.scouts.removeValue(forKey: slot)
        }
        release(scout)
    }

    /// For tests: how many wait for first answers.
    var waiters: Int { state.withLock { $0.scouts.values.reduce(0) { $0 + $1.waiters.count } } }

    // MARK: Waiting

    private func wait(_ slot: NonceSlot, behind scout: UInt64) async {
        let own = state.withLock { state -> UInt64 in
            state.lastID += 1
            return state.lastID
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                // Cancellation that comes before this leaves the task cancelled, after it finds the waiter.
                let waits = state.withLock { state -> Bool in
                    guard !Task.isCancelled, state.scouts[slot]?.id == scout else { return false }
                    state.scouts[slot]?.waiters[own] = continuation
                    if state.scouts[slot]?.timer == nil {
                        state.scouts[slot]?.timer = Task { [patience] in
                            guard (try? await Task.sleep(for: patience)) != nil else { return }
                            self.giveUp(slot, scout)
                        }
                    }
                    return true
                }
                if !waits { continuation.resume() }
            }
        } onCancel: {
            let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
                guard state.scouts[slot]?.id == scout else { return nil }
                return state.scouts[slot]?.waiters.removeValue(forKey: own)
            }
            waiter?.resume()
        }
    }

    /// After the time for it: the server counts as one without nonces until it says otherwise, so that nobody else waits.
    private func giveUp(_ slot: NonceSlot, _ id: UInt64) {
        let scout = state.withLock { state -> Scout? in
            guard state.scouts[slot]?.id == id else { return nil }
            state.latest.update(slot, default: nil) { _ in }
            return state.scouts.removeValue(forKey: slot)
        }
        release(scout)
    }

    private func release(_ scout: Scout?) {
        guard let scout else { return }
        scout.timer?.cancel()
        for waiter in scout.waiters.values { waiter.resume() }
    }
}

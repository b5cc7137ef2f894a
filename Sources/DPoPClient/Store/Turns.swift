import DPoPCore

/// One after the other, in the order in which they came; no thread waits.
final class Turns: Sendable {
    private struct State {
        var isTaken = false
        var lastID: UInt64 = 0
        var queue: [(id: UInt64, waiter: CheckedContinuation<Void, any Error>)] = []
    }

    private let state = Locked(State())

    /// Waits for the turn, which ``pass()`` ends.
    ///
    /// - Parameter patience: how long; nil is without end.
    ///
    /// Throws `storeBusy` after that time, CancellationError.
    func take(patience: Duration? = nil) async throws {
        let own = state.withLock { state -> UInt64 in
            state.lastID += 1
            return state.lastID
        }
        let timer = Locked<Task<Void, Never>?>(nil)
        defer { timer.withLock { $0?.cancel() } }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (waiter: CheckedContinuation<Void, any Error>) in
                enum Place {
                    case first
                    case behind
                    case cancelled
                }
                // Cancellation that comes before this leaves the task cancelled, after it finds the waiter.
                let place = state.withLock { state -> Place in
                    if Task.isCancelled { return .cancelled }
                    guard state.isTaken else {
                        state.isTaken = true
                        return .first
                    }
                    state.queue.append((own, waiter))
                    return .behind
                }
                switch place {
                case .first: waiter.resume()
                case .behind:
                    guard let patience else { break }
                    let clock = Task {
                        guard (try? await Task.sleep(for: patience)) != nil else { return }
                        self.leave(own, DPoPClientError(.storeBusy, "others use the session's store for too long"))
                    }
                    timer.withLock { $0 = clock }
                case .cancelled: waiter.resume(throwing: CancellationError())
                }
            }
        } onCancel: {
            leave(own, CancellationError())
        }
    }

    /// Ends the turn: who came next has it.
    func pass() {
        let next = state.withLock { state -> CheckedContinuation<Void, any Error>? in
            guard !state.queue.isEmpty else {
                state.isTaken = false
                return nil
            }
            return state.queue.removeFirst().waiter
        }
        next?.resume()
    }

    private func leave(_ id: UInt64, _ error: any Error) {
        let waiter = state.withLock { state -> CheckedContinuation<Void, any Error>? in
            guard let index = state.queue.firstIndex(where: { $0.id == id }) else { return nil }
            return state.queue.remove(at: index).waiter
        }
        waiter?.resume(throwing: error)
    }
}

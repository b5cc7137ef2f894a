import DPoPCore

/// One piece of work for all who want its result while it is under way.
final class SingleFlight<Value: Sendable>: Sendable {
    private struct State {
        var isUnderWay = false
        var lastID: UInt64 = 0
        var waiters: [UInt64: CheckedContinuation<Value, any Error>] = [:]
    }

    private let state = Locked(State())

    /// Waits for the work that is under way, or starts it. It is a task of its own: it goes on when a caller is cancelled,
    /// and when all are.
    ///
    /// Returns its result, and whether this call has started it. Throws its error; CancellationError for the caller who is
    /// cancelled.
    func result(
        of work: @escaping @Sendable () async throws -> Value
    ) async throws -> (value: Value, isOwn: Bool) {
        let own = state.withLock { state -> UInt64 in
            state.lastID += 1
            return state.lastID
        }
        let isOwn = Locked(false)
        let value = try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (waiter: CheckedContinuation<Value, any Error>) in
                // Cancellation that comes before this leaves the task cancelled, after it finds the waiter.
                let starts = state.withLock { state -> Bool? in
                    guard !Task.isCancelled else { return nil }
                    state.waiters[own] = waiter
                    defer { state.isUnderWay = true }
                    return !state.isUnderWay
                }
                switch starts {
                case true?:
                    isOwn.withLock { $0 = true }
                    Task { self.land(await Self.outcome(of: work)) }
                case false?: break
                case nil: waiter.resume(throwing: CancellationError())
                }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: own) }?.resume(throwing: CancellationError())
        }
        return (value, isOwn.withLock { $0 })
    }

    private static func outcome(of work: () async throws -> Value) async -> Result<Value, any Error> {
        do { return .success(try await work()) } catch { return .failure(error) }
    }

    private func land(_ outcome: Result<Value, any Error>) {
        let waiters = state.withLock { state -> [UInt64: CheckedContinuation<Value, any Error>] in
            defer {
                state.isUnderWay = false
                state.waiters = [:]
            }
            return state.waiters
        }
        for waiter in waiters.values { waiter.resume(with: outcome) }
    }
}

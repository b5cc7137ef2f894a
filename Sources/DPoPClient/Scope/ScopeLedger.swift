import DPoPCore

/// What is left of a handle, and of those that it was narrowed from: a use counts with all of them.
final class ScopeLedger: Sendable {
    private struct State {
        var isRevoked = false
        var allowance: Allowance
    }

    private let state: Locked<State>
    private let observer: (any ScopeObserver)?
    private let parent: ScopeLedger?
    private let depth: Int
    private let monotonic: @Sendable () -> ContinuousClock.Instant

    /// How often a handle can be narrowed in a row.
    static let maximumDepth = 16

    init(
        _ rate: SigningRate, observer: (any ScopeObserver)?,
        monotonic: @escaping @Sendable () -> ContinuousClock.Instant
    ) {
        state = Locked(State(allowance: Allowance(rate, now: monotonic())))
        self.observer = observer
        self.monotonic = monotonic
        parent = nil
        depth = 0
    }

    /// Throws `invalidScope` where a handle was narrowed too often in a row.
    init(_ rate: SigningRate, observer: (any ScopeObserver)?, below parent: ScopeLedger) throws(DPoPClientError) {
        guard parent.depth < ScopeLedger.maximumDepth else {
            throw DPoPClientError(.invalidScope, "narrowed more than 16 times in a row")
        }
        state = Locked(State(allowance: Allowance(rate, now: parent.monotonic())))
        self.observer = observer
        self.parent = parent
        monotonic = parent.monotonic
        depth = parent.depth + 1
    }

    func revoke() { state.withLock { $0.isRevoked = true } }

    /// Throws `scopeRevoked`.
    func checkStands() throws(DPoPClientError) {
        if isRevoked { throw ScopeLedger.revoked }
    }

    /// Counts one use with this handle and all above it, or with none. Throws `scopeRevoked` or `rateExceeded`.
    func spend() throws(DPoPClientError) {
        switch spend(now: monotonic()) {
        case .counted: return
        case .revoked: throw ScopeLedger.revoked
        case .nothingLeft: throw DPoPClientError(.rateExceeded, "the scope's rate is used up for now")
        }
    }

    func report(_ event: ScopeEvent) {
        observer?.record(event)
        parent?.report(event)
    }

    private static var revoked: DPoPClientError { DPoPClientError(.scopeRevoked, "the scope was revoked") }

    private var isRevoked: Bool { state.withLock { $0.isRevoked } || parent?.isRevoked ?? false }

    private enum Count { case counted, revoked, nothingLeft }

    // The locks are taken from a handle upwards, in this order by everyone.
    private func spend(now: ContinuousClock.Instant) -> Count {
        state.withLock { state in
            guard !state.isRevoked else { return .revoked }
            let hasOne = state.allowance.has(now: now)
            // Above this one something may be revoked, which is the better reason.
            guard hasOne else { return parent?.isRevoked ?? false ? .revoked : .nothingLeft }
            if let refused = parent?.spend(now: now), refused != .counted { return refused }
            state.allowance.take(now: now)
            return .counted
        }
    }
}

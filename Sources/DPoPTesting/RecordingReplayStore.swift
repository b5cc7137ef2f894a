public import DPoPCore

/// A replay store that records each claim, passes it on to another store or answers what it is told to, and can make
/// claims wait.
///
/// ```swift
/// let store = RecordingReplayStore(MemoryReplayCache(memory: .startsEmpty))
/// store.answerNext(.unavailable)  // the next claim; what comes then is passed on
/// ```
///
/// No lock is held while a claim waits.
public final class RecordingReplayStore: ReplayStore {
    /// One claim that was answered.
    public struct Claim: Sendable, Hashable {
        /// With its ``ReplayKey/bytes`` and thumbprint.
        public let key: ReplayKey
        /// Until when it was to be remembered, the verifier's `iat` + `maximumAge` + `clockSkew` + 1 s by default.
        public let deadline: UnixTime
        /// The verifier's time.
        public let now: UnixTime
        /// What was answered: `unavailable` also for one that was cancelled while it waited.
        public let outcome: ReplayOutcome
    }

    /// Where claims are made to wait.
    public enum Gate: Sendable, Hashable {
        /// Before the store below is asked. A claim that is cancelled there is answered `unavailable`, and the store
        /// never hears of it.
        case beforeStore
        /// With the answer of the store below in hand. A claim that is cancelled there is answered `unavailable`: its
        /// key is used, and the answer lost.
        case afterStore
    }

    private struct State {
        var claims: [Claim] = []
        var script: [ReplayOutcome] = []
        var gate: Gate?
        var held: [UInt64: CheckedContinuation<Bool, Never>] = [:]
        var lastNumber: UInt64 = 0
    }

    private let store: any ReplayStore
    private let limit: Int
    private let state = Locked(State())

    /// - Parameters:
    ///   - store: answers all claims that no answer was set for. Its scope, its memory and whether it needs nonces are
    ///     this one's too.
    ///   - limit: how many claims are recorded, 0 or more; later ones are answered and not recorded. As many may wait;
    ///     more are answered `unavailable`. Default: 10,000, some megabytes.
    public init(_ store: any ReplayStore, limit: Int = 10_000) {
        self.store = store
        self.limit = max(0, limit)
    }

    /// One that always answers the same, where no other answer was set. It needs no nonces.
    ///
    /// - Parameters:
    ///   - outcome: the answer. `firstSighting` admits every proof any number of times.
    ///   - scope: how far it says it sees.
    ///   - memory: since when it says it remembers; `startsEmpty` refuses no proof for its date.
    ///   - limit: how many claims are recorded and may wait, as above.
    public convenience init(
        answering outcome: ReplayOutcome, scope: ReplayScope = .processLocal, memory: ReplayMemory = .startsEmpty,
        limit: Int = 10_000
    ) {
        self.init(AnsweringStore(outcome: outcome, scope: scope, memory: memory), limit: limit)
    }

    public var scope: ReplayScope { store.scope }
    public var memory: ReplayMemory { store.memory }
    public var requiresNonces: Bool { store.requiresNonces }

    /// The claims that were answered, in the order of their answers.
    public var claims: [Claim] { state.withLock { $0.claims } }

    /// How many claims wait now.
    public var heldCount: Int { state.withLock { $0.held.count } }

    /// Sets the answers of the next claims, one each, after those set before. The store below does not hear of these
    /// claims.
    public func answerNext(_ outcomes: ReplayOutcome...) { state.withLock { $0.script += outcomes } }

    /// Makes all claims from now on wait.
    public func hold(_ gate: Gate) { state.withLock { $0.gate = gate } }

    /// Lets all that wait go on, and makes no more wait.
    public func release() {
        let held = state.withLock { state in
            defer { state.held = [:] }
            state.gate = nil
            return state.held
        }
        for continuation in held.values { continuation.resume(returning: true) }
    }

    /// Returns when so many claims wait, however long that takes. Throws if the task is cancelled before.
    public func waitUntilHeld(_ count: Int) async throws(CancellationError) {
        while heldCount < count {
            guard !Task.isCancelled else { throw CancellationError() }
            try? await Task.sleep(for: .milliseconds(1))
        }
    }

    public func admit(_ key: ReplayKey, until deadline: UnixTime, now: UnixTime) async -> ReplayOutcome {
        let outcome = await answer(key, until: deadline, now: now)
        state.withLock { state in
            guard state.claims.count < limit else { return }
            state.claims.append(Claim(key: key, deadline: deadline, now: now, outcome: outcome))
        }
        return outcome
    }

    private func answer(_ key: ReplayKey, until deadline: UnixTime, now: UnixTime) async -> ReplayOutcome {
        guard await passes(.beforeStore) else { return .unavailable }
        let scripted: ReplayOutcome? = state.withLock { $0.script.isEmpty ? nil : $0.script.removeFirst() }
        let outcome: ReplayOutcome
        if let scripted { outcome = scripted } else { outcome = await store.admit(key, until: deadline, now: now) }
        return await passes(.afterStore) ? outcome : .unavailable
    }

    /// Waits while the gate is shut; false if the claim was cancelled meanwhile or too many wait.
    private func passes(_ gate: Gate) async -> Bool {
        let number: UInt64? = state.withLock { state in
            guard state.gate == gate else { return nil }
            state.lastNumber += 1
            return state.lastNumber
        }
        guard let number else { return true }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                // Cancellation is seen here or finds the continuation: a task is marked before its handler runs.
                let answer: Bool? = state.withLock { state in
                    guard state.gate == gate else { return true }
                    guard !Task.isCancelled, state.held.count < limit else { return false }
                    state.held[number] = continuation
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            state.withLock { $0.held.removeValue(forKey: number) }?.resume(returning: false)
        }
    }
}

private struct AnsweringStore: ReplayStore {
    let outcome: ReplayOutcome
    let scope: ReplayScope
    let memory: ReplayMemory

    func admit(_ key: ReplayKey, until deadline: UnixTime, now: UnixTime) async -> ReplayOutcome { outcome }
}

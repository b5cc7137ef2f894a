public import DPoPCore

/// What every ``ReplayStore`` must keep to, as checks for the tests of a store's author. Under any test framework:
///
/// ```swift
/// let conformance = ReplayStoreConformance(
///     store: { MyStore(capacity: 100_000) }, storeWithCapacity: { MyStore(capacity: $0) })
///
/// @Test(arguments: conformance.checks)
/// func conforms(_ check: ReplayStoreConformance.Check) async throws {
///     #expect(try await conformance.run(check) == .passed)
/// }
/// ```
///
/// A check that does not apply to a store never passes: it is not among ``checks``, and ``run(_:)`` says why. All keys
/// that are claimed are random, so a server that others use too will do.
public struct ReplayStoreConformance: Sendable {
    /// By which clock a store's entries run out.
    public enum Clock: Sendable, Hashable {
        /// By the `now` that comes with each claim, as in ``MemoryReplayCache``. Nothing waits.
        case callers
        /// By a real one of its own, as in a server that counts a time to live. Checks of deadlines then take up to
        /// three seconds, more on a busy machine, and the store's clock must agree with this machine's.
        case own
    }

    /// How a check came out, if it did not throw.
    public enum Outcome: Sendable, Hashable {
        case passed
        /// The check has nothing to say of this store, for this reason.
        case notApplicable(String)
    }

    /// Makes a store.
    public typealias MakeStore = @Sendable () async throws -> any ReplayStore

    let clock: Clock
    let store: MakeStore
    let storeWithCapacity: (@Sendable (_ capacity: Int) async throws -> any ReplayStore)?
    let pair: (@Sendable () async throws -> (any ReplayStore, any ReplayStore))?
    let rounds: Int
    let seed: UInt64

    /// How long a claim that was cancelled may take to return.
    package var patience = Duration.seconds(60)

    /// - Parameters:
    ///   - clock: by which clock the store's entries run out.
    ///   - store: makes a new store without entries that answers claims, with room for 10,000 proofs, 2,000 of them of
    ///     one key. Called at least once for each check; what it throws ends the check.
    ///   - storeWithCapacity: the same for about so many proofs, between half and twice as many: 1, 100 or 2,000. Nil:
    ///     the capacity can not be chosen, and whether a full store refuses is not checked.
    ///   - pair: makes two nodes' stores over the same memory. Nil: that two nodes share it is not checked.
    ///   - rounds: how often 1,000 claims of a new key are made at once, in the checks `firstSightingOnce` and
    ///     `sharedMemory`; less than 1 counts as 1. Default: 50, where the broken stores of this package's tests fail
    ///     within 3.
    ///   - seed: chooses the random claims and steps of the clock. The same seed makes the same ones. Default: DPoP's RFC.
    public init(
        clock: Clock = .callers, store: @escaping MakeStore,
        storeWithCapacity: (@Sendable (_ capacity: Int) async throws -> any ReplayStore)? = nil,
        pair: (@Sendable () async throws -> (any ReplayStore, any ReplayStore))? = nil, rounds: Int = 50,
        seed: UInt64 = 9449
    ) {
        self.clock = clock
        self.store = store
        self.storeWithCapacity = storeWithCapacity
        self.pair = pair
        self.rounds = max(1, rounds)
        self.seed = seed
    }

    /// The checks that apply to this store.
    public var checks: [Check] { Check.allCases.filter { reasonNotToApply($0) == nil } }

    /// Runs one check, on stores of its own.
    ///
    /// Throws ``Failure`` if the store does not keep to it, and what the closures that make stores throw.
    public func run(_ check: Check) async throws -> Outcome {
        if let reason = reasonNotToApply(check) { return .notApplicable(reason) }
        let run = try ConformanceRun(self, check)
        switch check {
        case .firstSightingOnce: try await run.firstSightingOnce()
        case .independentKeys: try await run.independentKeys()
        case .sharedMemory: try await run.sharedMemory()
        case .deadlineBoundary: try await run.deadlineBoundary()
        case .rememberedThroughDeadline: try await run.rememberedThroughDeadline()
        case .deadlineNeverShortened: try await run.deadlineNeverShortened()
        case .noEviction: try await run.noEviction()
        case .refusalWhenFull: try await run.refusalWhenFull()
        case .cancellation: try await run.cancellation()
        case .clockSteps: try await run.clockSteps()
        case .memoryStands: try await run.memoryStands()
        case .seenSince: try await run.seenSince()
        case .randomClaims: try await run.randomClaims()
        }
        return .passed
    }

    private func reasonNotToApply(_ check: Check) -> String? {
        switch check {
        case .sharedMemory where pair == nil: "no two stores over the same memory can be made"
        case .refusalWhenFull where storeWithCapacity == nil: "the store's capacity can not be chosen"
        case .clockSteps where clock == .own: "the store's clock is its own"
        default: nil
        }
    }
}

import DPoPCore
import DPoPTesting
import Testing

/// The suite can fail: each store that is wrong in one way fails the checks of it, and no other.
@Suite struct BrokenStoreTests {
    typealias Check = ReplayStoreConformance.Check
    typealias Defect = TableStore.Defect

    static func conformance(_ defect: Defect?) -> ReplayStoreConformance {
        var conformance = ReplayStoreConformance(
            store: { TableStore(defect) }, storeWithCapacity: { TableStore(defect, capacity: $0) },
            pair: {
                let state = Locked(TableStore.State())
                return (TableStore(defect, sharing: state), TableStore(defect, sharing: state))
            }, rounds: 3)
        if defect == .neverReturnsCancelled { conformance.patience = .seconds(1) }
        return conformance
    }

    /// What a store does not keep to.
    static func failed(_ conformance: ReplayStoreConformance) async throws -> Set<Check> {
        var failed: Set<Check> = []
        for check in Check.allCases {
            do {
                let outcome = try await conformance.run(check)
                #expect(outcome == .passed)
            } catch let failure as ReplayStoreConformance.Failure {
                #expect(failure.check == check)
                #expect(failure.description.hasPrefix("\(check): expected "))
                failed.insert(check)
            }
        }
        return failed
    }

    static func expected(_ defect: Defect) -> Set<Check> {
        switch defect {
        case .looksThenWrites: [.firstSightingOnce, .sharedMemory]
        case .keepsThumbprintsOnly: [.independentKeys, .noEviction]
        case .evictsOldest: [.noEviction, .refusalWhenFull]
        case .refusesAndEvicts: [.noEviction]
        case .growsWithoutBound, .remembersRefused, .holdsTenth: [.refusalWhenFull]
        case .comparesWholeSeconds: [.deadlineBoundary]
        case .movesPassedDeadlines: [.deadlineBoundary, .clockSteps, .randomClaims]
        case .usesUpPassedDeadlines: [.deadlineBoundary, .randomClaims]
        case .refusesDeadlineNow: [.deadlineBoundary, .rememberedThroughDeadline, .randomClaims]
        case .wholeSecondsToLive, .halfAnHourAtMost: [.rememberedThroughDeadline]
        case .forgetsAtDeadline, .dropsFractions: [.rememberedThroughDeadline, .randomClaims]
        case .shortens: [.deadlineNeverShortened, .randomClaims]
        case .forgetsCancelled, .neverReturnsCancelled, .saysSeenWhenCancelled: [.cancellation]
        case .dropsWhenClockGoesBack, .forgetsThatItForgot: [.clockSteps]
        case .memoryMoves: [.memoryStands]
        case .seenLater, .seenBefore: [.seenSince]
        case .isDown: Set(Check.allCases)
        }
    }

    @Test(
        "attacks 130, 134, 135, 141, 148 and 156: a store with one defect fails the checks of it and no other",
        arguments: Defect.allCases)
    func broken(_ defect: Defect) async throws {
        let failed = try await Self.failed(Self.conformance(defect))
        #expect(failed.subtracting(Self.expected(defect)).isEmpty)
        #expect(Self.expected(defect).subtracting(failed).isEmpty)
    }

    @Test("the same store without a defect passes all")
    func whole() async throws {
        let conformance = Self.conformance(nil)
        #expect(conformance.checks == Check.allCases)
        #expect(try await Self.failed(conformance).isEmpty)
    }

    @Test("every check has a store that fails it, beside one that is down")
    func everyCheck() {
        let seen = Defect.allCases.filter { $0 != .isDown }.map(Self.expected).reduce(into: Set()) { $0.formUnion($1) }
        #expect(seen == Set(Check.allCases))
    }

    @Test(
        "attack 143: two nodes that do not share, or that say they do not, fail that check alone",
        arguments: [(false, ReplayScope.shared), (true, .processLocal)])
    func unshared(_ isOneMemory: Bool, _ scope: ReplayScope) async throws {
        let conformance = ReplayStoreConformance(
            store: { TableStore() }, storeWithCapacity: { TableStore(capacity: $0) },
            pair: {
                let state = Locked(TableStore.State())
                let other = isOneMemory ? state : Locked(TableStore.State())
                return (TableStore(scope: scope, sharing: state), TableStore(scope: scope, sharing: other))
            }, rounds: 3)
        #expect(try await Self.failed(conformance) == [.sharedMemory])
    }

    static func withOwnClock(_ defect: Defect?) -> ReplayStoreConformance {
        ReplayStoreConformance(clock: .own, store: { TableStore(defect, hasOwnClock: true) }, rounds: 3)
    }

    @Test(
        "attack 134: a store whose own clock forgets too soon fails",
        arguments: [Defect.dropsFractions, .wholeSecondsToLive])
    func forgetsByItsOwnClock(_ defect: Defect) async throws {
        await #expect(throws: ReplayStoreConformance.Failure.self) {
            _ = try await Self.withOwnClock(defect).run(.rememberedThroughDeadline)
        }
    }

    @Test("a store whose own clock counts a shortened deadline fails")
    func shortensByItsOwnClock() async throws {
        await #expect(throws: ReplayStoreConformance.Failure.self) {
            _ = try await Self.withOwnClock(.shortens).run(.deadlineNeverShortened)
        }
    }

    @Test("attacks 130 and 134: a store with its own clock passes what applies to it", arguments: Check.allCases)
    func ownClock(_ check: Check) async throws {
        let conformance = Self.withOwnClock(nil)
        let outcome = try await conformance.run(check)
        guard [.clockSteps, .refusalWhenFull, .sharedMemory].contains(check) else {
            #expect(conformance.checks.contains(check))
            #expect(outcome == .passed)
            return
        }
        // Said, and not passed in silence.
        #expect(!conformance.checks.contains(check))
        guard case .notApplicable(let reason) = outcome else {
            Issue.record("\(check) was said to apply")
            return
        }
        #expect(!reason.isEmpty)
    }

    struct NoStore: Error {}

    @Test("what makes no store is no failure of the store")
    func noStore() async throws {
        let conformance = ReplayStoreConformance { throw NoStore() }
        await #expect(throws: NoStore.self) { try await conformance.run(.firstSightingOnce) }
    }
}

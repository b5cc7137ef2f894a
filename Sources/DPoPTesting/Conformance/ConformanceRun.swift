internal import DPoPCore

/// One run of one check: its clock, its keys, and how it fails.
struct ConformanceRun: Sendable {
    let subject: ReplayStoreConformance
    let check: ReplayStoreConformance.Check
    private let target: TargetURI
    private let otherTarget: TargetURI

    /// Makes the keys of this run its own.
    private let salt = UInt64.random(in: 0...UInt64.max)

    /// How long proofs are remembered under the default policy, in seconds; on a clock that runs on, longer than a busy
    /// machine takes.
    var window: Int64 { hasOwnClock ? 600 : 71 }

    init(_ subject: ReplayStoreConformance, _ check: ReplayStoreConformance.Check) throws {
        self.subject = subject
        self.check = check
        target = try TargetURI("https://conformance.invalid/")
        otherTarget = try TargetURI("https://conformance.invalid/other")
    }

    var hasOwnClock: Bool { subject.clock == .own }

    /// The time by the store's clock; a caller's clock stands, and not at a whole second.
    var now: UnixTime { hasOwnClock ? .now() : UnixTime(seconds: 1_700_000_000, nanoseconds: 250_000_000) }

    /// A key of this run; by default each has its own thumbprint, which looks like a digest in all its bytes.
    func key(_ number: Int, owner: Int? = nil, atOtherTarget: Bool = false) throws -> ReplayKey {
        let name = UInt64(truncatingIfNeeded: owner ?? number) << 1 | (owner == nil ? 0 : 1)
        var random = ConformanceRandom(seed: salt ^ name)
        var bytes: [UInt8] = []
        for _ in 0..<32 { bytes.append(UInt8(truncatingIfNeeded: random.next())) }
        guard let thumbprint = Thumbprint(bytes: bytes) else { throw failure("no thumbprint could be made") }
        return ReplayKey(
            thumbprint: thumbprint, targetURI: atOtherTarget ? otherTarget : target, jti: "\(salt) \(number)")
    }

    func failure(_ reason: String) -> ReplayStoreConformance.Failure {
        ReplayStoreConformance.Failure(check: check, reason: reason)
    }

    /// - Parameter what: what was claimed.
    func expect(
        _ outcome: ReplayOutcome, _ expected: ReplayOutcome, _ what: @autoclosure () -> String
    ) throws(ReplayStoreConformance.Failure) {
        guard outcome == expected else { throw failure("expected \(expected) of \(what()), came \(outcome)") }
    }

    func expectSeen(
        _ outcome: ReplayOutcome, _ what: @autoclosure () -> String
    ) throws(ReplayStoreConformance.Failure) {
        guard case .seen = outcome else { throw failure("expected seen of \(what()), came \(outcome)") }
    }

    /// A claim of a key that must be new to the store, for the whole window.
    func claimFirst(_ store: any ReplayStore, _ key: ReplayKey, until deadline: UnixTime, now: UnixTime) async throws {
        try expect(await store.admit(key, until: deadline, now: now), .firstSighting, "a new key")
    }

    /// One first sighting, and everything else seen.
    func expectOnce(_ outcomes: [ReplayOutcome]) throws(ReplayStoreConformance.Failure) {
        let first = outcomes.count { $0 == .firstSighting }
        let other = outcomes.first {
            if case .seen = $0 { false } else { $0 != .firstSighting }
        }
        if let other {
            throw failure("expected of \(outcomes.count) claims at once seen or firstSighting, came \(other)")
        }
        guard first == 1 else {
            throw failure("expected one firstSighting of \(outcomes.count) claims at once, came \(first)")
        }
    }

    /// Claims on as many tasks that begin together: each gives way until all are there.
    func atOnce(
        _ count: Int, _ claim: @escaping @Sendable (Int) async -> ReplayOutcome
    ) async -> [ReplayOutcome] {
        let arrived = Locked(0)
        return await withTaskGroup(of: ReplayOutcome.self) { group in
            for index in 0..<count {
                group.addTask {
                    arrived.withLock { $0 += 1 }
                    while arrived.withLock({ $0 < count }) { await Task.yield() }
                    return await claim(index)
                }
            }
            var outcomes: [ReplayOutcome] = []
            for await outcome in group { outcomes.append(outcome) }
            return outcomes
        }
    }

    /// Looks again and again, until the time has come by the real clock.
    func poll(until deadline: UnixTime, _ look: () async throws -> Void) async throws {
        while UnixTime.now() <= deadline {
            try await look()
            try await Task.sleep(for: .milliseconds(2))
        }
    }
}

extension UnixTime {
    /// This time moved by nanoseconds.
    func advanced(byNanoseconds offset: Int64) -> UnixTime {
        let sum = Int64(nanoseconds) + offset % 1_000_000_000
        let carry: Int64 = sum < 0 ? -1 : sum >= 1_000_000_000 ? 1 : 0
        return UnixTime(seconds: seconds, nanoseconds: Int32(sum - carry * 1_000_000_000))
            .advanced(bySeconds: offset / 1_000_000_000 + carry)
    }

    func advanced(byMilliseconds offset: Int64) -> UnixTime { advanced(byNanoseconds: offset * 1_000_000) }
}

/// Repeatable random numbers (SplitMix64).
struct ConformanceRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }

    mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }
}

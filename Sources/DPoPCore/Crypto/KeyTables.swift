/// Precomputed tables for the P-256 keys that sign most often: a proof by one of them is verified for less than half of
/// what a bare `ECDSA_do_verify` costs.
///
/// A key's tables take 148 KiB and about a millisecond to make. So a key earns them by proofs that were admitted, 64 of
/// them within about a minute, after two that made its header known; they are made off the request path, by one task
/// that takes at most a twentieth of one core; and they are displaced only by those of a key that is more than twice as
/// busy. Tables of keys that stay away are dropped after some minutes. Whatever prevents them (another curve,
/// ``CryptoPath/provider``, no memory) leaves the ordinary way, which has the same verdicts, and is counted in
/// ``statistics``. See <doc:Tables>.
public final class KeyTables: Sendable {
    /// The one of this process, of 16 MiB, for 110 keys; in a debug build for none, since what is not optimized is slower
    /// with tables than without.
    public static let shared = KeyTables(memory: standardMemory)

    /// What became of tables until now.
    public struct Statistics: Sendable, Hashable {
        /// How many there are.
        public internal(set) var tables = 0
        /// How many were made.
        public internal(set) var built = 0
        /// How many could not be made, for want of memory.
        public internal(set) var failed = 0
        /// How often a key was busy enough whose kind has no tables.
        public internal(set) var ineligible = 0
        /// How often a key was busy enough and found no place, since others are busier.
        public internal(set) var refused = 0
        /// How many were dropped for a busier key.
        public internal(set) var displaced = 0
        /// How many were dropped because their key stayed away.
        public internal(set) var idle = 0

        /// Nothing yet.
        public init() {}
    }

    #if DPOP_TABLES_OFF || DEBUG
        private static let standardMemory = 0
    #else
        private static let standardMemory = 16 << 20
    #endif

    /// A table saves some 45 µs a verification, so its millisecond is back after 25 of them (the documentation's Speed
    /// page); and who came so often comes again.
    static let usesThatPay: UInt32 = 64
    /// Below so many uses, those of the last minutes, a key counts as staying away.
    static let usesThatKeep: UInt32 = 4
    /// After a table was made nothing is made for this many times as long: it may take a twentieth of one core.
    private static let rest = 19
    /// How often tables are looked through for keys that stay away.
    private static let lookInterval = Duration.seconds(60)

    private struct State {
        var owners: [BusyKey] = []
        var queue: [BusyKey] = []
        /// The one whose tables are made now.
        var making: BusyKey?
        var statistics = Statistics()
        /// Nil while there is nothing to do.
        var worker: Task<Void, Never>?
        /// Not before then is the next one made.
        var next: ContinuousClock.Instant?
        /// When a key asked last: by the time that its proof was judged by, which need not be this machine's, and by the
        /// clock.
        var asked: (time: UnixTime, at: ContinuousClock.Instant)?
    }

    /// How many keys may have tables at once; 0 if there are none.
    public let capacity: Int

    private let state = Locked(State())
    private let keys = BusyKeys()
    private let worksByItself: Bool
    private let clock: @Sendable () -> ContinuousClock.Instant
    private let make: @Sendable ([UInt8]) -> P256Tables?

    /// - Parameter memory: how many bytes all of the tables may take, 151,648 each; less than that turns them off. Not
    ///   counted are the generator's, 464 KiB once in a process.
    public convenience init(memory: Int) {
        self.init(most: max(0, memory / P256Tables.size)) { point in
            P256Tables(point: point.span)
        }
    }

    /// - Parameters:
    ///   - most: how many tables there may be.
    ///   - worksByItself: whether there is a task; else somebody calls ``step(now:)``.
    ///   - clock: tells how long something took.
    ///   - make: makes the tables of a point, as long as it takes.
    init(
        most: Int, worksByItself: Bool = true, clock: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
        make: @escaping @Sendable ([UInt8]) -> P256Tables?
    ) {
        capacity = most
        self.worksByItself = worksByItself
        self.clock = clock
        self.make = make
    }

    // A table that is being made is finished and freed.
    deinit { state.withLock { $0.worker }?.cancel() }

    /// What became of tables until now.
    public var statistics: Statistics {
        state.withLock { state in
            var statistics = state.statistics
            statistics.tables = state.owners.count
            return statistics
        }
    }

    /// What counts a key's proofs, for all headers that spell it; without tables one that nobody counts by.
    func busyKey(_ key: PublicJWK) -> BusyKey { capacity > 0 ? keys.key(key) : BusyKey(point: nil) }

    /// Counts a proof by the key that was admitted: nothing else earns a table.
    func noteAdmitted(_ key: BusyKey, now: UnixTime) {
        guard capacity > 0, key.noteAdmitted(now: now) else { return }
        state.withLock { state in
            guard key.point != nil else {
                state.statistics.ineligible += 1
                return
            }
            state.asked = (now, clock())
            // It may have its tables, or they may be on their way.
            guard state.making !== key, !state.queue.contains(where: { $0 === key }),
                !state.owners.contains(where: { $0 === key })
            else { return }
            guard state.queue.count < capacity, KeyTables.hasPlace(for: key, state, capacity, now) != nil else {
                state.statistics.refused += 1
                return
            }
            state.queue.append(key)
            guard worksByItself else { return }
            // The worker may be asleep until it looks for keys that stay away.
            state.worker?.cancel()
            state.worker = Task.detached(priority: .utility) { [weak self] in
                while !Task.isCancelled, let pause = self?.step() { try? await Task.sleep(for: pause) }
            }
        }
    }

    private enum Place {
        case free
        case of(Int)
    }

    /// Where a key's tables may go: to a free place, or to that of a key not half as busy.
    private static func hasPlace(for key: BusyKey, _ state: State, _ most: Int, _ now: UnixTime) -> Place? {
        if state.owners.count < most { return .free }
        let least = state.owners.indices.map { ($0, state.owners[$0].uses(now: now)) }.min { $0.1 < $1.1 }
        guard let (index, uses) = least, key.uses(now: now) / 2 > uses else { return nil }
        return .of(index)
    }

    private enum Job {
        case make(BusyKey, point: [UInt8])
        case wait(Duration)
        case end
    }

    /// Does what there is to do; how long to wait then, or nil if there is nothing more.
    func step(now: UnixTime) -> Duration? {
        switch job(now) {
        case .wait(let pause): return pause
        case .end: return nil
        case .make(let key, let point):
            let start = clock()
            let tables = make(point)
            let end = clock()
            finish(key, tables, next: end + (end - start) * KeyTables.rest, now: now)
            return .zero
        }
    }

    /// The same at what is now the time by which proofs are judged.
    func step() -> Duration? {
        let instant = clock()
        guard let asked = state.withLock({ $0.asked }) else { return nil }
        return step(now: asked.time.advanced(bySeconds: (instant - asked.at).components.seconds))
    }

    private func job(_ now: UnixTime) -> Job {
        let instant = clock()
        return state.withLock { state in
            // By a task that was told to end.
            if state.making != nil { return .wait(.milliseconds(20)) }
            if let key = state.queue.first, let point = key.point {
                if let next = state.next, instant < next { return .wait(next - instant) }
                state.queue.removeFirst()
                state.making = key
                return .make(key, point: point)
            }
            let before = state.owners.count
            state.owners.removeAll { key in
                let isIdle = key.uses(now: now) < KeyTables.usesThatKeep
                if isIdle { key.tables = nil }
                return isIdle
            }
            state.statistics.idle += before - state.owners.count
            if !state.owners.isEmpty { return .wait(KeyTables.lookInterval) }
            state.worker = nil
            return .end
        }
    }

    private func finish(_ key: BusyKey, _ tables: P256Tables?, next: ContinuousClock.Instant, now: UnixTime) {
        state.withLock { state in
            (state.next, state.making) = (next, nil)
            guard let tables else {
                state.statistics.failed += 1
                return
            }
            state.statistics.built += 1
            switch KeyTables.hasPlace(for: key, state, capacity, now) {
            case nil:
                // Others have become busier meanwhile.
                state.statistics.refused += 1
                return
            case .free: state.owners.append(key)
            case .of(let index):
                state.owners[index].tables = nil
                state.owners[index] = key
                state.statistics.displaced += 1
            }
            key.tables = tables
        }
    }
}

import Testing

@testable import DPoPCore

/// Which keys get tables, and for how long.
@Suite struct KeyTablesTests {
    private let now = CheckKit.now
    private let pays = Int(KeyTables.usesThatPay)

    /// A clock that stands still between the calls of `pass`.
    private final class Clock: Sendable {
        private let instant = Locked(ContinuousClock.Instant.now)
        var now: ContinuousClock.Instant { instant.withLock { $0 } }
        func pass(_ time: Duration) { instant.withLock { $0 += time } }
    }

    private static let tables: P256Tables? = {
        guard case .ec(_, let point) = CheckKit.key.publicJWK.material else { return nil }
        return P256Tables(point: point.span)
    }()

    /// Some that work only by `step`, and make everything at once.
    private func idle(
        most: Int = 3, _ clock: Clock = Clock(), _ make: @escaping @Sendable ([UInt8]) -> P256Tables? = { _ in tables }
    ) -> KeyTables {
        KeyTables(most: most, worksByItself: false, clock: { clock.now }, make: make)
    }

    private func key() -> BusyKey { BusyKey(point: [4]) }

    private func use(_ key: BusyKey, _ times: Int, in tables: KeyTables, at time: UnixTime? = nil) {
        for _ in 0..<times { tables.noteAdmitted(key, now: time ?? now) }
    }

    /// All that there is to make, however long it has to wait.
    private func work(_ tables: KeyTables, _ clock: Clock, at time: UnixTime? = nil) {
        for _ in 0..<1_000 {
            guard let pause = tables.step(now: time ?? now), pause < .seconds(60) else { return }
            clock.pass(pause)
        }
        Issue.record("it has no end")
    }

    @Test("64 admitted proofs earn tables, 63 do not, nor 95 in two minutes")
    func earned() {
        let clock = Clock()
        let tables = idle(most: 3, clock)
        let (steady, slow) = (key(), key())
        use(steady, pays - 1, in: tables)
        use(slow, pays - 1, in: tables)
        use(slow, pays / 2, in: tables, at: now.advanced(bySeconds: 60))
        work(tables, clock)
        #expect(steady.tables == nil && slow.tables == nil && tables.statistics == KeyTables.Statistics())
        use(steady, 1, in: tables)
        work(tables, clock)
        #expect(steady.tables != nil && slow.tables == nil)
        #expect(tables.statistics.built == 1 && tables.statistics.tables == 1)
    }

    @Test("a key has its tables made once, however often it is used")
    func once() {
        let clock = Clock()
        let tables = idle(most: 3, clock)
        let key = key()
        use(key, 10 * pays, in: tables)
        work(tables, clock)
        use(key, 10 * pays, in: tables)
        work(tables, clock)
        #expect(tables.statistics.built == 1)
    }

    @Test("making takes a twentieth of one core")
    func pace() throws {
        let clock = Clock()
        let tables = idle(most: 3, clock) { _ in
            clock.pass(.milliseconds(2))
            return KeyTablesTests.tables
        }
        for _ in 0..<3 { use(key(), pays, in: tables) }
        let start = clock.now
        work(tables, clock)
        // Three times 2 ms, and twice nineteen times as long between them.
        #expect(clock.now - start == .milliseconds(3 * 2 + 2 * 19 * 2))
        #expect(tables.statistics.built == 3)
    }

    @Test("10,000 keys as busy as those with tables displace none, and one that is more than twice as busy does")
    func displaced() {
        let clock = Clock()
        let tables = idle(most: 3, clock)
        let owners = (0..<3).map { _ in key() }
        for owner in owners { use(owner, pays, in: tables) }
        work(tables, clock)
        for _ in 0..<10_000 { use(key(), pays, in: tables) }
        work(tables, clock)
        #expect(tables.statistics.built == 3 && tables.statistics.refused == 10_000)
        #expect(owners.allSatisfy { $0.tables != nil })
        use(owners[0], pays, in: tables)
        use(owners[2], pays, in: tables)
        let (asBusy, busier) = (key(), key())
        use(asBusy, 2 * pays, in: tables)
        work(tables, clock)
        #expect(asBusy.tables == nil && owners.allSatisfy { $0.tables != nil })
        use(busier, 3 * pays, in: tables)
        work(tables, clock)
        #expect(owners.map { $0.tables != nil } == [true, false, true])
        #expect(busier.tables != nil)
        #expect(tables.statistics.displaced == 1 && tables.statistics.tables == 3)
    }

    @Test("tables of keys that stay away are dropped, and can be earned again")
    func away() {
        let clock = Clock()
        let tables = idle(most: 3, clock)
        let (gone, there) = (key(), key())
        for key in [gone, there] { use(key, pays, in: tables) }
        work(tables, clock)
        let later = now.advanced(bySeconds: 6 * 60)
        use(there, 4, in: tables, at: later)
        work(tables, clock, at: later)
        #expect(gone.tables == nil && there.tables != nil)
        #expect(tables.statistics.idle == 1 && tables.statistics.tables == 1)
        use(gone, pays, in: tables, at: later)
        work(tables, clock, at: later)
        #expect(gone.tables != nil)
        // When none is left there is nothing more to do.
        #expect(tables.step(now: later.advanced(bySeconds: 3_600)) == nil)
    }

    @Test("whether a key stays away is judged by the time that its proofs were judged by, whatever this machine's is")
    func otherTime() {
        let clock = Clock()
        let tables = idle(most: 3, clock)
        let key = key()
        use(key, pays, in: tables, at: UnixTime(seconds: 1_000_000))
        #expect(tables.step() == .zero)
        #expect(tables.step() == .seconds(60) && key.tables != nil)
        clock.pass(.seconds(600))
        #expect(tables.step() == nil && key.tables == nil && tables.statistics.idle == 1)
    }

    @Test("tables that can not be made are counted, and the key goes on without")
    func failed() {
        let clock = Clock()
        let tables = idle(most: 3, clock) { _ in nil }
        let key = key()
        use(key, pays, in: tables)
        work(tables, clock)
        #expect(key.tables == nil && tables.statistics.failed == 1 && tables.statistics.tables == 0)
    }

    @Test("no memory, no tables", arguments: [Int.min, -1, 0, P256Tables.size - 1])
    func off(_ memory: Int) {
        let tables = KeyTables(memory: memory)
        use(key(), 10 * pays, in: tables)
        #expect(tables.statistics == KeyTables.Statistics())
        #expect(tables.step(now: now) == nil)
    }

    @Test("memory is what tables take, and no more of them are made")
    func memory() {
        #expect(P256Tables.size == 151_648)
        #expect(KeyTables(memory: 16 << 20).capacity == 110)
        #expect(KeyTables(memory: 2 * P256Tables.size - 1).capacity == 1)
        #expect(KeyTables(memory: 2 * P256Tables.size).capacity == 2)
        let clock = Clock()
        let tables = idle(most: 2, clock)
        for _ in 0..<5 { use(key(), pays, in: tables) }
        work(tables, clock)
        #expect(tables.statistics.tables == 2)
    }
}

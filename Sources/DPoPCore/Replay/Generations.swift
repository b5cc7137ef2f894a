/// Numbers by digest, in a few tables by age, each dropped whole once its last deadline has passed.
///
/// A table takes new entries for half of the longest time that one of them had to be remembered, so three or four are
/// alive while time goes forward, and what has run out stays for that half at most. A clock that jumps leaves tables
/// with far deadlines behind; the tables opened since then go on as if they were not there.
@safe
struct Generations: ~Copyable {
    private struct Generation: ~Copyable {
        var table = DigestTable()
        var lastDeadline = UnixTime(seconds: 0)
        var openedAt = UnixTime(seconds: 0)
        /// The longest time, in seconds, that an entry had to be remembered when it came.
        var longest: Int64 = 0
    }

    // What every claim writes comes first, beside the lock: another core that claims waits for one line of memory.
    private var current = Generation()
    private var isOpen = false
    /// Whether a table came, went or grew since ``settle()``.
    private(set) var isMoved = false
    private var olderCount = 0
    /// How many entries the older ones have.
    private var olderEntries = 0
    /// The earliest of the older ones' last deadlines, if there are any.
    private var firstDeadline = UnixTime(seconds: 0)

    /// The table that was dropped last, whose memory the next one takes: to give it back and ask for other costs more
    /// than a hundred claims.
    private var spare = DigestTable()

    /// The latest deadline among all entries that were dropped. Entries at or before it may have been forgotten.
    ///
    /// Time may step back after a drop. A claim with such a deadline then looks fresh but may have been used, so it
    /// must be refused; a later deadline never was dropped.
    private(set) var forgottenThrough: UnixTime?

    /// At most this many older ones: four for time that goes forward, the rest for as many jumps of a clock within what
    /// is remembered. Should a wild clock want more, the current one goes on.
    private static let mostOlder = 16

    // Room for `mostOlder`, of which the first `olderCount` are initialised, in no order; nil until the first. An
    // inline array would do, if the compiler did not copy all of it for each look.
    private var older: UnsafeMutablePointer<Generation>?

    init() { unsafe older = nil }

    deinit {
        unsafe older?.deinitialize(count: olderCount)
        unsafe older?.deallocate()
    }

    /// How many entries there are, with those that have run out and were not dropped yet.
    var count: Int { current.table.count + olderEntries }

    /// The memory behind the tables.
    var bytes: Int {
        var bytes = current.table.bytes + spare.bytes
        for index in 0..<olderCount { bytes += unsafe older.unsafelyUnwrapped[index].table.bytes }
        return bytes
    }

    /// A digest's number in one of the tables that have it, or where it would stand in the current one.
    @inline(__always)
    func look(for digest: DigestTable.Digest, place: DigestTable.Place) -> DigestTable.Look {
        let look = current.table.look(for: digest, place: place)
        guard olderCount > 0, case .free = look else { return look }
        for index in 0..<olderCount {
            let number = unsafe older.unsafelyUnwrapped[index].table.number(of: digest, place: place)
            if let number { return .number(number) }
        }
        return look
    }

    /// Where the current table is (0), and each of the older ones (from 1 on), if there are so many.
    func location(_ index: Int) -> DigestTable.Location? {
        if index == 0 { return current.table.location }
        return index <= olderCount ? unsafe older.unsafelyUnwrapped[index - 1].table.location : nil
    }

    /// Says that ``location(_:)`` was asked for.
    mutating func settle() { isMoved = false }

    /// The sum of a digest's numbers over all tables.
    @inline(__always)
    func sum(of digest: DigestTable.Digest, place: DigestTable.Place) -> Int {
        var sum = Int(current.table.number(of: digest, place: place) ?? 0)
        for index in 0..<olderCount {
            sum += Int(unsafe older.unsafelyUnwrapped[index].table.number(of: digest, place: place) ?? 0)
        }
        return sum
    }

    /// Gives a digest that no table has a number, until a deadline.
    ///
    /// - Parameters:
    ///   - line: what looking for it said.
    ///   - limit: how many entries there may be, so that no more memory is taken beforehand.
    @inline(__always)
    mutating func insert(
        _ digest: DigestTable.Digest, line: Int, place: DigestTable.Place, secret: DigestTable.Secret,
        until deadline: UnixTime, now: UnixTime, limit: Int, number: UInt32
    ) {
        var line = line
        if turnOver(until: deadline, now: now, limit: limit),
            case .free(let first) = current.table.look(for: digest, place: place)
        {
            line = first
        }
        prepareGrowth()
        current.table.insert(digest, line: line, place: place, number: number, secret: secret)
    }

    /// Counts one more of a digest in the current table, until a deadline.
    mutating func count(
        _ digest: DigestTable.Digest, place: DigestTable.Place, secret: DigestTable.Secret, until deadline: UnixTime,
        now: UnixTime
    ) {
        _ = turnOver(until: deadline, now: now, limit: 0)
        prepareGrowth()
        current.table.increment(digest, place: place, secret: secret)
    }

    /// A table that has to grow was opened for fewer entries, or has no memory of its own yet: what is kept for the next
    /// one would come on top of what all entries may take.
    @inline(__always)
    private mutating func prepareGrowth() {
        if current.table.isFull {
            spare = DigestTable()
            isMoved = true
        }
    }

    /// Drops what has run out.
    @inline(__always)
    mutating func dropExpired(now: UnixTime) {
        if isOpen && current.lastDeadline < now || olderCount > 0 && firstDeadline < now { dropTables(now) }
    }

    private mutating func dropTables(_ now: UnixTime) {
        var index = 0
        while index < olderCount, let older = unsafe older {
            let deadline = unsafe older[index].lastDeadline
            guard deadline < now else {
                index += 1
                continue
            }
            forget(deadline)
            isMoved = true
            olderCount -= 1
            unsafe olderEntries -= older[index].table.count
            unsafe swap(&spare, &older[index].table)
            // The last one moves to the place of the one that goes, if that is another.
            unsafe (older + index).deinitialize(count: 1)
            if index < olderCount { unsafe (older + index).moveInitialize(from: older + olderCount, count: 1) }
        }
        findFirstDeadline()
        if isOpen, current.lastDeadline < now {
            forget(current.lastDeadline)
            current = Generation()
            (isOpen, isMoved) = (false, true)
        }
    }

    private mutating func findFirstDeadline() {
        for index in 0..<olderCount {
            let deadline = unsafe older.unsafelyUnwrapped[index].lastDeadline
            firstDeadline = index == 0 ? deadline : min(firstDeadline, deadline)
        }
    }

    private mutating func forget(_ deadline: UnixTime) {
        forgottenThrough = max(forgottenThrough ?? deadline, deadline)
    }

    /// Makes the current table the one for an entry with this deadline. Writes only what changes. True if it is another
    /// one now.
    @inline(__always)
    private mutating func turnOver(until deadline: UnixTime, now: UnixTime, limit: Int) -> Bool {
        let remaining = Generations.difference(deadline, now)
        // A table opened in what is now the future has had its time as well: the clock was ahead and was set right.
        let open = Generations.difference(now, current.openedAt).magnitude
        let opens = !isOpen || open > (current.longest / 2).magnitude && olderCount < Self.mostOlder
        if opens { self.open(until: deadline, now: now, remaining, limit: limit) }
        if current.lastDeadline < deadline { current.lastDeadline = deadline }
        if current.longest < remaining { current.longest = remaining }
        return opens
    }

    private mutating func open(until deadline: UnixTime, now: UnixTime, _ remaining: Int64, limit: Int) {
        isMoved = true
        if isOpen {
            // It will probably take about as many entries as the one before, and then need not grow.
            let left = max(0, limit - count)
            let likely = min(current.table.count, left)
            defer { current.table = DigestTable(for: likely, limit: left, inPlaceOf: &spare) }
            let older = unsafe older ?? .allocate(capacity: Self.mostOlder)
            unsafe self.older = unsafe older
            var closed = Generation()
            swap(&current, &closed)
            olderEntries += closed.table.count
            unsafe (older + olderCount).initialize(to: closed)
            olderCount += 1
            findFirstDeadline()
        }
        current.openedAt = now
        current.lastDeadline = deadline
        current.longest = remaining
        isOpen = true
    }

    private static func difference(_ a: UnixTime, _ b: UnixTime) -> Int64 {
        let (difference, overflow) = a.seconds.subtractingReportingOverflow(b.seconds)
        return overflow ? (a.seconds < b.seconds ? .min : .max) : difference
    }
}

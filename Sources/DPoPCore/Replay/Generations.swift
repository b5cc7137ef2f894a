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
    private var olderCount = 0

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
    var count: Int {
        var count = current.table.count
        for index in 0..<olderCount { count += unsafe older.unsafelyUnwrapped[index].table.count }
        return count
    }

    /// The memory behind the tables.
    var bytes: Int {
        var bytes = current.table.bytes + spare.bytes
        for index in 0..<olderCount { bytes += unsafe older.unsafelyUnwrapped[index].table.bytes }
        return bytes
    }

    /// A digest's number in one of the tables that have it.
    @inline(__always)
    func number(of digest: DigestTable.Digest, place: UInt64) -> UInt32? {
        if let number = current.table.number(of: digest, place: place) { return number }
        for index in 0..<olderCount {
            let number = unsafe older.unsafelyUnwrapped[index].table.number(of: digest, place: place)
            if let number { return number }
        }
        return nil
    }

    /// The sum of a digest's numbers over all tables.
    @inline(__always)
    func sum(of digest: DigestTable.Digest, place: UInt64) -> Int {
        var sum = Int(current.table.number(of: digest, place: place) ?? 0)
        for index in 0..<olderCount {
            sum += Int(unsafe older.unsafelyUnwrapped[index].table.number(of: digest, place: place) ?? 0)
        }
        return sum
    }

    /// Gives a digest a number, made from the one that the current table has, until a deadline.
    ///
    /// - Parameter room: how many more entries there may be, so that no more memory is taken beforehand.
    @inline(__always)
    mutating func set(
        _ digest: DigestTable.Digest, place: UInt64, secret: DigestTable.Secret, until deadline: UnixTime,
        now: UnixTime, room: Int, to number: (UInt32) -> UInt32
    ) {
        turnOver(until: deadline, now: now, room: room)
        let old = current.table.number(of: digest, place: place) ?? 0
        current.table.set(digest, place: place, to: number(old), secret: secret)
    }

    /// Drops what has run out.
    @inline(__always)
    mutating func dropExpired(now: UnixTime) {
        if isOpen && current.lastDeadline < now || olderCount > 0 { dropTables(now) }
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
            olderCount -= 1
            unsafe swap(&spare, &older[index].table)
            // The last one moves to the place of the one that goes, if that is another.
            unsafe (older + index).deinitialize(count: 1)
            if index < olderCount { unsafe (older + index).moveInitialize(from: older + olderCount, count: 1) }
        }
        if isOpen, current.lastDeadline < now {
            forget(current.lastDeadline)
            current = Generation()
            isOpen = false
        }
    }

    private mutating func forget(_ deadline: UnixTime) {
        forgottenThrough = max(forgottenThrough ?? deadline, deadline)
    }

    /// Makes the current table the one for an entry with this deadline. Writes only what changes.
    @inline(__always)
    private mutating func turnOver(until deadline: UnixTime, now: UnixTime, room: Int) {
        let remaining = Generations.difference(deadline, now)
        // A table opened in what is now the future has had its time as well: the clock was ahead and was set right.
        let open = Generations.difference(now, current.openedAt).magnitude
        if !isOpen || open > (current.longest / 2).magnitude && olderCount < Self.mostOlder {
            self.open(until: deadline, now: now, remaining, room: room)
        }
        if current.lastDeadline < deadline { current.lastDeadline = deadline }
        if current.longest < remaining { current.longest = remaining }
    }

    private mutating func open(until deadline: UnixTime, now: UnixTime, _ remaining: Int64, room: Int) {
        if isOpen {
            // It will probably take as many entries as the one before, and then need not grow again and again.
            let likely = min(current.table.count, room)
            defer { current.table = DigestTable(for: likely, inPlaceOf: &spare) }
            let older = unsafe older ?? .allocate(capacity: Self.mostOlder)
            unsafe self.older = unsafe older
            var closed = Generation()
            swap(&current, &closed)
            unsafe (older + olderCount).initialize(to: closed)
            olderCount += 1
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

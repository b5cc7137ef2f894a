internal import Synchronization

/// How often something is used, of late: what was counted halves with each minute that is over.
struct RecentUses: Sendable {
    /// The minute since 1970 in the upper half, as far as 32 bits tell minutes apart, and the count in the lower one.
    fileprivate var packed: UInt64

    fileprivate init(packed: UInt64) { self.packed = packed }

    /// - Parameter count: how often it was used at this time.
    init(_ count: UInt32, now: UnixTime) { packed = RecentUses.pack(RecentUses.minute(now), count) }

    /// Counts one use.
    mutating func note(now: UnixTime) {
        let (minute, count) = settled(now)
        packed = RecentUses.pack(minute, count == .max ? count : count + 1)
    }

    /// Counts one use less.
    mutating func takeOne(now: UnixTime) {
        let (minute, count) = settled(now)
        packed = RecentUses.pack(minute, count == 0 ? 0 : count - 1)
    }

    /// How many uses there are now.
    func value(now: UnixTime) -> UInt32 { settled(now).count }

    /// So many minutes a use may come late: its proof waited for a store, or was judged by another clock.
    private static let latest: Int32 = 5

    private func settled(_ now: UnixTime) -> (minute: UInt32, count: UInt32) {
        let (minute, count) = (UInt32(truncatingIfNeeded: packed >> 32), UInt32(truncatingIfNeeded: packed))
        let passed = Int32(bitPattern: RecentUses.minute(now) &- minute)
        if passed < 0, passed >= -RecentUses.latest { return (minute, count) }
        // A clock that was set back further costs what was counted, and no more.
        return (RecentUses.minute(now), passed < 0 ? 0 : count >> passed)
    }

    private static func minute(_ now: UnixTime) -> UInt32 { UInt32(truncatingIfNeeded: now.seconds / 60) }

    private static func pack(_ minute: UInt32, _ count: UInt32) -> UInt64 { UInt64(minute) << 32 | UInt64(count) }
}

/// The same, counted from any thread without a lock.
struct UseCount: ~Copyable, Sendable {
    private let packed: Atomic<UInt64>

    /// - Parameter uses: what was counted elsewhere.
    init(_ uses: RecentUses = RecentUses(packed: 0)) { packed = Atomic(uses.packed) }

    /// Counts one use, and says how many there are with it.
    func note(now: UnixTime) -> UInt32 {
        var old = packed.load(ordering: .relaxed)
        while true {
            var uses = RecentUses(packed: old)
            uses.note(now: now)
            let (done, seen) = packed.weakCompareExchange(expected: old, desired: uses.packed, ordering: .relaxed)
            if done { return UInt32(truncatingIfNeeded: uses.packed) }
            old = seen
        }
    }

    /// How many uses there are now.
    func value(now: UnixTime) -> UInt32 { RecentUses(packed: packed.load(ordering: .relaxed)).value(now: now) }
}

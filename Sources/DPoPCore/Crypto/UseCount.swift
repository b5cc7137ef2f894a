internal import Synchronization

/// How often something is used, of late: what was counted halves with each minute that is over. Counted from any thread
/// without a lock.
struct UseCount: ~Copyable, Sendable {
    /// The minute since 1970 in the upper half, as far as 32 bits tell minutes apart, and the count in the lower one.
    private let packed: Atomic<UInt64>

    /// - Parameter count: what was counted elsewhere.
    init(_ count: UInt32 = 0, now: UnixTime = UnixTime(seconds: 0)) { packed = Atomic(UseCount.pack(count, now)) }

    /// Counts one use, and says how many there are with it.
    func note(now: UnixTime) -> UInt32 {
        var old = packed.load(ordering: .relaxed)
        while true {
            let count = UseCount.settled(old, now)
            let next = count == .max ? count : count + 1
            let (done, seen) = packed.weakCompareExchange(
                expected: old, desired: UseCount.pack(next, now), ordering: .relaxed)
            if done { return next }
            old = seen
        }
    }

    /// How many uses there are now.
    func value(now: UnixTime) -> UInt32 { UseCount.settled(packed.load(ordering: .relaxed), now) }

    private static func minute(_ now: UnixTime) -> UInt32 { UInt32(truncatingIfNeeded: now.seconds / 60) }

    private static func pack(_ count: UInt32, _ now: UnixTime) -> UInt64 { UInt64(minute(now)) << 32 | UInt64(count) }

    /// A clock that steps back costs what was counted and no more.
    private static func settled(_ packed: UInt64, _ now: UnixTime) -> UInt32 {
        let passed = minute(now) &- UInt32(truncatingIfNeeded: packed >> 32)
        return UInt32(truncatingIfNeeded: packed) >> passed
    }
}

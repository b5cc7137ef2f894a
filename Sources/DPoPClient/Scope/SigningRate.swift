/// How often a scoped handle may be used: so many times at once, and so many more in each interval that follows.
///
/// In a time of n intervals at most `burst + refill × (n + 1)` uses.
public struct SigningRate: Sendable, Hashable {
    /// How many uses are saved up at most, 1…1,000,000; as many are there at the start.
    public let burst: Int

    /// How many come back with each interval, 1…1,000,000.
    public let refill: Int

    /// One millisecond to one day.
    public let interval: Duration

    /// Throws `invalidScope` for numbers out of range.
    public init(burst: Int, refill: Int = 1, every interval: Duration) throws(DPoPClientError) {
        guard 1...1_000_000 ~= burst, 1...1_000_000 ~= refill,
            .milliseconds(1) ... .seconds(86_400) ~= interval
        else { throw DPoPClientError(.invalidScope, "a rate out of range") }
        self.burst = burst
        self.refill = refill
        self.interval = interval
    }
}

/// What is left of a rate: a token bucket.
struct Allowance {
    private let rate: SigningRate
    private let interval: Int64
    private var left: Int
    /// The start of the interval that runs.
    private var intervalStart: ContinuousClock.Instant

    init(_ rate: SigningRate, now: ContinuousClock.Instant) {
        self.rate = rate
        interval = Allowance.nanoseconds(rate.interval)
        left = rate.burst
        intervalStart = now
    }

    /// Whether one use is left.
    mutating func has(now: ContinuousClock.Instant) -> Bool {
        // A caller that read the clock earlier and came later finds this negative: no interval has passed.
        let elapsed = Allowance.nanoseconds(intervalStart.duration(to: now)) / interval
        if elapsed > 0 {
            // In range: 1e18 ns are at most 1e12 intervals.
            left = Int(min(Int64(rate.burst), Int64(left) + elapsed * Int64(rate.refill)))
            intervalStart = intervalStart.advanced(by: .nanoseconds(elapsed * interval))
        }
        return left > 0
    }

    /// Takes one; ``has(now:)`` said that there is one.
    mutating func take(now: ContinuousClock.Instant) {
        // What was full has no interval running: one begins with the first use.
        if left == rate.burst { intervalStart = max(intervalStart, now) }
        left -= 1
    }

    /// Up to 1e18, which are 31 years.
    private static func nanoseconds(_ duration: Duration) -> Int64 {
        let (seconds, attoseconds) = duration.components
        return min(max(seconds, -999_999_999), 999_999_999) * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}

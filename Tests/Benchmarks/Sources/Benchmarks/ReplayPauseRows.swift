import CBare
import DPoPCore

/// How long a single admit takes at worst: while entries run out, and while an empty cache grows.
struct ReplayPauseRows {
    let quick: Bool

    private var live: Int { quick ? 200_000 : 1_000_000 }
    private let lifetime = 72
    private let start = UnixTime(seconds: 1_800_000_000)
    private let keys: ReplayKeys

    init(quick: Bool) throws {
        self.quick = quick
        keys = try ReplayKeys()
    }

    @concurrent
    func rows(_ table: Table) async throws -> Table {
        var table = table
        let (passes, size) = (quick ? 3 : 5, grouped(live))
        let clock = clockCost()
        var (tails, medians, ratios) = ([Double](), [Double](), [Double]())
        for _ in 0..<passes {
            let times = try expiring().sorted()
            let middle = max(1, Double(times[times.count / 2]) - clock)
            let tail = max(1, Double(times[times.count / 1_000 * 999]) - clock)
            medians.append(middle)
            tails.append(tail)
            ratios.append(tail / middle)
        }
        // An interrupt longer than an admit counts, so no --regress.
        table.add(
            "replay cache, \(size) live, entries running out: p99.9 to p50", "ns", median(tails), median(medians),
            median(ratios), .atMost(5), steady: false)
        // Growth happens in every pass, what interrupts the thread does not.
        let pauses = try (0..<passes).map { _ in Double(try growing()) - clock }
        table.add("the longest pause while it grows from nothing", "us", (pauses.min() ?? .nan) / 1_000, nil)
        return table
    }

    /// Nanoseconds of each admit in two lifetimes of steady load, after a first one that fills the cache.
    private func expiring() throws -> [UInt32] {
        let cache = makeCache()
        let perSecond = live / lifetime
        var times: [UInt32] = []
        times.reserveCapacity(perSecond * 2 * lifetime)
        for second in 0..<3 * lifetime {
            let now = start.advanced(bySeconds: Int64(second))
            let chunk = keys.keys(second * perSecond..<(second + 1) * perSecond)
            try admit(chunk, to: cache, now: now) { if second >= lifetime { times.append($0) } }
        }
        return times
    }

    private func growing() throws -> UInt32 {
        let cache = makeCache()
        var longest: UInt32 = 0
        for first in stride(from: 0, to: live, by: 10_000) {
            try admit(keys.keys(first..<first + 10_000), to: cache, now: start) { longest = max(longest, $0) }
        }
        return longest
    }

    private func makeCache() -> MemoryReplayCache {
        MemoryReplayCache(capacity: live * 2, keyShare: .unlimited, memory: .startsEmpty)
    }

    private func admit(
        _ keys: [ReplayKey], to cache: MemoryReplayCache, now: UnixTime, _ took: (UInt32) -> Void
    ) throws {
        let deadline = now.advanced(bySeconds: Int64(lifetime) - 1)
        for key in keys {
            let start = bare_nanoseconds()
            let outcome = cache.admit(key, until: deadline, now: now)
            let end = bare_nanoseconds()
            guard outcome == .firstSighting else { throw Trouble("the cache refused a new entry") }
            took(UInt32(clamping: end - start))
        }
    }

    /// What reading the clock adds to each time, in nanoseconds.
    private func clockCost() -> Double {
        median(
            (0..<10_001).map { _ in
                let start = bare_nanoseconds()
                return Double(bare_nanoseconds() - start)
            })
    }
}

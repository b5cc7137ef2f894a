import CBare
import DPoPCore
import Foundation

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
        guard let memory = bare_table_new() else { throw Trouble("no memory") }
        defer { free(memory) }
        var (tails, machine) = ([Tail](), [Tail]())
        for _ in 0..<passes {
            tails.append(Tail(try expiring(), clock))
            machine.append(Tail(touching(memory), clock))
        }
        // Of the pass with the shortest tail, since interrupts only ever add to it. Some are in every pass, so no --regress.
        for (name, tails, limit) in [
            ("replay cache, \(size) live, entries running out: p99.9 to p50", tails, Limit.atMost(5)),
            ("what this machine gives: a word in 40 MiB behind a lock, the same", machine, nil),
        ] {
            guard let best = tails.min(by: { $0.late < $1.late }) else { continue }
            table.add(name, "ns", best.late, best.middle, best.ratio, limit, steady: false)
        }
        // Growth happens in every pass, what interrupts the thread does not.
        let pauses = try (0..<passes).map { _ in Double(try growing()) - clock }
        table.add("the longest pause while it grows from nothing", "us", (pauses.min() ?? .nan) / 1_000, nil)
        return table
    }

    /// How long one in a thousand takes, and one in two.
    private struct Tail {
        let late: Double
        let middle: Double
        var ratio: Double { late / middle }

        init(_ times: [UInt32], _ clock: Double) {
            let times = times.sorted()
            late = max(1, Double(times[times.count / 1_000 * 999]) - clock)
            middle = max(1, Double(times[times.count / 2]) - clock)
        }
    }

    /// Nanoseconds of each admit in two lifetimes of steady load, after two that fill the cache and make the tables that
    /// it takes again and again from then on.
    private func expiring() throws -> [UInt32] {
        let cache = makeCache()
        let perSecond = live / lifetime
        // Written before, or the next admit after each page's first write would be slow.
        var times = [UInt32](repeating: 1, count: perSecond * 2 * lifetime)
        var count = 0
        for second in 0..<4 * lifetime {
            let now = start.advanced(bySeconds: Int64(second))
            let chunk = keys.keys(second * perSecond..<(second + 1) * perSecond)
            try admit(chunk, to: cache, now: now) {
                guard second >= 2 * lifetime else { return }
                times[count] = $0
                count += 1
            }
        }
        return times
    }

    /// The same of as many words.
    private func touching(_ memory: UnsafeMutablePointer<UInt64>) -> [UInt32] {
        var times = [UInt32](repeating: 1, count: live / lifetime * 2 * lifetime)
        for index in times.indices {
            // Somewhere else each time.
            let seed = UInt64(index + 1) &* 0x9E37_79B9_7F4A_7C15
            let start = bare_nanoseconds()
            bare_touch_locked(memory, 1, seed)
            times[index] = UInt32(clamping: bare_nanoseconds() - start)
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

import CBare
import DPoPCore
import Foundation

/// MemoryReplayCache with a million live entries.
struct ReplayRows {
    let quick: Bool

    private var live: Int { quick ? 200_000 : 1_000_000 }
    /// So few that no table grows meanwhile, which is another row's: with a million there is room for a ninth more.
    private var more: Int { live / 12 }
    private let now = UnixTime(seconds: 1_800_000_000)
    private var batch: Int { quick ? 2_000 : 10_000 }

    /// Off the main actor, so that tasks start on the pool's threads at once.
    @concurrent
    func rows(_ table: Table) async throws -> Table {
        var table = table
        let keys = try ReplayKeys().keys(0..<live + more)
        let size = grouped(live)
        var (alone, shared) = ([Double](), [Double]())
        var bytes: [Double] = []
        for pass in 0..<(quick ? 1 : 5) {
            // First one, then the other, and the other way round in the next pass.
            for limited in pass % 2 == 0 ? [false, true] : [true, false] {
                let before = bare_resident_bytes()
                let cache = makeCache(limited ? .oneIn(8) : .unlimited)
                try admit(keys[..<live], to: cache)
                let after = bare_resident_bytes()
                if !limited { bytes.append(Double(after > before ? after - before : 0) / Double(live)) }
                let rates = try stride(from: live, to: live + more - batch + 1, by: batch).map { start in
                    let chunk = keys[start..<start + batch]
                    return 1_000 / (try time(batch) { try admit(chunk, to: cache) })
                }
                if limited { shared.append(median(rates)) } else { alone.append(median(rates)) }
            }
        }
        // Of the pass that was disturbed least: half of a core, when another has the rest, is not what the limit is for.
        let (rate, limitedRate) = (alone.max() ?? .nan, shared.max() ?? .nan)
        table.add("replay cache, \(size) live: admits a second", "million", rate, .atLeast(6))
        table.add("the same with a key share, 10,000 keys", "million", limitedRate, rate, limitedRate / rate, nil)
        table.add("replay cache, \(size) live: an entry", "bytes", median(bytes), .atMost(40))
        try movingClock(&table, keys)
        try threads(&table, keys)
        return table
    }

    /// The memory while time moves: what has expired goes in whole parts, so some of it is still there.
    private func movingClock(_ table: inout Table, _ keys: [ReplayKey]) throws {
        // Each entry lives 72 seconds, so after so many seconds about four times as many were admitted as ever live.
        let (seconds, lifetime) = (288, 72)
        let perSecond = keys.count / seconds
        let before = bare_resident_bytes()
        let cache = makeCache(.unlimited)
        var peak: UInt64 = 0
        for second in 0..<seconds {
            let time = now.advanced(bySeconds: Int64(second))
            let chunk = keys[second * perSecond..<(second + 1) * perSecond]
            try admit(chunk, to: cache, now: time)
            if second % 8 == 7 { peak = max(peak, bare_resident_bytes()) }
        }
        let live = Double(perSecond * lifetime)
        table.add(
            "an entry alive, at the peak of 288 s of steady load", "bytes",
            Double(peak > before ? peak - before : 0) / live, nil)
    }

    /// Two threads against one, and beside it what two cores of this machine give to work that shares nothing.
    private func threads(_ table: inout Table, _ keys: [ReplayKey]) throws {
        // Some milliseconds each, beside which the start of a second thread is nothing.
        let batch = more / 4
        let spins = 3 * batch
        guard let memory = bare_table_new() else { throw Trouble("no memory") }
        defer { free(memory) }
        nonisolated(unsafe) let words = memory
        var (scaling, control, touching, locking) = (Rounds(), Rounds(), Rounds(), Rounds())
        for _ in 0..<(quick ? 6 : 10) {
            let cache = makeCache(.unlimited)
            try admit(keys[..<live], to: cache)
            for start in stride(from: live, to: live + more - 2 * batch + 1, by: 2 * batch) {
                let (first, second) = (keys[start..<start + batch], keys[start + batch..<start + 2 * batch])
                let half = batch / 2
                // The order is drawn, so that neither side is always first.
                for side in (0..<4).shuffled() {
                    switch side {
                    case 0:
                        try scaling.add(of: batch) { part in
                            let chunk = part == 2 ? second : part == 1 ? first.suffix(half) : first.prefix(half)
                            try admit(chunk, to: cache)
                        }
                    case 1:
                        try control.add(of: spins) { part in _ = bare_spin(UInt64(part == 2 ? spins : spins / 2)) }
                    case 2:
                        try locking.add(of: spins) { part in
                            bare_touch_locked(
                                words, UInt64(part == 2 ? spins : spins / 2), UInt64(start + part) << 20)
                        }
                    default:
                        try touching.add(of: spins) { part in
                            bare_touch(words, UInt64(part == 2 ? spins : spins / 2), UInt64(start + part) << 20)
                        }
                    }
                }
            }
        }
        let pair = scaling.result
        table.add(
            "replay cache, two threads against one", "million", 1_000 / pair.ours, 1_000 / pair.reference,
            1 / pair.ratio, .atLeast(1.7), machine: [control, touching, locking].map { 1 / $0.result.ratio }.min())
        for (name, machine) in [
            ("what this machine gives: SHA-256, two threads against one", control.result),
            ("what this machine gives: words in 40 MiB without a lock, the same", touching.result),
            ("what this machine gives: words in 40 MiB behind 256 locks, the same", locking.result),
        ] {
            table.add(name, "million", 1_000 / machine.ours, 1_000 / machine.reference, 1 / machine.ratio, nil)
        }
    }

    private func makeCache(_ share: MemoryReplayCache.KeyShare) -> MemoryReplayCache {
        MemoryReplayCache(capacity: live * 2, keyShare: share, memory: .startsEmpty)
    }

    private func admit(_ keys: ArraySlice<ReplayKey>, to cache: MemoryReplayCache, now: UnixTime? = nil) throws {
        let now = now ?? self.now
        let deadline = now.advanced(bySeconds: 71)
        for key in keys where cache.admit(key, until: deadline, now: now) != .firstSighting {
            throw Trouble("the cache refused a new entry")
        }
    }
}

/// Keys of proofs that never were, by 10,000 clients.
struct ReplayKeys {
    private let uri: TargetURI
    private let owners: [Thumbprint]

    init() throws {
        uri = try Inputs.targetURI()
        owners = try (0..<10_000).map { number in
            let bytes = (0..<32).map { UInt8(truncatingIfNeeded: number >> ($0 % 4 * 8)) &+ UInt8($0) }
            guard let owner = Thumbprint(bytes: bytes) else { throw Trouble("no thumbprint") }
            return owner
        }
    }

    func keys(_ numbers: Range<Int>) -> [ReplayKey] {
        numbers.map { ReplayKey(thumbprint: owners[$0 % owners.count], targetURI: uri, jti: "jti-\($0)") }
    }
}

extension Rounds {
    /// Parts 0 and 1 on two threads, against part 2, which is as much as both, on one.
    fileprivate mutating func add(of count: Int, _ work: @escaping @Sendable (Int) throws -> Void) throws {
        let bothFirst = Bool.random()
        var two = bothFirst ? try onThreads(2, work) : 0
        let one = try onThreads(1) { _ in try work(2) }
        if !bothFirst { two = try onThreads(2, work) }
        add(ours: two / Double(count), reference: one / Double(count))
    }
}

import CBare
import DPoPCore
import Foundation

/// MemoryReplayCache with a million live entries.
struct ReplayRows {
    let quick: Bool

    private var live: Int { quick ? 200_000 : 1_000_000 }
    private var more: Int { live / 4 }
    private let now = UnixTime(seconds: 1_800_000_000)
    private let batch = 10_000

    /// Off the main actor, so that tasks start on the pool's threads at once.
    @concurrent
    func rows(_ table: Table) async throws -> Table {
        var table = table
        let keys = try makeKeys(live + more, thumbprints: 10_000)
        let size = quick ? "200,000" : "1,000,000"
        var (alone, shared) = ([Double](), [Double]())
        var bytes: [Double] = []
        for pass in 0..<(quick ? 1 : 3) {
            // First one, then the other, and the other way round in the next pass.
            for limited in pass % 2 == 0 ? [false, true] : [true, false] {
                let before = bare_resident_bytes()
                let cache = makeCache(limited ? .oneIn(8) : .unlimited)
                try admit(keys[..<live], to: cache)
                let after = bare_resident_bytes()
                if !limited { bytes.append(Double(after > before ? after - before : 0) / Double(live)) }
                for start in stride(from: live, to: live + more - batch + 1, by: batch) {
                    let chunk = keys[start..<start + batch]
                    let each = try time(batch) { try admit(chunk, to: cache) }
                    if limited { shared.append(1_000 / each) } else { alone.append(1_000 / each) }
                }
            }
        }
        let (rate, limitedRate) = (median(alone), median(shared))
        table.add("replay cache, \(size) live: admits a second", "million", rate, .atLeast(3))
        table.add("the same with a key share, 10,000 keys", "million", limitedRate, rate, limitedRate / rate, nil)
        table.add("replay cache, \(size) live: an entry", "bytes", median(bytes), .atMost(64))
        try movingClock(&table, keys)
        try await threads(&table, keys)
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
    private func threads(_ table: inout Table, _ keys: [ReplayKey]) async throws {
        // Some milliseconds each, beside which the start of a second thread is nothing.
        let batch = more / 10
        let spins = 3 * batch
        guard let memory = bare_table_new() else { throw Trouble("no memory") }
        defer { free(memory) }
        nonisolated(unsafe) let words = memory
        var (scaling, control, touching) = (Rounds(), Rounds(), Rounds())
        for _ in 0..<(quick ? 1 : 4) {
            let cache = makeCache(.unlimited)
            try admit(keys[..<live], to: cache)
            for start in stride(from: live, to: live + more - 2 * batch + 1, by: 2 * batch) {
                let (first, second) = (keys[start..<start + batch], keys[start + batch..<start + 2 * batch])
                let half = batch / 2
                try await scaling.round(of: batch) {
                    try await inTwo(
                        { try admit(first.prefix(half), to: cache) }, { try admit(first.suffix(half), to: cache) })
                } reference: {
                    try await inOne { try admit(second, to: cache) }
                }
                await control.round(of: spins) {
                    await inTwo({ _ = bare_spin(UInt64(spins / 2)) }, { _ = bare_spin(UInt64(spins / 2)) })
                } reference: {
                    await inOne { _ = bare_spin(UInt64(spins)) }
                }
                await touching.round(of: spins) {
                    await inTwo(
                        { bare_touch(words, UInt64(spins / 2), UInt64(start)) },
                        { bare_touch(words, UInt64(spins / 2), ~UInt64(start)) })
                } reference: {
                    await inOne { bare_touch(words, UInt64(spins), UInt64(start) << 32) }
                }
            }
        }
        let pair = scaling.result
        table.add(
            "replay cache, two threads against one", "million", 1_000 / pair.ours, 1_000 / pair.reference,
            1 / pair.ratio, .atLeast(1.6))
        for (name, machine) in [
            ("what this machine gives: SHA-256, two threads against one", control.result),
            ("what this machine gives: words in 40 MiB without a lock, the same", touching.result),
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

    private func makeKeys(_ count: Int, thumbprints: Int) throws -> [ReplayKey] {
        let uri = try Inputs.targetURI()
        let owners = try (0..<thumbprints).map { number in
            let bytes = (0..<32).map { UInt8(truncatingIfNeeded: number >> ($0 % 4 * 8)) &+ UInt8($0) }
            guard let owner = Thumbprint(bytes: bytes) else { throw Trouble("no thumbprint") }
            return owner
        }
        return (0..<count).map { ReplayKey(thumbprint: owners[$0 % thumbprints], targetURI: uri, jti: "jti-\($0)") }
    }
}

private func inOne(_ work: @escaping @Sendable () throws -> Void) async rethrows {
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try work() }
        try await group.waitForAll()
    }
}

private func inTwo(
    _ a: @escaping @Sendable () throws -> Void, _ b: @escaping @Sendable () throws -> Void
) async rethrows {
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try a() }
        group.addTask { try b() }
        try await group.waitForAll()
    }
}

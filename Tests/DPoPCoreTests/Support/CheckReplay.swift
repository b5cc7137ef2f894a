@testable import DPoPCore

/// Keys for replay stores without making proofs.
enum CheckReplay {
    /// The thumbprint of an imagined key.
    static func owner(_ number: UInt64) -> Thumbprint {
        var hasher = SHA256Hasher()
        hasher.update(number)
        return Thumbprint(hasher.finish())
    }

    static func key(_ jti: String, owner number: UInt64 = 0) -> ReplayKey {
        ReplayKey(thumbprint: owner(number), targetURI: CheckKit.target, jti: jti)
    }

    /// The bytes of all tables of a cache.
    static func tableBytes(_ cache: MemoryReplayCache) -> Int {
        shards(cache) { $0.generations.bytes }.reduce(0, +)
    }

    /// How many entries each shard of a cache holds.
    static func shardCounts(_ cache: MemoryReplayCache) -> [Int] { shards(cache) { $0.generations.count } }

    private static func shards(_ cache: MemoryReplayCache, _ number: (borrowing ReplayShard) -> Int) -> [Int] {
        Mirror(reflecting: cache).children.compactMap { $0.value as? Locked<ReplayShard> }.flatMap { shards in
            (0..<shards.count).map { index in shards.withLock(index) { number($0) } }
        }
    }
}

extension MemoryReplayCache {
    /// `admit` with times as offsets from `CheckKit.now`.
    func claim(
        _ jti: String, owner: UInt64 = 0, until deadline: Int64 = 71, at now: Int64 = 0, nanoseconds: Int32 = 0
    ) -> ReplayOutcome {
        admit(
            CheckReplay.key(jti, owner: owner), until: .at(deadline), now: .at(now, nanoseconds: nanoseconds))
    }
}

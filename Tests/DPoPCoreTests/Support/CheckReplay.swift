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

    /// The bytes of all tables that a cache holds, found by reflection: slots times their stride.
    static func tableBytes(_ subject: Any) -> Int {
        sum(subject) { slots in
            func bytes<Slots: Collection>(_ slots: Slots) -> Int { slots.count * MemoryLayout<Slots.Element>.stride }
            return bytes(slots)
        }
    }

    private static func sum(_ subject: Any, _ measure: (any Collection) -> Int) -> Int {
        var total = 0
        for child in Mirror(reflecting: subject).children {
            if child.label == "slots", let slots = child.value as? any Collection {
                total += measure(slots)
            } else {
                total += sum(child.value, measure)
            }
        }
        return total
    }

    /// How many entries each shard of a cache holds.
    static func shardCounts(_ cache: MemoryReplayCache) -> [Int] {
        for child in Mirror(reflecting: cache).children where child.label == "shards" {
            return Mirror(reflecting: child.value).children.map { count($0.value) }
        }
        return []
    }

    private static func count(_ subject: Any) -> Int {
        Mirror(reflecting: subject).children.reduce(0) { total, child in
            if child.label == "count", let count = child.value as? Int { return total + count }
            if child.label == "slots" { return total }
            return total + count(child.value)
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

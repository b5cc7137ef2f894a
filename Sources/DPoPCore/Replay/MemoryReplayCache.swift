/// A replay store in this process's memory, for one process that verifies alone.
///
/// Several processes each need to see the others' proofs: use a shared store there. Memory: 32 to 48 bytes a remembered
/// proof, without the key share's counters. Lock-sharded; no lock is held over anything that waits.
///
/// It keeps no promise that depends on the wall clock not stepping back: after a step back, proofs whose deadline was
/// already forgotten are refused until time has caught up.
public final class MemoryReplayCache: SynchronousReplayStore {
    /// How much of the cache one key may fill, so that one client can not lock out the others.
    public enum KeyShare: Sendable, Hashable {
        /// All of it. A client that floods the cache with valid proofs then gets every client refused.
        case unlimited
        /// One part in so many of the capacity, at least one entry.
        case oneIn(Int)
        /// So many live proofs.
        case entries(Int)
    }

    /// How many proofs are remembered at most.
    public let capacity: Int

    /// Since when this cache remembers.
    public let memory: ReplayMemory

    /// Nothing outside this process is seen.
    public var scope: ReplayScope { .processLocal }

    private let shards: Locked<ReplayShard>
    private let shares: KeyShareLimit?

    /// Nil if the random generator failed; then nothing is admitted.
    private let secret: ReplayTable.Secret?

    /// - Parameters:
    ///   - capacity: how many proofs to remember at most, at least 1. When it is reached new proofs are refused as
    ///     `replayStoreFull`; no live entry is dropped for them. Entries run out in batches, up to half of their time
    ///     late, so take one and a half times the proofs that are alive at once. From 65,536 on the cache is split into
    ///     64 parts that fill evenly but not equally, so refusals start a few percent earlier. The default, a million,
    ///     serves 9,000 requests a second under the default policy, which remembers each for 71 s, with at most 48 MB.
    ///   - keyShare: how much of it one key may fill; beyond that its proofs are refused as `tooManyProofs`.
    ///     The default is an eighth: 1,100 requests a second by one key.
    ///   - memory: since when the cache remembers. The default, now, refuses proofs made before this second, which
    ///     an earlier process may have admitted; ``ReplayMemory/startsEmpty`` declares that there was none.
    public init(
        capacity: Int = 1_000_000, keyShare: KeyShare = .oneIn(8), memory: ReplayMemory = .since(.now())
    ) {
        let capacity = max(1, capacity)
        let count = capacity < 65_536 ? 1 : 64
        self.capacity = capacity
        self.memory = memory
        shards = Locked(count: count) { ReplayShard(capacity: capacity / count + ($0 < capacity % count ? 1 : 0)) }
        switch keyShare {
        case .unlimited: shares = nil
        case .oneIn(let parts): shares = KeyShareLimit(max(1, capacity / max(1, parts)))
        case .entries(let entries): shares = KeyShareLimit(max(1, entries))
        }
        secret = ReplayTable.Secret.random()
    }

    public func admit(_ key: ReplayKey, until deadline: UnixTime, now: UnixTime) -> ReplayOutcome {
        guard let secret else { return .unavailable }
        guard deadline >= now else { return .deadlinePassed }
        let digest = ReplayTable.Digest(key.digest)
        let place = secret.place(digest)
        // The shard by the low bits, the slot in it by the high ones.
        let shard = Int(truncatingIfNeeded: place % UInt64(shards.count))
        guard let shares else {
            return shards.withLock(shard) { $0.admit(digest, place, secret, until: deadline, now: now) }
        }

        // The place is taken first and given back, so that no number of claims at once gets past the limit.
        let owner = key.thumbprint
        guard shares.take(owner, until: deadline, now: now) else {
            return shards.withLock(shard) { $0.look(digest, place) } ?? .overShare
        }
        let outcome = shards.withLock(shard) { $0.admit(digest, place, secret, until: deadline, now: now) }
        if outcome != .firstSighting { shares.giveBack(owner) }
        return outcome
    }
}

extension ReplayTable.Secret {
    /// Nil if the random generator failed.
    fileprivate static func random() -> ReplayTable.Secret? {
        var bytes: InlineArray<48, UInt8> = .init(repeating: 0)
        var output = bytes.mutableSpan
        guard RandomBytes.fill(&output) else { return nil }
        func number(_ start: Int) -> UInt128 {
            var number: UInt128 = 0
            for index in start..<start + 16 { number = number << 8 | UInt128(bytes[index]) }
            return number
        }
        return ReplayTable.Secret(a: number(0), b: number(16), c: number(32))
    }
}

/// One part of the cache.
struct ReplayShard {
    private(set) var generations = Generations<ReplayTable>()
    private let capacity: Int

    init(capacity: Int) { self.capacity = capacity }

    /// How many entries it holds, with those that have run out and were not dropped yet.
    var count: Int { generations.sum { $0.count } }

    mutating func admit(
        _ digest: ReplayTable.Digest, _ place: UInt64, _ secret: ReplayTable.Secret, until deadline: UnixTime,
        now: UnixTime
    ) -> ReplayOutcome {
        generations.dropExpired(now: now)
        if let seen = generations.first({ $0.firstSeen(digest, place: place) }) {
            return .seen(since: UnixTime(seconds: seen))
        }
        if let forgotten = generations.forgottenThrough, deadline <= forgotten { return .deadlinePassed }
        guard count < capacity else { return .full }
        let fresh = { ReplayTable(secret: secret) }
        generations.withCurrent(until: deadline, now: now, fresh: fresh) { table in
            table.insert(digest, place: place, since: now.seconds)
        }
        return .firstSighting
    }

    /// Whether the digest is known, without claiming it.
    func look(_ digest: ReplayTable.Digest, _ place: UInt64) -> ReplayOutcome? {
        generations.first { $0.firstSeen(digest, place: place) }.map { .seen(since: UnixTime(seconds: $0)) }
    }
}

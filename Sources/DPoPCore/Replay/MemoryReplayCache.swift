/// A replay store in this process's memory, for one process that verifies alone.
///
/// Several processes each need to see the others' proofs: use a shared store there. Memory: 32 to 48 bytes a live
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

    /// How many live proofs are remembered at most.
    public let capacity: Int

    /// Since when this cache remembers.
    public let memory: ReplayMemory

    /// Nothing outside this process is seen.
    public var scope: ReplayScope { .processLocal }

    private let shards: [ReplayShard]
    private let shares: KeyShareLimit?

    /// 16 bytes that spread the digests, so that nobody can choose proofs that crowd one place. Nil if the random
    /// generator failed; then nothing is admitted.
    private let secret: [UInt8]?

    /// - Parameters:
    ///   - capacity: how many live proofs to remember at most, at least 1. When it is reached new proofs are refused
    ///     as `replayStoreFull` and no live entry is dropped. From 65,536 on the cache is split into 64 parts that fill
    ///     evenly but not equally, so refusals start a few percent earlier. The default, a million, is the proofs of
    ///     about 12,000 requests a second under the default policy, and at most 48 MB.
    ///   - keyShare: how much of it one key may fill; beyond that its proofs are refused as `tooManyProofs`.
    ///     The default is an eighth: 1,500 requests a second by one key.
    ///   - memory: since when the cache remembers. The default, now, refuses proofs made before this second, which
    ///     an earlier process may have admitted; ``ReplayMemory/startsEmpty`` declares that there was none.
    public init(
        capacity: Int = 1_000_000, keyShare: KeyShare = .oneIn(8), memory: ReplayMemory = .since(.now())
    ) {
        let capacity = max(1, capacity)
        let count = capacity < 65_536 ? 1 : 64
        self.capacity = capacity
        self.memory = memory
        shards = (0..<count).map { ReplayShard(capacity: capacity / count + ($0 < capacity % count ? 1 : 0)) }
        switch keyShare {
        case .unlimited: shares = nil
        case .oneIn(let parts): shares = KeyShareLimit(max(1, capacity / max(1, parts)))
        case .entries(let entries): shares = KeyShareLimit(max(1, entries))
        }
        var secret = [UInt8](repeating: 0, count: 16)
        var bytes = secret.mutableSpan
        self.secret = RandomBytes.fill(&bytes) ? secret : nil
    }

    public func admit(_ key: ReplayKey, until deadline: UnixTime, now: UnixTime) -> ReplayOutcome {
        guard let secret else { return .unavailable }
        guard deadline >= now else { return .deadlinePassed }
        var hasher = SHA256Hasher()
        hasher.update(secret.span)
        hasher.update(key.digest)
        let keyed = hasher.finish()
        let shard = shards[Int(truncatingIfNeeded: keyed.words.2 % UInt64(shards.count))]
        guard let shares else { return shard.admit(.init(keyed), until: deadline, now: now) }

        // The place is taken first and given back, so that no number of claims at once gets past the limit.
        let owner = key.thumbprint
        guard shares.take(owner, until: deadline, now: now) else {
            return shard.look(.init(keyed), now: now) ?? .overShare
        }
        let outcome = shard.admit(.init(keyed), until: deadline, now: now)
        if outcome != .firstSighting { shares.giveBack(owner) }
        return outcome
    }
}

/// One part of the cache, behind one lock.
final class ReplayShard: Sendable {
    private let lock = Lock()
    private let capacity: Int
    // Only touched under the lock.
    private nonisolated(unsafe) var generations = Generations<ReplayTable>()

    init(capacity: Int) { self.capacity = capacity }

    func admit(_ digest: ReplayTable.Digest, until deadline: UnixTime, now: UnixTime) -> ReplayOutcome {
        lock.withLock {
            unsafe generations.dropExpired(now: now)
            if let seen = unsafe generations.first({ $0.firstSeen(digest) }) {
                return .seen(since: UnixTime(seconds: seen))
            }
            if let forgotten = unsafe generations.forgottenThrough, deadline <= forgotten { return .deadlinePassed }
            guard unsafe generations.sum({ $0.count }) < capacity else { return .full }
            unsafe generations.withCurrent(until: deadline, now: now, fresh: ReplayTable.init) { table in
                table.insert(digest, since: now.seconds)
            }
            return .firstSighting
        }
    }

    /// Whether the digest is known, without claiming it.
    func look(_ digest: ReplayTable.Digest, now: UnixTime) -> ReplayOutcome? {
        lock.withLock {
            unsafe generations.first({ $0.firstSeen(digest) }).map { .seen(since: UnixTime(seconds: $0)) }
        }
    }
}

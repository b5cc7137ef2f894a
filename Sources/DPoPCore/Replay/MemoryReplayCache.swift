/// A replay store in this process's memory, for one process that verifies alone.
///
/// Several processes each need to see the others' proofs: use a shared store there. Several verifiers of one process
/// may share one; see ``ProofVerifier/init(policy:replay:tables:path:)``. Memory: 32 to 40 bytes a remembered
/// proof where there are some hundred for each part, those that ran out and were not dropped yet among them; as much for
/// each key that the key share counts. Lock-sharded; no lock is held over anything that waits.
///
/// It keeps no promise that depends on the wall clock not stepping back: after a step back, proofs whose deadline was
/// already forgotten are refused until time has caught up.
public final class MemoryReplayCache: SynchronousReplayStore {
    /// How much of the cache one key may fill, so that one client can not lock out the others.
    public enum KeyShare: Sendable, Hashable {
        /// All of it. A client that floods the cache with valid proofs then gets every client refused.
        case unlimited
        /// One part in so many of the capacity, at least one entry. Fewer than one part counts as one.
        case oneIn(Int)
        /// So many live proofs, at least one.
        case entries(Int)
    }

    /// How many proofs are remembered at most.
    public let capacity: Int

    /// Since when this cache remembers.
    public let memory: ReplayMemory

    /// Nothing outside this process is seen.
    public var scope: ReplayScope { .processLocal }

    private let shards: Locked<ReplayShard>
    private let ahead: LinesAhead
    private let shares: KeyShareLimit?

    /// Nil if the random generator failed; then nothing is admitted.
    private let secret: DigestTable.Secret?

    /// - Parameters:
    ///   - capacity: how many proofs to remember at most, at least 1. When it is reached new proofs are refused as
    ///     `replayStoreFull`; no live entry is dropped for them. Entries run out in batches, late by up to half of
    ///     the longest time that one of them is remembered. From 65,536 on the cache is split into
    ///     parts of 1,024 proofs or more, which fill evenly but not equally, so refusals start a few percent earlier.
    ///     The default, a million, serves 8,200 requests a second under the default policy, which remembers a proof for
    ///     71 s, or 81 s if it is dated 10 s ahead, so that it goes after 121 s at the latest. It takes about
    ///     40 MB when it is full, up to 55 MB after a burst that a lull and another burst follow, and up to 80 MB if
    ///     the clock jumps meanwhile; the key share as much again if every proof has a key of its own.
    ///   - keyShare: how much of it one key may fill; beyond that its proofs are refused as `tooManyProofs`.
    ///     The default is an eighth: 1,000 requests a second by one key.
    ///   - memory: since when the cache remembers. The default, now, refuses proofs made before this second, which
    ///     an earlier process may have admitted; ``ReplayMemory/startsEmpty`` declares that there was none.
    public init(
        capacity: Int = 1_000_000, keyShare: KeyShare = .oneIn(8), memory: ReplayMemory = .since(.now())
    ) {
        let capacity = max(1, capacity)
        let count = capacity < 65_536 ? 1 : min(256, capacity / 1_024)
        self.capacity = capacity
        self.memory = memory
        shards = Locked(count: count) { ReplayShard(capacity: capacity / count + ($0 < capacity % count ? 1 : 0)) }
        ahead = LinesAhead(parts: count)
        switch keyShare {
        case .unlimited: shares = nil
        case .oneIn(let parts): shares = KeyShareLimit(max(1, capacity / max(1, parts)), parts: count)
        case .entries(let entries): shares = KeyShareLimit(max(1, entries), parts: count)
        }
        secret = DigestTable.Secret.random()
    }

    public func admit(_ key: ReplayKey, until deadline: UnixTime, now: UnixTime) -> ReplayOutcome {
        guard let secret else { return .unavailable }
        guard deadline >= now else { return .deadlinePassed }
        let digest = DigestTable.Digest(key.digest)
        let place = secret.place(digest)
        let index = shards.index(at: place.bits)
        ahead.fetch(index, place)
        return shards.withLock(index) { shard in
            let outcome = shard.admit(digest, place, secret, until: deadline, now: now) {
                // With the shard's lock held, never the other way round: what is no first sighting takes no room.
                shares?.take(key.thumbprint, secret, until: deadline, now: now) ?? true
            }
            if shard.generations.isMoved {
                ahead.set(index, shard.generations)
                shard.generations.settle()
            }
            return outcome
        }
    }
}

// For a store that is elsewhere, of which this is a part that is near.
extension MemoryReplayCache {
    /// Since when a key is known; nil if it is not. Claims nothing.
    package func known(_ key: ReplayKey) -> UnixTime? {
        guard let secret else { return nil }
        let digest = DigestTable.Digest(key.digest)
        let place = secret.place(digest)
        return shards.withLock(at: place.bits) { shard in
            guard case .number(let seen) = shard.generations.look(for: digest, place: place) else { return nil }
            return UnixTime(seconds: Int64(seen))
        }
    }

    /// Remembers a key that was used at some time, if there is room.
    package func note(_ key: ReplayKey, usedAt time: UnixTime, until deadline: UnixTime, now: UnixTime) {
        guard let secret else { return }
        let digest = DigestTable.Digest(key.digest)
        let place = secret.place(digest)
        shards.withLock(at: place.bits) { shard in
            shard.note(digest, place, secret, usedAt: time, until: deadline, now: now)
        }
    }
}

/// One part of the cache.
struct ReplayShard: ~Copyable {
    fileprivate(set) var generations = Generations()
    private let capacity: Int

    init(capacity: Int) { self.capacity = capacity }

    /// - Parameter hasRoom: asked last, of a claim that is admitted otherwise.
    @inline(__always)
    mutating func admit(
        _ digest: DigestTable.Digest, _ place: DigestTable.Place, _ secret: DigestTable.Secret,
        until deadline: UnixTime, now: UnixTime, hasRoom: () -> Bool
    ) -> ReplayOutcome {
        generations.dropExpired(now: now)
        let line: Int
        switch generations.look(for: digest, place: place) {
        case .number(let seen): return .seen(since: UnixTime(seconds: Int64(seen)))
        case .free(let free): line = free
        }
        if let forgotten = generations.forgottenThrough, deadline <= forgotten { return .deadlinePassed }
        guard generations.count < capacity else { return .full }
        guard hasRoom() else { return .overShare }
        insert(digest, line: line, place, secret, usedAt: now, until: deadline, now: now)
        return .firstSighting
    }

    mutating func note(
        _ digest: DigestTable.Digest, _ place: DigestTable.Place, _ secret: DigestTable.Secret, usedAt time: UnixTime,
        until deadline: UnixTime, now: UnixTime
    ) {
        generations.dropExpired(now: now)
        guard generations.count < capacity, case .free(let line) = generations.look(for: digest, place: place) else {
            return
        }
        insert(digest, line: line, place, secret, usedAt: time, until: deadline, now: now)
    }

    @inline(__always)
    private mutating func insert(
        _ digest: DigestTable.Digest, line: Int, _ place: DigestTable.Place, _ secret: DigestTable.Secret,
        usedAt time: UnixTime, until deadline: UnixTime, now: UnixTime
    ) {
        generations.insert(
            digest, line: line, place: place, secret: secret, until: deadline, now: now,
            limit: capacity,
            // Of any time from 1970 to 2106, else of the nearest.
            number: UInt32(clamping: time.seconds))
    }
}

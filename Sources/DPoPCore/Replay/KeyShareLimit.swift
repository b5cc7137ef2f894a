/// Counts the live entries of each key, to bound its share of a replay cache.
final class KeyShareLimit: Sendable {
    private let limit: Int
    private let parts: [Part]

    init(_ limit: Int) {
        self.limit = limit
        parts = (0..<16).map { _ in Part() }
    }

    private final class Part: Sendable {
        let lock = Lock()
        // Only touched under the lock.
        nonisolated(unsafe) var counts = Generations<[Thumbprint: Int]>()
    }

    private func part(of owner: Thumbprint) -> Part {
        parts[Int(truncatingIfNeeded: owner.digest.words.3 % UInt64(parts.count))]
    }

    /// Takes a place for one entry; false if the key has none left.
    func take(_ owner: Thumbprint, until deadline: UnixTime, now: UnixTime) -> Bool {
        let part = part(of: owner)
        return part.lock.withLock {
            unsafe part.counts.dropExpired(now: now)
            guard unsafe part.counts.sum({ $0[owner] ?? 0 }) < limit else { return false }
            unsafe part.counts.withCurrent(until: deadline, now: now, fresh: { [:] }) { counts in
                counts[owner, default: 0] += 1
            }
            return true
        }
    }

    /// Gives a place back for an entry that was not made.
    func giveBack(_ owner: Thumbprint) {
        let part = part(of: owner)
        part.lock.withLock {
            unsafe part.counts.changeFirst { counts in
                guard let count = counts[owner], count > 0 else { return false }
                counts[owner] = count == 1 ? nil : count - 1
                return true
            }
        }
    }
}

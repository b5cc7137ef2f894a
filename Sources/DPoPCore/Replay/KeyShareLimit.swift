/// Counts the live entries of each key, to bound its share of a replay cache.
final class KeyShareLimit: Sendable {
    private let limit: Int
    private let parts: Locked<Generations<[Thumbprint: Int]>>

    init(_ limit: Int) {
        self.limit = limit
        parts = Locked(count: 64) { _ in Generations() }
    }

    private func part(of owner: Thumbprint) -> Int {
        Int(truncatingIfNeeded: owner.digest.words.3 % UInt64(parts.count))
    }

    /// Takes a place for one entry; false if the key has none left.
    func take(_ owner: Thumbprint, until deadline: UnixTime, now: UnixTime) -> Bool {
        parts.withLock(part(of: owner)) { counts in
            counts.dropExpired(now: now)
            guard counts.sum({ $0[owner] ?? 0 }) < limit else { return false }
            counts.withCurrent(until: deadline, now: now, fresh: { [:] }) { counts in
                counts[owner, default: 0] += 1
            }
            return true
        }
    }

    /// Gives a place back for an entry that was not made.
    func giveBack(_ owner: Thumbprint) {
        parts.withLock(part(of: owner)) { counts in
            counts.changeFirst { counts in
                guard let count = counts[owner], count > 0 else { return false }
                counts[owner] = count == 1 ? nil : count - 1
                return true
            }
        }
    }
}

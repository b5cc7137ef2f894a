/// Counts the live entries of each key, to bound its share of a replay cache.
final class KeyShareLimit: Sendable {
    private let limit: Int
    private let parts: Locked<Generations>

    init(_ limit: Int, parts: Int) {
        // A key's count in one table is 32 bits wide.
        self.limit = min(limit, Int(Int32.max))
        self.parts = Locked(count: parts) { _ in Generations() }
    }

    /// Counts one more entry of a key; false, and nothing is counted, if it has no room left.
    func take(_ owner: Thumbprint, _ secret: DigestTable.Secret, until deadline: UnixTime, now: UnixTime) -> Bool {
        let digest = DigestTable.Digest(owner.digest)
        let place = secret.place(digest)
        return parts.withLock(at: place.bits) { counts in
            counts.dropExpired(now: now)
            guard counts.sum(of: digest, place: place) < limit else { return false }
            counts.count(digest, place: place, secret: secret, until: deadline, now: now)
            return true
        }
    }
}

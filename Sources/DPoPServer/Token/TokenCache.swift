import DPoPCore

/// What is known of tokens, by their SHA-256, until a deadline. Bounded; holds no token.
///
/// When it is full, those that were not asked for lately go. What goes is only found out again.
final class TokenCache<Value: Sendable>: Sendable {
    private final class Entry: Sendable {
        let value: Value
        private let storedAt: UnixTime
        private let deadline: UnixTime

        init(_ value: Value, from storedAt: UnixTime, until deadline: UnixTime) {
            self.value = value
            self.storedAt = storedAt
            self.deadline = deadline
        }

        /// A second before it was stored, because a request is judged by the time of its arrival and may be
        /// overtaken; no earlier, because a clock that steps back would otherwise keep it for as long as it stepped.
        func isGood(_ now: UnixTime) -> Bool { now < deadline && now >= storedAt.advanced(bySeconds: -1) }
    }

    private typealias Entries = [AccessTokenHash: Entry]

    /// Two generations: `recent` fills up, takes the place of `older`, and starts anew.
    private struct Part {
        var recent: Entries = [:]
        var older: Entries = [:]

        /// Returns what goes, so that it is freed without the lock.
        mutating func add(_ entry: Entry, _ hash: AccessTokenHash, limit: Int) -> Entries {
            older[hash] = nil
            guard recent[hash] == nil, recent.count >= limit else {
                recent[hash] = entry
                return [:]
            }
            let dropped = older
            older = recent
            recent = [hash: entry]
            return dropped
        }
    }

    private let parts: Locked<Part>

    /// The most entries of one generation of one part.
    private let limit: Int

    /// - Parameter capacity: the most entries, at least 2.
    init(capacity: Int) {
        // Fewer are not worth more than one lock.
        let count = capacity < 1_024 ? 1 : 16
        limit = max(1, capacity / count / 2)
        parts = Locked(count: count) { _ in Part() }
    }

    private static func place(_ hash: AccessTokenHash) -> UInt64 { UInt64(truncatingIfNeeded: hash.hashValue) }

    /// What was stored for the token, if it is still good.
    func value(for hash: AccessTokenHash, now: UnixTime) -> Value? {
        let (entry, dropped): (Entry?, Entries) = parts.withLock(at: Self.place(hash)) { part in
            if let entry = part.recent[hash] { return (entry.isGood(now) ? entry : nil, [:]) }
            guard let entry = part.older[hash], entry.isGood(now) else { return (nil, [:]) }
            // Asked for, so it stays with the recent ones.
            return (entry, part.add(entry, hash, limit: limit))
        }
        _ = dropped
        return entry?.value
    }

    /// Stores a value, in place of an earlier one, unless the deadline has passed.
    func store(_ value: Value, for hash: AccessTokenHash, until deadline: UnixTime, now: UnixTime) {
        guard now < deadline else { return }
        let entry = Entry(value, from: now, until: deadline)
        let dropped = parts.withLock(at: Self.place(hash)) { $0.add(entry, hash, limit: limit) }
        _ = dropped
    }

    /// How many entries there are, also those whose deadline has passed.
    var count: Int {
        (0..<parts.count).reduce(0) { $0 + parts.withLock($1) { $0.recent.count + $0.older.count } }
    }
}

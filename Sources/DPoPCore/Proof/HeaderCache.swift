/// Headers of proofs that were verified before, so that a returning client's header is neither decoded nor read, nor
/// its key imported and hashed again. The encoded header of one key hardly ever changes.
///
/// Holds decoded values, never verdicts: every check of the policy still runs. A header is found by all of its bytes,
/// and remembered only once two signatures under it were verified within about a minute: many keys make one proof and
/// never come back. In a full set it takes the place of the one that is used least of late, and only if it was used
/// oftener itself: whoever signs by ever new keys displaces nobody who comes back more often than each of them. What is
/// not signed rightly counts for nothing. To be displaced costs a client a few microseconds and nothing else.
final class HeaderCache: Sendable {
    /// 64 parts, each behind a lock, of 8 sets of 8 headers: 4,096 headers, some 4 MiB when all places are taken by
    /// P-256 keys.
    private static let parts = 64
    private static let sets = 8
    private static let ways = 8

    /// Longer ones are not remembered. With a key of RSA-4096 a header takes about 1,050 bytes.
    private static let longest = 1_280

    /// A header that was read before.
    final class Entry: Sendable {
        fileprivate let text: [UInt8]
        let header: ProofHeader
        /// What its key has earned, by this header and by others.
        let busy: BusyKey
        /// How often a signature under it was verified.
        private let uses: UseCount

        fileprivate init(_ text: [UInt8], _ header: ProofHeader, _ busy: BusyKey, uses: RecentUses) {
            self.text = text
            self.header = header
            self.busy = busy
            self.uses = UseCount(uses)
        }

        /// Counts a signature under it that was verified.
        func noteVerified(now: UnixTime) { _ = uses.note(now: now) }

        fileprivate func uses(now: UnixTime) -> UInt32 { uses.value(now: now) }
    }

    /// Headers whose hashes agree in some bits.
    private struct Bucket {
        private var entries: [(hash: UInt64, entry: Entry)] = []
        /// Those that are not remembered yet, and how often they were used.
        private var candidates: [(hash: UInt64, uses: RecentUses)] = []

        func find(_ hash: UInt64) -> Entry? { entries.first { $0.hash == hash }?.entry }

        /// Counts a use of a header that was not found. How often it was used, if it is to be remembered now.
        mutating func noteMissed(_ hash: UInt64, now: UnixTime) -> RecentUses? {
            guard let index = candidates.firstIndex(where: { $0.hash == hash }) else {
                addCandidate(hash, now: now)
                return nil
            }
            candidates[index].uses.note(now: now)
            let uses = candidates[index].uses
            let count = uses.value(now: now)
            return count < 2 || place(forOneUsed: count, now: now) == nil ? nil : uses
        }

        private mutating func addCandidate(_ hash: UInt64, now: UnixTime) {
            if candidates.count == ways {
                // Others lose one use for each that comes, so that none stays for ever.
                for index in candidates.indices { candidates[index].uses.takeOne(now: now) }
                candidates.removeAll { $0.uses.value(now: now) == 0 }
            }
            if candidates.count < ways { candidates.append((hash, RecentUses(1, now: now))) }
        }

        /// A free place, or that of one that is used less.
        private func place(forOneUsed uses: UInt32, now: UnixTime) -> Int? {
            if entries.count < ways { return entries.count }
            let all = entries.indices.map { ($0, entries[$0].entry.uses(now: now)) }
            guard let (index, others) = all.min(by: { $0.1 < $1.1 }), uses > others else { return nil }
            return index
        }

        /// Remembers a header, unless another thread did, or has found a place for another one. What is not remembered,
        /// to be freed elsewhere.
        mutating func insert(_ entry: Entry, _ hash: UInt64, uses: UInt32, now: UnixTime) -> Entry? {
            guard find(hash) == nil, let place = place(forOneUsed: uses, now: now) else { return entry }
            candidates.removeAll { $0.hash == hash }
            guard place < entries.count else {
                entries.append((hash, entry))
                return nil
            }
            defer { entries[place] = (hash, entry) }
            return entries[place].entry
        }
    }

    private let tables: KeyTables

    /// Each part is empty until its first header.
    private let places = Locked<[Bucket]>(count: HeaderCache.parts) { _ in [] }

    /// Added to each word of a header, and what the sum is multiplied by: nobody outside can choose headers that share a
    /// set.
    private let secrets = (UInt64.random(in: .min ... .max), UInt64.random(in: .min ... .max) | 1)

    /// - Parameter tables: count the keys of the headers that are remembered.
    init(_ tables: KeyTables) { self.tables = tables }

    /// The header that `text[range]` encodes, if it is known.
    func find(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> Entry? {
        let hash = hash(text, range)
        let (part, index) = HeaderCache.slot(hash)
        let entry = places.withLock(part) { sets in sets.isEmpty ? nil : sets[index].find(hash) }
        guard let entry else { return nil }
        let known = entry.text
        return text.matches(range, known.span) ? entry : nil
    }

    /// Remembers a header that was not found, whose key's owner has just signed under it, from the second time on.
    func remember(_ header: ProofHeader, _ text: borrowing Span<UInt8>, _ range: Range<Int>, now: UnixTime) {
        guard range.count <= HeaderCache.longest else { return }
        let hash = hash(text, range)
        let (part, index) = HeaderCache.slot(hash)
        let uses = places.withLock(part) { sets in
            if sets.isEmpty { sets = Array(repeating: Bucket(), count: HeaderCache.sets) }
            return sets[index].noteMissed(hash, now: now)
        }
        guard let uses else { return }
        // Made and freed without the lock.
        let entry = Entry(text.copy(range), header, tables.busyKey(header.key), uses: uses)
        let displaced = places.withLock(part) { $0[index].insert(entry, hash, uses: uses.value(now: now), now: now) }
        _ = displaced
    }

    private func hash(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> UInt64 {
        var hash = secrets.0 ^ UInt64(range.count)
        func mix(_ word: UInt64) {
            let product = (hash ^ word).multipliedFullWidth(by: secrets.1)
            hash = product.low ^ product.high ^ secrets.0
        }
        precondition(range.lowerBound >= 0 && range.upperBound <= text.count)
        var index = range.lowerBound
        while range.upperBound &- index >= 8 {
            // In bounds: eight bytes are left.
            mix(unsafe text.bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self))
            index &+= 8
        }
        var rest: UInt64 = 0
        while index < range.upperBound {
            rest = rest << 8 | UInt64(text[index])
            index += 1
        }
        mix(rest)
        return hash
    }

    private static func slot(_ hash: UInt64) -> (part: Int, set: Int) {
        (Int(hash >> 58) % parts, Int(hash >> 40) % sets)
    }
}

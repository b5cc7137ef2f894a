/// Headers of proofs that were verified before, so that a returning client's header is neither decoded nor read, nor
/// its key imported and hashed again. The encoded header of one key hardly ever changes.
///
/// Holds decoded values, never verdicts: every check of the policy still runs. A header is found by all of its bytes,
/// and remembered only once two signatures under it were verified: many keys make one proof and never come back. A
/// proof that is sent twice counts twice: filling the cache takes signed proofs, and does no more than displace. One
/// header displaces another in the same place; that costs the displaced client a few microseconds and nothing else.
final class HeaderCache: Sendable {
    /// 16 parts, each behind a lock, of 64 headers: 1,024 headers, about 700 KiB when all places are taken by P-256
    /// keys.
    private static let parts = 16
    private static let places = 64

    /// Longer ones are not remembered. With a key of RSA-4096 a header takes about 1,050 bytes.
    private static let longest = 1_280

    private final class Entry: Sendable {
        let text: [UInt8]
        let header: ProofHeader

        init(_ text: [UInt8], _ header: ProofHeader) {
            self.text = text
            self.header = header
        }
    }

    private struct Place {
        var entry: Entry?
        /// The hash of the last other header that was seen once.
        var candidate: UInt64 = 0
    }

    /// Each part is empty until its first header.
    private let parts = Locked<[Place]>(count: HeaderCache.parts) { _ in [] }

    /// The header that `text[range]` encodes, if it is known.
    func find(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> ProofHeader? {
        let (part, place) = HeaderCache.slot(HeaderCache.hash(text, range))
        let entry = parts.withLock(part) { places in places.isEmpty ? nil : places[place].entry }
        guard let entry else { return nil }
        let known = entry.text
        return text.matches(range, known.span) ? entry.header : nil
    }

    /// Remembers a header that was not found, whose key's owner has just signed under it, from the second time on.
    func remember(_ header: ProofHeader, _ text: borrowing Span<UInt8>, _ range: Range<Int>) {
        guard range.count <= HeaderCache.longest else { return }
        let hash = HeaderCache.hash(text, range)
        let (part, place) = HeaderCache.slot(hash)
        let isSecond = parts.withLock(part) { places in
            if places.isEmpty { places = Array(repeating: Place(), count: HeaderCache.places) }
            if places[place].candidate == hash { return true }
            places[place].candidate = hash
            return false
        }
        guard isSecond else { return }
        // Made and freed without the lock.
        let entry = Entry(text.copy(range), header)
        let displaced: Entry? = parts.withLock(part) { places in
            let displaced = places[place].entry
            places[place] = Place(entry: entry)
            return displaced
        }
        _ = displaced
    }

    /// Whoever makes headers that agree in it displaces headers and does nothing else.
    private static func hash(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> UInt64 {
        var hash = UInt64(range.count)
        var index = range.lowerBound
        while index < range.upperBound {
            // The last word overlaps the one before; a header is never shorter than one, but a stranger's may be.
            let word = text.word(at: max(min(index, range.upperBound - 8), range.lowerBound), before: range.upperBound)
            hash = (hash ^ word) &* 0x9E37_79B9_7F4A_7C15
            hash ^= hash >> 29
            index += 8
        }
        return hash
    }

    private static func slot(_ hash: UInt64) -> (part: Int, place: Int) {
        (Int(hash >> 60) % parts, Int(hash >> 40) % places)
    }
}

extension Span<UInt8> {
    /// The eight bytes from `index` on, or those before `end` if that is nearer.
    fileprivate func word(at index: Int, before end: Int) -> UInt64 {
        if end - index >= 8 { return unsafe bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self) }
        var word: UInt64 = 0
        for index in index..<end { word = word << 8 | UInt64(self[index]) }
        return word
    }
}

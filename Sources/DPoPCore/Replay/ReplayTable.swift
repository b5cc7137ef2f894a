/// A set of 128-bit digests, each with the second at which it came, open-addressed.
///
/// 24 bytes a slot and between a half and three quarters of the slots in use once it has grown: 32 to 48 bytes an
/// entry. Nothing is ever removed; a whole table is dropped at once.
struct ReplayTable {
    /// 128 bits of a replay key's digest, one of them fixed. Two keys share them with a chance of 2^-127, and nobody
    /// can look for a partner to somebody else's.
    struct Digest {
        let high: UInt64
        /// Odd: an even one marks an empty slot.
        let low: UInt64

        init(_ digest: SHA256Digest) { (high, low) = (digest.words.0, digest.words.1 | 1) }

        fileprivate init(high: UInt64, low: UInt64) { (self.high, self.low) = (high, low) }
    }

    /// Numbers that nobody outside the process knows, so that nobody can choose proofs that crowd one place.
    struct Secret: Sendable {
        let a: UInt128
        let b: UInt128
        let c: UInt128

        /// Where a digest goes. Two digests, however chosen, agree in any given bits of it no more often than random
        /// ones: pair-multiply-shift, a strongly universal hash (Dietzfelbinger 1996).
        func place(_ digest: Digest) -> UInt64 {
            let sum = (a &+ UInt128(digest.low)) &* (b &+ UInt128(digest.high)) &+ c
            return UInt64(truncatingIfNeeded: sum >> 64)
        }
    }

    /// A digest and its second side by side, so that one admission waits for one line of memory.
    private struct Slot {
        var high: UInt64 = 0
        var low: UInt64 = 0
        var since: Int64 = 0

        var isEmpty: Bool { low == 0 }
    }

    private let secret: Secret
    private var slots: [Slot] = []
    private(set) var count = 0

    init(secret: Secret) { self.secret = secret }

    /// When the digest came; nil if it did not.
    func firstSeen(_ digest: Digest, place: UInt64) -> Int64? {
        guard !slots.isEmpty else { return nil }
        let slot = slots[index(of: digest, place: place)]
        return slot.isEmpty ? nil : slot.since
    }

    /// Adds a digest that is not in the table.
    mutating func insert(_ digest: Digest, place: UInt64, since seconds: Int64) {
        if (count + 1) * 4 > slots.count * 3 { grow() }
        slots[index(of: digest, place: place)] = Slot(high: digest.high, low: digest.low, since: seconds)
        count += 1
    }

    /// Where the digest is, or the empty slot where it belongs. There is always an empty slot.
    private func index(of digest: Digest, place: UInt64) -> Int {
        let slots = slots.span
        var index = Int(truncatingIfNeeded: place.multipliedFullWidth(by: UInt64(slots.count)).high)
        while true {
            let slot = slots[index]
            if slot.isEmpty || (slot.low == digest.low && slot.high == digest.high) { return index }
            index += 1
            if index == slots.count { index = 0 }
        }
    }

    /// Takes half as many slots again. In the order of the old slots places only rise, so both tables are walked from
    /// end to end.
    private mutating func grow() {
        let old = slots
        slots = Array(repeating: Slot(), count: max(16, old.count + old.count / 2))
        for slot in old where !slot.isEmpty {
            let digest = Digest(high: slot.high, low: slot.low)
            slots[index(of: digest, place: secret.place(digest))] = slot
        }
    }
}

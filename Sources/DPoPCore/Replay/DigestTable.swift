/// A map from 128-bit digests to numbers, open-addressed.
///
/// 20 bytes a slot and between a half and three quarters of the slots in use once it has grown: 26 to 40 bytes an
/// entry. Nothing is ever removed; a whole table is dropped at once.
@safe
struct DigestTable: ~Copyable {
    /// 128 bits of a digest, one of them fixed. Two keys share them with a chance of 2^-127, and nobody can look for a
    /// partner to somebody else's.
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

    /// A digest and its number side by side, so that one look mostly waits for one line of memory. In words of 32 bits,
    /// because of 64 it would be rounded up to 24 bytes.
    private struct Slot {
        private var words: (UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0)
        var number: UInt32 = 0

        init() {}

        init(_ digest: Digest, _ number: UInt32) {
            words = (
                UInt32(truncatingIfNeeded: digest.high), UInt32(truncatingIfNeeded: digest.high >> 32),
                UInt32(truncatingIfNeeded: digest.low), UInt32(truncatingIfNeeded: digest.low >> 32)
            )
            self.number = number
        }

        var digest: Digest {
            Digest(
                high: UInt64(words.0) | UInt64(words.1) << 32, low: UInt64(words.2) | UInt64(words.3) << 32)
        }

        var isEmpty: Bool { words.2 & 1 == 0 }
    }

    // `size` slots, all initialised, ours alone and freed in deinit; nil and 0 until the first entry. An array would
    // have its reference count, in a line of its own, passed between the cores that take turns with a table.
    private var slots: UnsafeMutablePointer<Slot>?
    private var size = 0
    private(set) var count = 0

    init() { unsafe slots = nil }

    deinit { unsafe slots?.deallocate() }

    /// For so many entries, in the memory of one that is not needed any more if that is no more than half as large again.
    init(for entries: Int, inPlaceOf old: inout DigestTable) {
        // One slot more than are filled before it grows.
        let needed = entries > 0 ? entries + entries / 3 + 2 : 0
        if needed > 0, needed...needed / 2 * 3 + 1 ~= old.size, let slots = unsafe old.slots {
            unsafe slots.update(repeating: Slot(), count: old.size)
            unsafe (self.slots, size) = unsafe (slots, old.size)
            unsafe (old.slots, old.size, old.count) = (nil, 0, 0)
        } else {
            unsafe slots = needed > 0 ? DigestTable.makeSlots(needed) : nil
            size = needed
            old = DigestTable()
        }
    }

    private static func makeSlots(_ size: Int) -> UnsafeMutablePointer<Slot> {
        let slots = UnsafeMutablePointer<Slot>.allocate(capacity: size)
        unsafe slots.initialize(repeating: Slot(), count: size)
        return unsafe slots
    }

    /// The memory behind it.
    var bytes: Int { size * MemoryLayout<Slot>.stride }

    /// A digest's number; nil if it is not in the table.
    func number(of digest: Digest, place: UInt64) -> UInt32? {
        guard let slots = unsafe slots else { return nil }
        let slot = unsafe slots[index(of: digest, place: place, in: slots)]
        return slot.isEmpty ? nil : slot.number
    }

    /// Gives a digest a number. `secret` is the one that gave the places of all of them.
    mutating func set(_ digest: Digest, place: UInt64, to number: UInt32, secret: Secret) {
        if (count + 1) * 4 > size * 3 { grow(secret) }
        guard let slots = unsafe slots else { return }
        let index = unsafe index(of: digest, place: place, in: slots)
        if unsafe slots[index].isEmpty { count += 1 }
        unsafe slots[index] = Slot(digest, number)
    }

    /// Where the digest is, or the empty slot where it belongs. There is always an empty slot, and every index is
    /// below `size`.
    private func index(of digest: Digest, place: UInt64, in slots: UnsafeMutablePointer<Slot>) -> Int {
        var index = Int(truncatingIfNeeded: place.multipliedFullWidth(by: UInt64(size)).high)
        while true {
            let slot = unsafe slots[index]
            if slot.isEmpty || (slot.digest.low == digest.low && slot.digest.high == digest.high) { return index }
            index += 1
            if index == size { index = 0 }
        }
    }

    /// Takes half as many slots again. In the order of the old slots places only rise, so both tables are walked from
    /// end to end.
    private mutating func grow(_ secret: Secret) {
        let (old, oldSize) = unsafe (slots, size)
        size = max(16, oldSize + oldSize / 2)
        let new = unsafe DigestTable.makeSlots(size)
        unsafe slots = new
        guard let old = unsafe old else { return }
        for position in 0..<oldSize {
            let slot = unsafe old[position]
            if slot.isEmpty { continue }
            unsafe new[index(of: slot.digest, place: secret.place(slot.digest), in: new)] = slot
        }
        unsafe old.deallocate()
    }
}

extension DigestTable.Secret {
    /// Nil if the random generator failed.
    static func random() -> DigestTable.Secret? {
        var bytes: InlineArray<48, UInt8> = .init(repeating: 0)
        var output = bytes.mutableSpan
        guard RandomBytes.fill(&output) else { return nil }
        func number(_ start: Int) -> UInt128 {
            var number: UInt128 = 0
            for index in start..<start + 16 { number = number << 8 | UInt128(bytes[index]) }
            return number
        }
        return DigestTable.Secret(a: number(0), b: number(16), c: number(32))
    }
}

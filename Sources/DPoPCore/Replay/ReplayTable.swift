/// A set of 128-bit digests, each with the second at which it came, open-addressed in one array.
///
/// 24 bytes a slot and between a half and three quarters of the slots in use once it has grown: 32 to 48 bytes an
/// entry. Nothing is ever removed; a whole table is dropped at once.
struct ReplayTable {
    /// A digest that is already spread evenly by a secret, so its bits choose the slot. Never (0, 0), which marks an
    /// empty slot.
    struct Digest: Equatable {
        let high: UInt64
        let low: UInt64

        init(_ digest: SHA256Digest) {
            high = digest.words.0
            low = digest.words.1 | 1
        }

        fileprivate init(high: UInt64, low: UInt64) { (self.high, self.low) = (high, low) }
    }

    private struct Slot {
        var high: UInt64 = 0
        var low: UInt64 = 0
        var since: Int64 = 0
    }

    private var slots: [Slot] = []
    private(set) var count = 0

    /// When the digest came; nil if it did not.
    func firstSeen(_ digest: Digest) -> Int64? {
        guard !slots.isEmpty else { return nil }
        let slot = slots[index(of: digest)]
        return slot.low == 0 ? nil : slot.since
    }

    /// Adds a digest that is not in the table.
    mutating func insert(_ digest: Digest, since seconds: Int64) {
        if (count + 1) * 4 > slots.count * 3 { grow() }
        slots[index(of: digest)] = Slot(high: digest.high, low: digest.low, since: seconds)
        count += 1
    }

    /// Where the digest is, or the empty slot where it belongs. There is always an empty slot.
    private func index(of digest: Digest) -> Int {
        let slots = slots.span
        var index = Int(truncatingIfNeeded: digest.high.multipliedFullWidth(by: UInt64(slots.count)).high)
        while true {
            let slot = slots[index]
            if slot.low == 0 || (slot.high == digest.high && slot.low == digest.low) { return index }
            index += 1
            if index == slots.count { index = 0 }
        }
    }

    private mutating func grow() {
        let old = slots
        slots = [Slot](repeating: Slot(), count: max(16, old.count + old.count / 2))
        for slot in old where slot.low != 0 {
            slots[index(of: Digest(high: slot.high, low: slot.low))] = slot
        }
    }
}

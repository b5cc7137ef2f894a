#if Valkey
    internal import DPoPCore

    /// What a node believes of the server's pages and slots. Belief only: a slot is claimed by the server's word.
    struct RevocationSlots {
        /// The value of each page's key before its slots were last read; nil: none, or it has to be read again.
        private(set) var values: [[UInt8]?]
        private var lastRead: [UInt32]
        private var taken: [UInt64]
        private static let wordsPerPage = RevocationKeys.slotsPerPage / 64

        init(pages: Int) {
            values = [[UInt8]?](repeating: nil, count: pages)
            lastRead = [UInt32](repeating: 0, count: pages)
            taken = [UInt64](repeating: 0, count: pages * Self.wordsPerPage)
        }

        /// The number of the last reading of the page that a slot is on.
        func lastRead(_ slot: Int) -> UInt32 { lastRead[slot / RevocationKeys.slotsPerPage] }

        /// A page was read.
        ///
        /// - Parameters:
        ///   - value: its key's, before; nil also if the page has to be read again.
        ///   - occupied: the slots that hold something.
        mutating func read(_ page: Int, value: [UInt8]?, occupied: [Int], reading: UInt32) {
            values[page] = value
            lastRead[page] = max(lastRead[page], reading)
            for word in 0..<Self.wordsPerPage { taken[page * Self.wordsPerPage + word] = 0 }
            for slot in occupied { take(slot) }
        }

        /// What the page's key says does not tell whether a slot's page has to be read: it may go back to what it was.
        mutating func changed(_ slot: Int) { values[slot / RevocationKeys.slotsPerPage] = nil }

        mutating func take(_ slot: Int) { taken[slot / 64] |= 1 << UInt64(slot % 64) }

        mutating func giveBack(_ slot: Int) { taken[slot / 64] &= ~(1 << UInt64(slot % 64)) }

        /// A slot that seems free, which counts as taken from now on. Of two nodes that look for the same key's most
        /// get the same, so that what both write back is there once.
        mutating func takeFree(for thumbprint: Thumbprint) -> Int? {
            let home = thumbprint.bytes.first.map(Int.init) ?? 0
            for page in values.indices {
                let words = page * Self.wordsPerPage..<(page + 1) * Self.wordsPerPage
                if taken[words].allSatisfy({ $0 == .max }) { continue }
                for step in 0..<RevocationKeys.slotsPerPage {
                    let slot =
                        page * RevocationKeys.slotsPerPage + (home + step) % RevocationKeys.slotsPerPage
                    guard taken[slot / 64] & 1 << UInt64(slot % 64) == 0 else { continue }
                    take(slot)
                    return slot
                }
            }
            return nil
        }
    }
#endif

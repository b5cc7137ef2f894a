import Testing

@testable import DPoPCore

/// A table by itself, where lines are full, grown or another table's.
@Suite struct DigestTableTests {
    private let secret = DigestTable.Secret(a: 3 << 64 | 9, b: 1 << 127 | 5, c: 7 << 100)

    private func digest(_ number: Int) -> DigestTable.Digest {
        DigestTable.Digest(SHA256Digest(of: Array("\(number)".utf8).span))
    }

    private func add(_ numbers: Range<Int>, to table: inout DigestTable, at place: DigestTable.Place? = nil) {
        for number in numbers {
            let digest = digest(number)
            let place = place ?? secret.place(digest)
            guard case .free(let line) = table.look(for: digest, place: place) else {
                Issue.record("\(number) is there already")
                return
            }
            table.insert(digest, line: line, place: place, number: UInt32(number), secret: secret)
        }
    }

    /// Which of the numbers it has; one that has another's number counts as missing.
    private func found(
        _ numbers: Range<Int>, in table: borrowing DigestTable, at place: DigestTable.Place? = nil
    ) -> [Int] {
        numbers.filter { number in
            let digest = digest(number)
            return table.number(of: digest, place: place ?? secret.place(digest)) == UInt32(number)
        }
    }

    @Test("all that was added is found while it grows, and nothing else", arguments: [1, 16, 17, 3_000])
    func growth(_ count: Int) {
        var table = DigestTable()
        add(0..<count, to: &table)
        #expect(found(0..<count, in: table).count == count)
        #expect(found(count..<2 * count, in: table).isEmpty)
        let size = table.count
        #expect(size == count)
    }

    @Test(
        "those that crowd one place stand behind it, also where the lines end, and others are found as before",
        arguments: [UInt64.min, 0x8000_0000_0000_0001, .max])
    func crowded(_ bits: UInt64) {
        var none = DigestTable()
        var table = DigestTable(for: 600, limit: 4_000, inPlaceOf: &none)
        let (bytes, place) = (table.bytes, DigestTable.Place(bits: bits))
        add(0..<300, to: &table)
        add(300..<600, to: &table, at: place)
        let after = table.bytes
        // A larger table would have placed them anew.
        #expect(after == bytes)
        #expect(found(0..<300, in: table).count == 300)
        #expect(found(300..<600, in: table, at: place).count == 300)
        #expect(found(600..<900, in: table, at: place).isEmpty)
        #expect(found(600..<900, in: table).isEmpty)
    }

    @Test("of a table whose memory another takes over nothing is left, and what comes then is found")
    func reuse() {
        var old = DigestTable()
        add(0..<900, to: &old)
        for round in 1...4 {
            let bytes = old.bytes
            var table = DigestTable(for: 850, limit: 4_000, inPlaceOf: &old)
            let (taken, left) = (table.bytes, old.bytes)
            #expect(taken == bytes)
            #expect(left == 0)
            let (before, numbers) = (0..<900 * round, 900 * round..<900 * (round + 1))
            #expect(found(before, in: table).isEmpty)
            add(numbers, to: &table)
            #expect(found(numbers, in: table).count == 900)
            #expect(found(before, in: table).isEmpty)
            swap(&old, &table)
        }
    }

    @Test("a table in another's memory grows like one in its own", arguments: [100, 900])
    func reuseAndGrowth(_ count: Int) {
        var old = DigestTable()
        add(0..<count, to: &old)
        var table = DigestTable(for: count * 15 / 16, limit: 10 * count, inPlaceOf: &old)
        add(count..<4 * count, to: &table)
        #expect(found(count..<4 * count, in: table).count == 3 * count)
        #expect(found(0..<count, in: table).isEmpty)
    }

    @Test("after the last stamp the lines are cleared, so that nothing comes back with the first")
    func lastStamp() {
        var old = DigestTable()
        add(0..<900, to: &old)
        // As after half a thousand million tables.
        old.stamp = .last
        let bytes = old.bytes
        var table = DigestTable(for: 850, limit: 4_000, inPlaceOf: &old)
        let taken = table.bytes
        #expect(taken == bytes)
        #expect(found(0..<900, in: table).isEmpty)
        add(0..<900, to: &table)
        #expect(found(0..<900, in: table).count == 900)
        #expect(DigestTable.Line.Stamp.last.next == nil)
        #expect(DigestTable.Line.Stamp.first.next?.next != nil)
    }

    @Test("a digest's number is counted up wherever it stands")
    func increment() {
        var table = DigestTable()
        let place = DigestTable.Place(bits: 1 << 62)
        for _ in 0..<3 {
            // So few that the table does not grow again after the first.
            for number in 0..<12 { table.increment(digest(number), place: place, secret: secret) }
        }
        for number in 0..<12 {
            let count = table.number(of: digest(number), place: place)
            #expect(count == 3)
        }
        let count = table.count
        #expect(count == 12)
    }
}

/// Where the tables of each part of a cache are, as far as that is known without the part's lock.
///
/// What a claim needs of a table is mostly in none of the processor's caches, and the lock is in another core's, if that
/// claimed last. So a claim asks for both at once, and waits for the slower one. What is said here may be old, or half old;
/// then something else is fetched, for nothing.
struct LinesAhead: ~Copyable, Sendable {
    /// Three or four tables are alive while time goes forward.
    private static let mostTables = 4

    /// For each part a line of memory: for each table where it is, or 0 behind the last, and how many lines it has.
    private let words: SharedWords

    init(parts: Int) { words = SharedWords(count: parts * 2 * LinesAhead.mostTables) }

    /// Begins to fetch what a claim to a part looks at first.
    @inline(__always)
    func fetch(_ part: Int, _ place: DigestTable.Place) {
        let start = part &* 2 &* LinesAhead.mostTables
        for table in 0..<LinesAhead.mostTables {
            let address = words[start &+ 2 &* table]
            guard address != 0 else { return }
            let first = place.first(of: Int(truncatingIfNeeded: words[start &+ 2 &* table &+ 1]))
            SharedWords.fetchLine(address &+ UInt(truncatingIfNeeded: first &* DigestTable.Line.size))
            SharedWords.fetchLine(address &+ UInt(truncatingIfNeeded: (first ^ place.step) &* DigestTable.Line.size))
        }
    }

    /// Says where a part's tables are. With its lock held.
    func set(_ part: Int, _ generations: borrowing Generations) {
        let start = part * 2 * LinesAhead.mostTables
        var count = 0
        for index in 0..<LinesAhead.mostTables {
            guard let location = generations.location(index) else { continue }
            words[start + 2 * count + 1] = UInt(location.size)
            words[start + 2 * count] = location.address
            count += 1
        }
        if count < LinesAhead.mostTables { words[start + 2 * count] = 0 }
    }
}

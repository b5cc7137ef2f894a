internal import CSslShim

/// Where the tables of each part of a cache are, as far as that is known without the part's lock.
///
/// What a claim needs of a table is mostly in none of the processor's caches, and the lock is in another core's, if that
/// claimed last. So a claim asks for both at once, and waits for the slower one. What is said here may be old, or half old;
/// then something else is fetched, for nothing.
@safe
struct LinesAhead: ~Copyable, Sendable {
    /// Three or four tables are alive while time goes forward.
    private static let mostTables = 4
    /// For each table where it is, or 0 behind the last, and how many lines it has.
    private static let words = 2 * mostTables

    // `words` for each part, in a line of memory of their own, made once and freed in deinit. They are only reached by
    // atomic operations, which is what makes this type Sendable.
    private nonisolated(unsafe) let memory: UnsafeMutablePointer<UInt>
    private let parts: Int

    init(parts: Int) {
        self.parts = parts
        let (count, stride) = (parts * LinesAhead.words, MemoryLayout<UInt>.stride)
        unsafe memory = UnsafeMutableRawPointer.allocate(
            byteCount: count * stride, alignment: LinesAhead.words * stride
        ).bindMemory(to: UInt.self, capacity: count)
        unsafe memory.initialize(repeating: 0, count: count)
    }

    deinit { unsafe UnsafeMutableRawPointer(memory).deallocate() }

    /// Begins to fetch what a claim to a part looks at first.
    @inline(__always)
    func fetch(_ part: Int, _ place: DigestTable.Place) {
        precondition(part >= 0 && part < parts)
        // Below `mostTables` pairs of the part's words.
        let words = unsafe memory + part &* LinesAhead.words
        for table in 0..<LinesAhead.mostTables {
            let address = unsafe cssl_word_load(words + 2 &* table)
            guard address != 0 else { return }
            let size = unsafe cssl_word_load(words + (2 &* table &+ 1))
            let first = place.first(of: Int(truncatingIfNeeded: size))
            cssl_fetch_ahead(address &+ UInt(truncatingIfNeeded: first &* DigestTable.Line.size))
            cssl_fetch_ahead(address &+ UInt(truncatingIfNeeded: (first ^ place.step) &* DigestTable.Line.size))
        }
    }

    /// Says where a part's tables are. With its lock held.
    func set(_ part: Int, _ generations: borrowing Generations) {
        precondition(part >= 0 && part < parts)
        // As above.
        let words = unsafe memory + part * LinesAhead.words
        var count = 0
        for index in 0..<LinesAhead.mostTables {
            guard let location = generations.location(index) else { continue }
            unsafe cssl_word_store(words + (2 * count + 1), UInt(location.size))
            unsafe cssl_word_store(words + 2 * count, location.address)
            count += 1
        }
        if count < LinesAhead.mostTables { unsafe cssl_word_store(words + 2 * count, 0) }
    }
}

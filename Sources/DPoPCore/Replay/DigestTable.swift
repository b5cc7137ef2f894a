/// A map from 128-bit digests to numbers, open-addressed by lines of memory.
///
/// A line of 64 bytes has places for three entries, and there are at most two entries for each line, once a table has grown
/// at least 1.6: 32 to 40 bytes an entry. Nothing is ever removed; a whole table is dropped at once.
///
/// One look mostly waits for one line. That a line has no such digest and a place left is what mostly holds, so a
/// processor that guesses it is right, and goes on to the next claim while this one's line is on its way; nothing else
/// depends on what the line has.
@safe
struct DigestTable: ~Copyable {
    /// 128 bits of a digest, one of them fixed. Two keys share them with a chance of 2^-127, and nobody can look for a
    /// partner to somebody else's.
    struct Digest {
        let high: UInt64
        /// Odd: an even one marks an empty place.
        let low: UInt64

        init(_ digest: SHA256Digest) { (high, low) = (digest.words.0, digest.words.1 | 1) }

        fileprivate init() { (high, low) = (0, 0) }

        @inline(__always)
        fileprivate static func == (a: Digest, b: Digest) -> Bool { (a.high ^ b.high) | (a.low ^ b.low) == 0 }
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

    /// 64 bytes: what is in use comes first.
    private struct Line {
        static let places = 3

        private var digests = (Digest(), Digest(), Digest())
        private var numbers: (UInt32, UInt32, UInt32) = (0, 0, 0)
        private(set) var used: UInt32 = 0

        /// Which entry is the digest's; nil if none is. Empty places are like no digest.
        @inline(__always)
        func index(of digest: Digest) -> Int? {
            if digests.0 == digest { return 0 }
            if digests.1 == digest { return 1 }
            if digests.2 == digest { return 2 }
            return nil
        }

        func digest(at index: Int) -> Digest { index == 0 ? digests.0 : index == 1 ? digests.1 : digests.2 }

        var isFull: Bool { used == Line.places }

        subscript(index: Int) -> UInt32 {
            get { index == 0 ? numbers.0 : index == 1 ? numbers.1 : numbers.2 }
            set {
                switch index {
                case 0: numbers.0 = newValue
                case 1: numbers.1 = newValue
                default: numbers.2 = newValue
                }
            }
        }

        /// Adds an entry to a line that is not full. By its place in memory and not by a branch, which would be a guess.
        @inline(__always)
        mutating func append(_ digest: Digest, _ number: UInt32) {
            let index = Int(used & 3)
            precondition(index < Line.places)
            unsafe withUnsafeMutableBytes(of: &self) { line in
                // Three digests of 16 bytes, then three numbers of four: `index` is below three.
                unsafe line.storeBytes(of: digest, toByteOffset: index &* 16, as: Digest.self)
                unsafe line.storeBytes(of: number, toByteOffset: 48 &+ index &* 4, as: UInt32.self)
            }
            used &+= 1
        }
    }

    // `size` lines, all initialised, ours alone and freed in deinit; nil and 0 until the first entry. An array would
    // have its reference count, in a line of its own, passed between the cores that take turns with a table.
    private var lines: UnsafeMutablePointer<Line>?
    private var size = 0
    private(set) var count = 0
    /// How many entries there may be before it grows.
    private var room = 0

    init() { unsafe lines = nil }

    deinit { unsafe UnsafeMutableRawPointer(lines)?.deallocate() }

    /// For about so many entries: for up to an eighth more, or in the memory of one that is not needed any more if that has
    /// room for a few more entries and for no more than a quarter more. Fewer than `limit` come.
    init(for entries: Int, limit: Int, inPlaceOf old: inout DigestTable) {
        let least = entries > 0 ? (entries + 1) / 2 + 1 : 0
        let needed = min(least + least / 8, max(least, limit / 2 + 1))
        if needed > 0, least + least / 32...least + least / 4 ~= old.size, let lines = unsafe old.lines {
            unsafe lines.update(repeating: Line(), count: old.size)
            unsafe (self.lines, size, room) = unsafe (lines, old.size, old.room)
            unsafe (old.lines, old.size, old.count, old.room) = (nil, 0, 0, 0)
        } else {
            unsafe lines = needed > 0 ? DigestTable.makeLines(needed) : nil
            (size, room) = (needed, 2 * needed)
            old = DigestTable()
        }
    }

    private static func makeLines(_ size: Int) -> UnsafeMutablePointer<Line> {
        let stride = MemoryLayout<Line>.stride
        let lines = unsafe UnsafeMutableRawPointer.allocate(byteCount: size * stride, alignment: stride)
            .bindMemory(to: Line.self, capacity: size)
        unsafe lines.initialize(repeating: Line(), count: size)
        return unsafe lines
    }

    /// The memory behind it.
    var bytes: Int { size * MemoryLayout<Line>.stride }

    /// Whether it grows with the next entry.
    var isFull: Bool { count >= room }

    /// What looking for a digest says.
    enum Look {
        case number(UInt32)
        /// It is not there. It would stand in this line as long as the table is not written to; in none in particular if
        /// the table has no memory yet.
        case free(line: Int)
    }

    @inline(__always)
    func look(for digest: Digest, place: UInt64) -> Look {
        guard let lines = unsafe lines else { return .free(line: 0) }
        let (line, index) = unsafe find(digest, place, in: lines)
        guard let index else { return .free(line: line) }
        return unsafe .number(lines[line][index])
    }

    /// The line that a digest is in, and where in it; or the one where it belongs.
    @inline(__always)
    private func find(
        _ digest: Digest, _ place: UInt64, in lines: UnsafeMutablePointer<Line>
    ) -> (line: Int, index: Int?) {
        var line = first(place)
        while true {
            if let index = unsafe lines[line].index(of: digest) { return (line, index) }
            if unsafe !lines[line].isFull { return (line, nil) }
            line = next(line)
        }
    }

    /// A digest's number; nil if it is not in the table.
    func number(of digest: Digest, place: UInt64) -> UInt32? {
        if case .number(let number) = look(for: digest, place: place) { number } else { nil }
    }

    /// Gives a digest that is not in the table a number. `line` is what looking for it said; `secret` is the one that
    /// gave the places of all of them.
    @inline(__always)
    mutating func insert(_ digest: Digest, line: Int, place: UInt64, number: UInt32, secret: Secret) {
        var line = line
        if isFull {
            grow(secret)
            line = open(place)
        }
        guard let lines = unsafe lines else { return }
        count &+= 1
        unsafe lines[line].append(digest, number)
    }

    /// Adds one to a digest's number, which is 0 for one that is not in the table.
    mutating func increment(_ digest: Digest, place: UInt64, secret: Secret) {
        guard let lines = unsafe lines else {
            return insert(digest, line: 0, place: place, number: 1, secret: secret)
        }
        let (line, index) = unsafe find(digest, place, in: lines)
        guard let index else { return insert(digest, line: line, place: place, number: 1, secret: secret) }
        unsafe lines[line][index] += 1
    }

    /// Where a digest's line is, or the run of full ones that begins there and ends at the one it is in. There is always
    /// one that is not full, and every index is below `size`.
    @inline(__always)
    private func first(_ place: UInt64) -> Int {
        Int(truncatingIfNeeded: place.multipliedFullWidth(by: UInt64(size)).high)
    }

    @inline(__always)
    private func next(_ line: Int) -> Int { line &+ 1 == size ? 0 : line &+ 1 }

    /// The first line from a digest's on that is not full.
    private func open(_ place: UInt64) -> Int {
        guard let lines = unsafe lines else { return 0 }
        var line = first(place)
        while unsafe lines[line].isFull { line = next(line) }
        return line
    }

    /// Takes a quarter more lines. In the order of the old lines places only rise, so both tables are walked from
    /// end to end.
    private mutating func grow(_ secret: Secret) {
        let (old, oldSize) = unsafe (lines, size)
        size = max(6, oldSize + oldSize / 4)
        room = 2 * size
        let new = unsafe DigestTable.makeLines(size)
        unsafe lines = new
        guard let old = unsafe old else { return }
        for position in 0..<oldSize {
            for index in 0..<Int(unsafe old[position].used) {
                let digest = unsafe old[position].digest(at: index)
                unsafe new[open(secret.place(digest))].append(digest, old[position][index])
            }
        }
        unsafe UnsafeMutableRawPointer(old).deallocate()
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

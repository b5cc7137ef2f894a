/// A map from 128-bit digests to numbers, open-addressed by lines of memory.
///
/// A digest has two lines, and goes to the one that has more room; where both are full, behind their block. There are at
/// most two entries for each line, of three that have room, and once a table with some hundred has grown at least 1.6:
/// 32 to 40 bytes an entry.
/// Nothing is ever removed; a whole table is dropped at once.
///
/// That neither line has such a digest and one has room is what nearly always holds, so a processor that guesses it is
/// right, and goes on to the next claim while this one's lines are on their way; no other branch depends on them.
@safe
struct DigestTable: ~Copyable {
    /// Lines in a block, of which a table always has whole ones.
    private static let block = 8

    // `size` lines, all initialised, ours alone and freed in deinit; nil and 0 until the first entry. An array would
    // have its reference count, in a line of its own, passed between the cores that take turns with a table.
    private var lines: UnsafeMutablePointer<Line>?
    private var size = 0
    private(set) var count = 0
    /// How many entries there may be before it grows.
    private var room = 0
    /// Of the lines that this table has written to.
    var stamp = Line.Stamp.first

    init() { unsafe lines = nil }

    deinit { unsafe UnsafeMutableRawPointer(lines)?.deallocate() }

    /// For about so many entries: for up to an eighth more, or in the memory of one that is not needed any more if that has
    /// room for a few more entries and for no more than a quarter more. Fewer than `limit` come.
    init(for entries: Int, limit: Int, inPlaceOf old: inout DigestTable) {
        let least = entries > 0 ? (entries + 1) / 2 + 1 : 0
        let needed = DigestTable.wholeBlocks(min(least + least / 8, max(least, limit / 2 + 1)))
        if needed > 0, least + least / 32...max(needed, least + least / 4) ~= old.size, let lines = unsafe old.lines {
            unsafe (self.lines, size, room) = unsafe (lines, old.size, old.room)
            if let next = old.stamp.next {
                // What the lines have is another's from now on. To clear them would take as long as fifty claims.
                stamp = next
            } else {
                unsafe lines.update(repeating: Line(), count: size)
            }
            unsafe (old.lines, old.size, old.count, old.room) = (nil, 0, 0, 0)
        } else {
            unsafe lines = needed > 0 ? DigestTable.makeLines(needed) : nil
            (size, room) = (needed, 2 * needed)
            old = DigestTable()
        }
    }

    private static func wholeBlocks(_ lines: Int) -> Int { (lines + block - 1) / block * block }

    private static func makeLines(_ size: Int) -> UnsafeMutablePointer<Line> {
        let stride = Line.size
        let lines = unsafe UnsafeMutableRawPointer.allocate(byteCount: size * stride, alignment: block * stride)
            .bindMemory(to: Line.self, capacity: size)
        unsafe lines.initialize(repeating: Line(), count: size)
        return unsafe lines
    }

    /// The memory behind it.
    var bytes: Int { size * Line.size }

    /// Where lines are, and how many, for whoever fetches some ahead.
    struct Location {
        let address: UInt
        let size: Int
    }

    /// Nil if it has none yet.
    var location: Location? { unsafe lines.map { Location(address: UInt(bitPattern: $0), size: size) } }

    /// Whether it grows with the next entry.
    var isFull: Bool { count >= room }

    /// What looking for a digest says.
    enum Look {
        case number(UInt32)
        /// It is not there. It would stand in this line, if there is room, as long as the table is not written to; in
        /// none in particular if the table has no memory yet.
        case free(line: Int)
    }

    @inline(__always)
    func look(for digest: Digest, place: Place) -> Look {
        guard let lines = unsafe lines else { return .free(line: 0) }
        guard let (line, index) = unsafe find(digest, place, in: lines) else {
            return unsafe .free(line: emptier(place, in: lines))
        }
        return unsafe .number(lines[line][index])
    }

    /// The line that a digest is in, and where in it.
    @inline(__always)
    private func find(
        _ digest: Digest, _ place: Place, in lines: UnsafeMutablePointer<Line>
    ) -> (line: Int, index: Int)? {
        let first = place.first(of: size)
        if let index = unsafe lines[first].index(of: digest, stamp) { return (first, index) }
        let second = first ^ place.step
        if let index = unsafe lines[second].index(of: digest, stamp) { return (second, index) }
        return unsafe lines[first].isOverflowed(stamp) ? findBehind(first, digest, in: lines) : nil
    }

    private func findBehind(
        _ first: Int, _ digest: Digest, in lines: UnsafeMutablePointer<Line>
    ) -> (line: Int, index: Int)? {
        var line = behindBlock(first)
        while true {
            if let index = unsafe lines[line].index(of: digest, stamp) { return (line, index) }
            if unsafe !lines[line].isOverflowed(stamp) { return nil }
            line = behind(line)
        }
    }

    /// A digest's number; nil if it is not in the table.
    @inline(__always)
    func number(of digest: Digest, place: Place) -> UInt32? {
        guard let lines = unsafe lines, let (line, index) = unsafe find(digest, place, in: lines) else { return nil }
        return unsafe lines[line][index]
    }

    /// Gives a digest that is not in the table a number. `line` is what looking for it said; `secret` is the one that
    /// gave the places of all of them.
    @inline(__always)
    mutating func insert(_ digest: Digest, line: Int, place: Place, number: UInt32, secret: Secret) {
        var line = line
        if isFull {
            grow(secret)
            line = unsafe lines.map { unsafe emptier(place, in: $0) } ?? 0
        }
        guard let lines = unsafe lines else { return }
        count &+= 1
        if unsafe lines[line].isFull(stamp) { line = unsafe overflow(place.first(of: size), in: lines) }
        unsafe lines[line].append(digest, number, stamp)
    }

    /// Adds one to a digest's number, which is 0 for one that is not in the table.
    mutating func increment(_ digest: Digest, place: Place, secret: Secret) {
        guard let lines = unsafe lines else {
            return insert(digest, line: 0, place: place, number: 1, secret: secret)
        }
        guard let (line, index) = unsafe find(digest, place, in: lines) else {
            return unsafe insert(
                digest, line: emptier(place, in: lines), place: place, number: 1, secret: secret)
        }
        unsafe lines[line][index] += 1
    }

    /// That of a place's two lines which has more room, or the first. Every line is below `size`, which is a multiple of
    /// `block`.
    @inline(__always)
    private func emptier(_ place: Place, in lines: UnsafeMutablePointer<Line>) -> Int {
        let (first, step) = (place.first(of: size), place.step)
        let isSecond = unsafe lines[first ^ step].used(stamp) < lines[first].used(stamp)
        return first ^ (isSecond ? step : 0)
    }

    /// The first line behind a full one's block that is not full; all that are passed say from now on that there is more
    /// behind them. There is always one, since a third of the places is free.
    private func overflow(_ first: Int, in lines: UnsafeMutablePointer<Line>) -> Int {
        unsafe lines[first].overflow()
        var line = behindBlock(first)
        while unsafe lines[line].isFull(stamp) {
            unsafe lines[line].overflow()
            line = behind(line)
        }
        return line
    }

    private func behind(_ line: Int) -> Int { line + 1 == size ? 0 : line + 1 }

    private func behindBlock(_ line: Int) -> Int { behind(line | (DigestTable.block - 1)) }

    /// Takes a quarter more lines. In the order of the old lines places mostly rise, so both tables are walked from
    /// end to end.
    private mutating func grow(_ secret: Secret) {
        let (old, oldSize, oldStamp) = unsafe (lines, size, stamp)
        size = DigestTable.wholeBlocks(max(1, oldSize + oldSize / 4))
        room = 2 * size
        stamp = .first
        let new = unsafe DigestTable.makeLines(size)
        unsafe lines = new
        guard let old = unsafe old else { return }
        for position in 0..<oldSize {
            for index in 0..<(unsafe old[position].used(oldStamp)) {
                let digest = unsafe old[position].digest(at: index)
                let place = secret.place(digest)
                var line = unsafe emptier(place, in: new)
                if unsafe new[line].isFull(stamp) { line = unsafe overflow(place.first(of: size), in: new) }
                unsafe new[line].append(digest, old[position][index], stamp)
            }
        }
        unsafe UnsafeMutableRawPointer(old).deallocate()
    }
}

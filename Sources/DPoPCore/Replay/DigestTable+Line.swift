extension DigestTable {
    /// 64 bytes with places for three entries, of which those that are in use come first.
    ///
    /// A table that takes over another's memory leaves it as it is. A line says by its stamp who wrote it last, and what
    /// has another's stamp is empty.
    @safe
    struct Line {
        /// Tells tables apart that had the same memory, one after the other.
        struct Stamp {
            fileprivate let bits: UInt32

            private init(bits: UInt32) { self.bits = bits }

            /// Lines that nobody has written to have none, so they are empty.
            static let first = Stamp(bits: 8)

            /// The one that has none after it, half a thousand million times later.
            static let last = Stamp(bits: .max & ~7)

            /// Nil after the last: then the lines have to be cleared.
            var next: Stamp? {
                let (bits, isLast) = bits.addingReportingOverflow(8)
                return isLast ? nil : Stamp(bits: bits)
            }
        }

        /// In bytes.
        static var size: Int { MemoryLayout<Line>.stride }
        private static let places = 3
        private static let overflowBit: UInt32 = 4

        private var digests = (Digest.none, Digest.none, Digest.none)
        private var numbers: (UInt32, UInt32, UInt32) = (0, 0, 0)
        /// How many places are in use (2 bits), whether a digest that belongs here is behind it (1 bit), and the stamp.
        private var state: UInt32 = 0

        /// The lower three bits, or 0 if the stamp is another.
        @inline(__always)
        private func state(_ stamp: Stamp) -> UInt32 {
            let state = state ^ stamp.bits
            return state < 8 ? state : 0
        }

        @inline(__always)
        func used(_ stamp: Stamp) -> Int { Int(state(stamp) & 3) }

        @inline(__always)
        func isFull(_ stamp: Stamp) -> Bool { used(stamp) == Line.places }

        @inline(__always)
        func isOverflowed(_ stamp: Stamp) -> Bool { state(stamp) & Line.overflowBit != 0 }

        /// Only for one that is full.
        mutating func overflow() { state |= Line.overflowBit }

        /// Which entry is the digest's; nil if none is.
        @inline(__always)
        func index(of digest: Digest, _ stamp: Stamp) -> Int? {
            if digests.0 == digest, used(stamp) > 0 { return 0 }
            if digests.1 == digest, used(stamp) > 1 { return 1 }
            if digests.2 == digest, used(stamp) > 2 { return 2 }
            return nil
        }

        func digest(at index: Int) -> Digest { index == 0 ? digests.0 : index == 1 ? digests.1 : digests.2 }

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
        mutating func append(_ digest: Digest, _ number: UInt32, _ stamp: Stamp) {
            let index = used(stamp)
            precondition(index < Line.places)
            unsafe withUnsafeMutableBytes(of: &self) { line in
                // Three digests of 16 bytes, then three numbers of four: `index` is below three.
                unsafe line.storeBytes(of: digest, toByteOffset: index &* 16, as: Digest.self)
                unsafe line.storeBytes(of: number, toByteOffset: 48 &+ index &* 4, as: UInt32.self)
            }
            state = stamp.bits | UInt32(truncatingIfNeeded: index &+ 1)
        }
    }
}

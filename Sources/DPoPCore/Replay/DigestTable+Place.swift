extension DigestTable {
    /// 128 bits of a digest. Two keys share them with a chance of 2^-128, and nobody can look for a partner to somebody
    /// else's.
    struct Digest {
        let high: UInt64
        let low: UInt64

        init(_ digest: SHA256Digest) { (high, low) = (digest.words.0, digest.words.1) }

        fileprivate init() { (high, low) = (0, 0) }

        @inline(__always)
        static func == (a: Digest, b: Digest) -> Bool { (a.high ^ b.high) | (a.low ^ b.low) == 0 }

        static let none = Digest()
    }

    /// Numbers that nobody outside the process knows, so that nobody can choose proofs that crowd one place.
    struct Secret: Sendable {
        let a: UInt128
        let b: UInt128
        let c: UInt128

        /// Where a digest goes. Two digests, however chosen, agree in any given bits of it no more often than random
        /// ones: pair-multiply-shift, a strongly universal hash (Dietzfelbinger 1996).
        func place(_ digest: Digest) -> Place {
            let sum = (a &+ UInt128(digest.low)) &* (b &+ UInt128(digest.high)) &+ c
            return Place(bits: UInt64(truncatingIfNeeded: sum >> 64))
        }
    }

    /// 64 bits of which the highest choose a digest's first line, and the lowest its second, among the seven others of a
    /// block of eight, which is within one page of memory. The lower half's highest choose the part of a cache.
    struct Place {
        let bits: UInt64

        @inline(__always)
        func first(of size: Int) -> Int {
            Int(truncatingIfNeeded: bits.multipliedFullWidth(by: UInt64(size)).high)
        }

        /// From 1 to 7: what the numbers of the two lines differ by, as bits.
        @inline(__always)
        var step: Int { 1 &+ Int(truncatingIfNeeded: ((bits & 0xFF) &* 7) >> 8) }
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

import Testing

@testable import DPoPCore

/// A verification with tables is exactly ECDSA's.
@Suite("P-256 tables")
struct P256TablesTests {
    private let numbers: P256Numbers
    private static let order = WireNumbers.orderAndPrime(.es256).order
    private static let prime = WireNumbers.orderAndPrime(.es256).prime

    init() throws {
        numbers = try P256Numbers()
    }

    private func tables(_ key: [UInt8]) throws -> P256Tables {
        let tables = P256Tables(point: key.span)
        return try #require(tables)
    }

    /// With tables, and by libcrypto alone: both have this verdict.
    private func expect(
        _ isValid: Bool, _ signature: [UInt8], _ digest: [UInt8], _ key: [UInt8], _ tables: P256Tables,
        _ source: SourceLocation = #_sourceLocation
    ) {
        #expect(
            tables.verify(signature.span, digest: digest.span) == (isValid ? .valid : .invalid), sourceLocation: source)
        #expect(numbers.isValid(signature, digest: digest, key: key) == isValid, sourceLocation: source)
    }

    private func random(_ random: inout CheckRandom) -> [UInt8] { numbers.reduce(random.bytes(32)) }

    @Test("attack 63: u1 = 0, from a digest of 0 and of n")
    func noBase() throws {
        var random = CheckRandom(seed: 1)
        let d = self.random(&random)
        let key = numbers.base(d)
        let tables = try tables(key)
        for digest in [P256Numbers.small(0), Self.order] {
            let signature = numbers.sign(digest, d: d, k: self.random(&random))
            expect(true, signature, digest, key, tables)
            expect(false, signature, P256Numbers.small(1), key, tables)
        }
    }

    @Test("attack 63: u1 G = u2 Q, a doubling, is a signature; u1 G = −u2 Q, infinity, is none")
    func equalAndOpposite() throws {
        var random = CheckRandom(seed: 2)
        let d = self.random(&random)
        let key = numbers.base(d)
        let tables = try tables(key)
        for _ in 0..<20 {
            let k = self.random(&random)
            let r = numbers.reduce(Array(numbers.base(k)[1...32]))
            let digest = numbers.multiply(r, d)
            expect(true, numbers.sign(digest, d: d, k: k), digest, key, tables)
            // Any s: X and Z are zero for each, and 0 = r · 0.
            for s in [self.random(&random), P256Numbers.small(1), WireNumbers.subtracting(1, from: Self.order)] {
                expect(false, r + s, numbers.negate(digest), key, tables)
            }
        }
    }

    @Test("attack 63: Q = G and Q = −G, and small multiples of it", arguments: [1, 2, 3, 7, 64, 128] as [UInt8])
    func nearGenerator(_ multiple: UInt8) throws {
        var random = CheckRandom(seed: UInt64(multiple))
        for d in [P256Numbers.small(multiple), numbers.negate(P256Numbers.small(multiple))] {
            let key = numbers.base(d)
            let tables = try tables(key)
            for _ in 0..<20 {
                let digest = random.bytes(32)
                let signature = numbers.sign(digest, d: d, k: self.random(&random))
                expect(true, signature, digest, key, tables)
                expect(false, signature, random.bytes(32), key, tables)
            }
            // With every small nonce, whose point is one of the tables' own.
            for k in 1...40 as ClosedRange<UInt8> {
                let digest = random.bytes(32)
                expect(true, numbers.sign(digest, d: d, k: P256Numbers.small(k)), digest, key, tables)
            }
        }
    }

    @Test("attack 63: an x between n and p counts as r = x − n, and r + n only where it is below p")
    func wrapped() throws {
        var random = CheckRandom(seed: 3)
        // The first points from n on, and the last before p.
        var start = Self.order
        for _ in 0..<8 {
            let (x, point) = try #require(numbers.nextPoint(from: start))
            start = WireNumbers.adding(1, to: x)
            let r = WireNumbers.subtracting(Self.order, from: x)
            let (s, digest) = (self.random(&random), random.bytes(32))
            let key = try #require(numbers.key(of: point, r: r, s: s, digest: digest))
            let tables = try tables(key)
            expect(true, r + s, digest, key, tables)
            expect(false, WireNumbers.adding(1, to: r) + s, digest, key, tables)
            // x itself is no r: it is not below n.
            expect(false, x + s, digest, key, tables)
        }
        // r + n is p, and 0 further on: r = p − n. Its own x is a point's or not; x = 0 is none of r's.
        let difference = WireNumbers.subtracting(Self.order, from: Self.prime)
        let zero = try #require(numbers.lift(x: P256Numbers.small(0)))
        let (s, digest) = (self.random(&random), random.bytes(32))
        let key = try #require(numbers.key(of: zero, r: difference, s: s, digest: digest))
        expect(false, difference + s, digest, key, try tables(key))
        if let (r, point) = numbers.nextPoint(from: difference) {
            let key = try #require(numbers.key(of: point, r: r, s: s, digest: digest))
            expect(true, r + s, digest, key, try tables(key))
        }
    }

    @Test("attack 63: r and s at 1 and at n − 1, and both beside their range")
    func edges() throws {
        var random = CheckRandom(seed: 4)
        let last = WireNumbers.subtracting(1, from: Self.order)
        let one = P256Numbers.small(1)
        for s in [one, last, P256Numbers.small(2)] {
            let digest = random.bytes(32)
            let (r, point) = try #require(numbers.nextPoint(from: one))
            let key = try #require(numbers.key(of: point, r: r, s: s, digest: digest))
            let tables = try tables(key)
            expect(true, r + s, digest, key, tables)
            for wrong in [P256Numbers.small(0), Self.order, [UInt8](repeating: 0xFF, count: 32)] {
                expect(false, r + wrong, digest, key, tables)
                expect(false, wrong + s, digest, key, tables)
            }
            for r in [one, last] {
                for other in [one, last] {
                    let isValid = numbers.isValid(r + other, digest: digest, key: key)
                    expect(isValid, r + other, digest, key, tables)
                }
            }
        }
        // x = n + 1 or x = 1, and x = n − 1, if they are points'.
        for x in [one, WireNumbers.adding(1, to: Self.order), last] {
            guard let point = numbers.lift(x: x) else { continue }
            let (s, digest) = (self.random(&random), random.bytes(32))
            let r = numbers.reduce(x)
            let key = try #require(numbers.key(of: point, r: r, s: s, digest: digest))
            expect(true, r + s, digest, key, try tables(key))
        }
    }

    /// 1, 2, 3 and those around powers of two where the windows of a key's tables, 7 bits, and of the generator's, 9, meet
    /// and where a digit becomes its opposite, and the opposites of all.
    private func cornerNumbers() -> [[UInt8]] {
        var found = [P256Numbers.small(1), P256Numbers.small(2), P256Numbers.small(3)]
        let meetings = [7, 9].flatMap { width in stride(from: width, to: 256, by: width).flatMap { [$0 - 1, $0] } }
        for exponent in Set(meetings + [63, 64, 127, 128, 191, 192, 251, 253, 255]).sorted() {
            var power = [UInt8](repeating: 0, count: 32)
            power[31 - exponent / 8] = 1 << UInt8(exponent % 8)
            found += [WireNumbers.subtracting(1, from: power), power, WireNumbers.adding(1, to: power)]
        }
        found = found.map(numbers.reduce)
        return found + found.map(numbers.negate)
    }

    @Test("attack 63: sums in which points meet themselves, their opposites and infinity on the way")
    func meetings() throws {
        var random = CheckRandom(seed: UInt64.random(in: 0 ... .max))
        let all = cornerNumbers()
        var infinite = 0
        // A dozen of each, others in each run.
        func some() -> [[UInt8]] { all.filter { _ in random.chance(all.count / 12) } }
        for d in some() + all.prefix(3) {
            let key = numbers.base(d)
            let tables = try tables(key)
            // The last u1 of each makes R the point at infinity.
            for u2 in some() {
                let opposite = numbers.negate(numbers.multiply(u2, d))
                for u1 in some() + [opposite] {
                    let k = numbers.add(u1, numbers.multiply(u2, d))
                    let isInfinite = k.allSatisfy { $0 == 0 }
                    let r = isInfinite ? self.random(&random) : numbers.reduce(Array(numbers.base(k)[1...32]))
                    let s = numbers.multiply(r, numbers.invert(u2))
                    expect(!isInfinite, r + s, numbers.multiply(u1, s), key, tables)
                    infinite += isInfinite ? 1 : 0
                }
            }
        }
        #expect(infinite > 20)
    }

    @Test("good and altered signatures have libcrypto's verdict")
    func agreement() throws {
        var random = CheckRandom(seed: UInt64.random(in: 0 ... .max))
        var counts = [true: 0, false: 0]
        for _ in 0..<8 * CheckKit.scale {
            let d = self.random(&random)
            let key = numbers.base(d)
            let tables = try tables(key)
            for _ in 0..<250 {
                var digest = random.bytes(32)
                var signature = numbers.sign(digest, d: d, k: self.random(&random))
                switch random.below(4) {
                case 0: signature[random.below(64)] ^= 1 << UInt8(random.below(8))
                case 1: digest[random.below(32)] ^= 1 << UInt8(random.below(8))
                case 2 where random.chance(4):
                    let half = random.below(2) * 32
                    for index in half..<half + random.below(33) { signature[index] = random.chance(2) ? 0 : 0xFF }
                default: break
                }
                let isValid = numbers.isValid(signature, digest: digest, key: key)
                counts[isValid, default: 0] += 1
                #expect(tables.verify(signature.span, digest: digest.span) == (isValid ? .valid : .invalid))
            }
        }
        #expect(counts.values.allSatisfy { $0 > 100 })
    }

    @Test("lengths other than 64 and 32 are refused, and keys that are no points have no tables")
    func shapes() throws {
        let key = numbers.base(P256Numbers.small(9))
        let tables = try tables(key)
        let digest = [UInt8](repeating: 7, count: 32)
        let signature = numbers.sign(digest, d: P256Numbers.small(9), k: P256Numbers.small(5))
        expect(true, signature, digest, key, tables)
        for wrong in [[], Array(signature.dropLast()), signature + [0]] {
            #expect(tables.verify(wrong.span, digest: digest.span) == .invalid)
        }
        for wrong in [[], Array(digest.dropLast()), digest + [0]] {
            #expect(tables.verify(signature.span, digest: wrong.span) == .invalid)
        }
        var off = key
        off[64] ^= 1
        let compressed: [UInt8] = [2] + key[1...32]
        for wrong in [off, compressed, [], [0], Array(key.dropLast()), key + [0], [6] + Array(key.dropFirst())] {
            #expect(P256Tables(point: wrong.span) == nil)
        }
    }

    @Test("one key's tables are used by several threads at once")
    func threads() async throws {
        let d = P256Numbers.small(77)
        let tables = try tables(numbers.base(d))
        let pairs = (0..<64 as Range<UInt8>).map { index in
            let digest = [UInt8](repeating: index, count: 32)
            return (digest, numbers.sign(digest, d: d, k: P256Numbers.small(index + 1)))
        }
        await withTaskGroup(of: Bool.self) { group in
            for task in 0..<8 {
                group.addTask {
                    (0..<200).allSatisfy { turn in
                        let (digest, signature) = pairs[(task * 31 + turn) % pairs.count]
                        let other = pairs[(task * 31 + turn + 1) % pairs.count].0
                        return tables.verify(signature.span, digest: digest.span) == .valid
                            && tables.verify(signature.span, digest: other.span) == .invalid
                    }
                }
            }
            for await isRight in group { #expect(isRight) }
        }
    }
}

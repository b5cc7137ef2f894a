import Testing

@testable import DPoPCore

@Suite("Numbers of keys")
struct KeyNumberTests {
    @Test("attack 45: coordinates of another width, also where only zeros are added or dropped")
    func width() throws {
        for key in [WireKey.ec, .ed25519] {
            for name in key.members.map(\.name) where ["x", "y"].contains(name) {
                let bytes = key.bytes(name)
                for wrong in [[0] + bytes, bytes + [0], Array(bytes.dropLast()), Array(bytes.dropFirst()), [0], []] {
                    #expect(wireKeyCode(key.with(name, bytes: wrong).json) == .malformedKey)
                }
            }
        }
        // A key whose x starts with a zero byte, from go-dpop's tests.
        let leading = WireKey.ec.with("x", "\"ABb3EarQ\"")
        #expect(wireKeyCode(leading.json) == .malformedKey)
    }

    @Test("attacks 46, 47 and 48: points off the curve", arguments: Curve.allCases)
    func points(_ curve: Curve) throws {
        let algorithm: SigningAlgorithm = curve == .p256 ? .es256 : curve == .p384 ? .es384 : .es512
        let good = try SigningKey.generate(algorithm).publicJWK
        guard case .ec(_, let point) = good.material else {
            Issue.record("not an EC key")
            return
        }
        let length = curve.coordinateLength
        let (x, y) = (Array(point[1...length]), Array(point[(1 + length)...]))
        let (_, prime) = WireNumbers.orderAndPrime(algorithm)
        let zero = [UInt8](repeating: 0, count: length)
        let wrong = [
            (x, WireNumbers.adding(1, to: y)), (y, x), (zero, zero), (prime, y), (x, prime), (prime, prime), (zero, y),
            ([UInt8](repeating: 0xFF, count: length), y), (WireNumbers.adding(1, to: x), y),
        ]
        let base = WireKey.ec.with("crv", "\"\(curve.name)\"")
        for (x, y) in wrong {
            #expect(wireKeyCode(base.with("x", bytes: x).with("y", bytes: y).json) == .malformedKey)
        }
        #expect(wireKeyCode(base.with("x", bytes: x).with("y", bytes: y).json) == nil)
        // Hybrid, compressed and infinite encodings never come from a JWK, and are refused below it too.
        for first: UInt8 in [0, 2, 3, 5, 6, 7] {
            let code = wireCode { () throws(ProofRejection) in try PublicJWK(.ec(curve, point: [first] + x + y)) }
            #expect(code == .malformedKey)
        }
        for point in [[0], [2] + x, [3] + x, [], [4]] {
            #expect(wireCode { () throws(ProofRejection) in try PublicJWK(.ec(curve, point: point)) } == .malformedKey)
        }
    }

    @Test("attack 49: the negated point is a key, and another one")
    func negated() throws {
        let (_, prime) = WireNumbers.orderAndPrime(.es256)
        let negated = WireKey.ec.with("y", bytes: WireNumbers.subtracting(WireKey.ec.bytes("y"), from: prime))
        let key = try PublicJWK(json: negated.json)
        #expect(try key.thumbprint != PublicJWK(json: WireKey.ec.json).thumbprint)
        #expect(try key != PublicJWK(json: WireKey.ec.json))
    }

    /// The y coordinates of the eight points of small order, with both signs, and of their spellings that are not
    /// canonical.
    static let smallOrder: [(hex: String, code: ProofRejection.Code)] = [
        ("0000000000000000000000000000000000000000000000000000000000000000", .weakKey),
        ("0000000000000000000000000000000000000000000000000000000000000080", .weakKey),
        ("0100000000000000000000000000000000000000000000000000000000000000", .weakKey),
        ("0100000000000000000000000000000000000000000000000000000000000080", .weakKey),
        ("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", .weakKey),
        ("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", .weakKey),
        ("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05", .weakKey),
        ("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85", .weakKey),
        ("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a", .weakKey),
        ("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa", .weakKey),
        ("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", .malformedKey),
        ("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", .malformedKey),
        ("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", .malformedKey),
        ("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", .malformedKey),
    ]

    @Test("attacks 52 and 53: Ed25519 points of small order and spellings that are not canonical")
    func smallOrderPoints() {
        for (hex, code) in Self.smallOrder {
            #expect(wireKeyCode(WireKey.ed25519.with("x", bytes: wireHex(hex)).json) == code, "\(hex)")
        }
        // y from p to 2^255 − 1, with both signs.
        for low in UInt8(0xED)...0xFF {
            for high in [UInt8(0x7F), 0xFF] {
                let y = [low] + [UInt8](repeating: 0xFF, count: 30) + [high]
                #expect(wireKeyCode(WireKey.ed25519.with("x", bytes: y).json) == .malformedKey)
            }
        }
        #expect(wireKeyCode(WireKey.ed25519.json) == nil)
    }

    @Test("attacks 55, 56 and 57: RSA numbers")
    func rsa() {
        func code(_ modulus: [UInt8], _ exponent: [UInt8] = [1, 0, 1]) -> ProofRejection.Code? {
            wireKeyCode(WireKey.rsa.with("n", bytes: modulus).with("e", bytes: exponent).json)
        }
        for bits in [2048, 2049, 3072, 4095, 4096] { #expect(code(WireKey.modulus(bits: bits)) == nil) }
        for bits in [1, 8, 512, 1024, 2047, 4097, 8192, 16_384] {
            #expect(code(WireKey.modulus(bits: bits)) == .weakKey)
        }
        #expect(code(WireKey.modulus(bits: 2048, lastByte: 0xFA)) == .weakKey)
        #expect(code([0] + WireKey.modulus(bits: 2048)) == .malformedKey)
        #expect(code([0]) == .malformedKey)
        let good = WireKey.modulus(bits: 2048)
        for exponent: [UInt8] in [[3], [17], [1, 0, 1], [0xFF, 0xFF, 0xFF, 0xFF]] {
            #expect(code(good, exponent) == nil)
        }
        for exponent: [UInt8] in [[1], [2], [1, 0, 0], [1, 0, 0, 0, 1], good] {
            #expect(code(good, exponent) == .weakKey)
        }
        for exponent: [UInt8] in [[0], [0, 3], [0, 1, 0, 1]] { #expect(code(good, exponent) == .malformedKey) }
    }
}

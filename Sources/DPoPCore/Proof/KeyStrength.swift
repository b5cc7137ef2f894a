// What libcrypto does not check of a stranger's key. Pure arithmetic on the encoded bytes, before any import.

enum RSANumbers {
    /// Refuses a modulus outside 2048…4096 bits or even, and an exponent that is even or outside 3…2³²−1.
    ///
    /// - Parameters: both big endian without leading zeros, at least one byte.
    static func check(modulus: borrowing Span<UInt8>, exponent: borrowing Span<UInt8>) throws(ProofRejection) {
        guard !modulus.isEmpty, !exponent.isEmpty, modulus[0] != 0, exponent[0] != 0 else {
            throw ProofRejection(.malformedKey, .jwk, "not the shortest spelling of an RSA number")
        }
        let bits = modulus.count * 8 - modulus[0].leadingZeroBitCount
        guard PublicJWK.rsaBits.contains(bits) else {
            throw ProofRejection(.weakKey, .jwk, "the RSA modulus is not of 2048 to 4096 bits")
        }
        guard modulus[modulus.count - 1] & 1 == 1 else {
            throw ProofRejection(.weakKey, .jwk, "the RSA modulus is even")
        }
        guard exponent.count <= 4, exponent[exponent.count - 1] & 1 == 1, exponent.count > 1 || exponent[0] >= 3 else {
            throw ProofRejection(.weakKey, .jwk, "the RSA exponent is not odd and in 3 to 2^32 - 1")
        }
    }
}

enum Ed25519Point {
    /// Refuses a y coordinate that is not below the prime, and the points of small order.
    ///
    /// A key of small order verifies signatures that nobody needed a private key to make. libcrypto checks neither.
    /// There are eight such points: (0, 1), (0, −1), two with y = 0 and four whose y is one of `order8`; a y with the
    /// other sign bit is then also refused.
    ///
    /// - Parameter bytes: y, least significant byte first, the top bit being the sign of x (RFC 8032 §5.1.2).
    static func check(_ bytes: borrowing Span<UInt8>) throws(ProofRejection) {
        guard bytes.count == 32 else { throw ProofRejection(.malformedKey, .jwk, "x is not 32 bytes") }
        let y = words(bytes)
        let prime = (UInt64.max - 18, UInt64.max, UInt64.max, UInt64.max >> 1)
        guard isBelow(y, prime) else {
            throw ProofRejection(.malformedKey, .jwk, "not the canonical spelling of an Ed25519 key")
        }
        let minusOne = (prime.0 - 1, prime.1, prime.2, prime.3)
        for small in [(0, 0, 0, 0), (1, 0, 0, 0), minusOne, order8.0, order8.1] where y == small {
            throw ProofRejection(.weakKey, .jwk, "an Ed25519 point of small order")
        }
    }

    private typealias Words = (UInt64, UInt64, UInt64, UInt64)

    /// The two y coordinates of the points of order 8, the roots of d·y⁴ + 2y² − 1 (they add up to the prime).
    private static let order8: (Words, Words) = (
        (0xB027_B2C2_8F95_E826, 0xF098_EFF2_89F4_C345, 0x3933_C6D3_05AC_DFD5, 0x05FC_536D_8802_38B1),
        (0x4FD8_4D3D_706A_17C7, 0x0F67_100D_760B_3CBA, 0xC6CC_392C_FA53_202A, 0x7A03_AC92_77FD_C74E)
    )

    /// y without the sign bit, least significant word first.
    private static func words(_ bytes: borrowing Span<UInt8>) -> Words {
        var words: InlineArray<4, UInt64> = .init(repeating: 0)
        for index in 0..<32 { words[index / 8] |= UInt64(bytes[index]) << UInt64(index % 8 * 8) }
        return (words[0], words[1], words[2], words[3] & UInt64.max >> 1)
    }

    private static func isBelow(_ a: Words, _ b: Words) -> Bool {
        if a.3 != b.3 { return a.3 < b.3 }
        if a.2 != b.2 { return a.2 < b.2 }
        if a.1 != b.1 { return a.1 < b.1 }
        return a.0 < b.0
    }
}

import Testing

@testable import DPoPCore

/// Signatures that are not by the key, in every way that has broken a verifier before.
@Suite("Signature edges")
struct SignatureEdgeTests {
    static let message = Array("header.payload".utf8)
    static let ecdsa: [SigningAlgorithm] = [.es256, .es384, .es512]

    static func verify(_ key: SigningKey, _ signature: [UInt8]) -> VerifyingKey.Outcome {
        key.publicJWK.verifyingKey.verify(signature.span, over: message.span, by: key.algorithm)
    }

    static func sign(_ key: SigningKey) throws -> [UInt8] {
        let signature = try key.signature(over: message.span)
        #expect(verify(key, signature) == .valid)
        return signature
    }

    @Test("attack 63: r and s from 0, 1, n − 1, n, n + 1, p and all ones, all pairs", arguments: ecdsa)
    func extremes(_ algorithm: SigningAlgorithm) throws {
        let key = try SigningKey.generate(algorithm)
        let (order, prime) = WireNumbers.orderAndPrime(algorithm)
        let length = order.count
        let zero = [UInt8](repeating: 0, count: length)
        let values = [
            zero, WireNumbers.adding(1, to: zero), WireNumbers.subtracting(1, from: order), order,
            WireNumbers.adding(1, to: order), prime, [UInt8](repeating: 0xFF, count: length),
        ]
        for r in values {
            for s in values { #expect(Self.verify(key, r + s) == .invalid) }
        }
        _ = try Self.sign(key)
    }

    @Test("attacks 63 and 173: a signature made to hit the point at infinity is wrong, not a failure of ours")
    func infinity() throws {
        // The private number of this key is 1, so that e·G + r·Q is infinite for r = n − e.
        let x = wireHex("6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296")
        let y = wireHex("4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5")
        let key = try PublicJWK(.ec(.p256, point: [4] + x + y))
        let (order, _) = WireNumbers.orderAndPrime(.es256)
        let r = WireNumbers.subtracting(SHA256Digest(of: Self.message.span).bytes, from: order)
        let signature = r + [UInt8](repeating: 0, count: 31) + [1]
        #expect(key.verifyingKey.verify(signature.span, over: Self.message.span, by: .es256) == .invalid)
    }

    @Test("attack 64: DER is refused, also at the length of r and s", arguments: ecdsa)
    func der(_ algorithm: SigningAlgorithm) throws {
        let key = try SigningKey.generate(algorithm)
        let signature = try Self.sign(key)
        let half = signature.count / 2
        func integer(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
            var bytes = Array(bytes.drop { $0 == 0 })
            if bytes[0] >= 0x80 { bytes.insert(0, at: 0) }
            return [0x02, UInt8(bytes.count)] + bytes
        }
        let body = integer(signature[..<half]) + integer(signature[half...])
        let der = [0x30] + (body.count < 0x80 ? [] : [0x81]) + [UInt8(body.count)] + body
        #expect(Self.verify(key, der) == .invalid)
        #expect(Self.verify(key, Array(der.prefix(signature.count))) == .invalid)
        #expect(Self.verify(key, der + [UInt8](repeating: 0, count: max(0, signature.count - der.count))) == .invalid)
    }

    @Test("attacks 4 and 65: padded, truncated, swapped or longer halves are refused", arguments: ecdsa)
    func shapes(_ algorithm: SigningAlgorithm) throws {
        let key = try SigningKey.generate(algorithm)
        let signature = try Self.sign(key)
        let half = signature.count / 2
        let (r, s) = (Array(signature[..<half]), Array(signature[half...]))
        for wrong in [s + r, [0] + r + [0] + s, r + s + [0], [0] + r + s, r, []] {
            #expect(Self.verify(key, wrong) == .invalid)
        }
        for width in [32, 48, 66] where width > half {
            let padding = [UInt8](repeating: 0, count: width - half)
            #expect(Self.verify(key, padding + r + padding + s) == .invalid)
        }
        for length in 0...(signature.count + 4) where length != signature.count {
            let cut = Array((signature + [0, 0, 0, 0]).prefix(length))
            #expect(Self.verify(key, cut) == .invalid)
        }
    }

    @Test("attack 68: the twin (r, n − s) verifies, so a replay key must not depend on it", arguments: ecdsa)
    func twin(_ algorithm: SigningAlgorithm) throws {
        let key = try SigningKey.generate(algorithm)
        let signature = try Self.sign(key)
        let half = signature.count / 2
        let (order, _) = WireNumbers.orderAndPrime(algorithm)
        let twin = Array(signature[..<half]) + WireNumbers.subtracting(Array(signature[half...]), from: order)
        #expect(twin != signature)
        #expect(Self.verify(key, twin) == .valid)
    }

    @Test("attack 69: Ed25519 S + L and S + 2L, garbage behind, cut off")
    func ed25519() throws {
        let key = try SigningKey.generate(.ed25519)
        let signature = try Self.sign(key)
        // L = 2^252 + 27742317777372353535851937790883648493, least significant byte first.
        let order = Array(
            wireHex("1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed").reversed())
        var scalar = Array(signature[32...])
        for _ in 0..<2 {
            scalar = WireNumbers.addingLittleEndian(scalar, order)
            #expect(Self.verify(key, Array(signature[..<32]) + scalar) == .invalid)
        }
        #expect(Self.verify(key, Array(signature[..<32]) + order) == .invalid)
        #expect(Self.verify(key, signature + [0]) == .invalid)
        #expect(Self.verify(key, Array(signature.dropLast())) == .invalid)
        #expect(Self.verify(key, []) == .invalid)
        // The other name of the algorithm is the same algorithm.
        let verifying = key.publicJWK.verifyingKey
        #expect(verifying.verify(signature.span, over: Self.message.span, by: .eddsa) == .valid)
    }

    @Test("attack 71: RSA signatures of another length, s = 0, 1, n − 1, n and s + n")
    func rsa() throws {
        for algorithm in [SigningAlgorithm.rs256, .ps256] {
            let key = try SigningKey.generate(algorithm, rsaBits: 2048)
            let signature = try Self.sign(key)
            guard case .rsa(let modulus, _) = key.publicJWK.material else {
                Issue.record("not an RSA key")
                return
            }
            let zero = [UInt8](repeating: 0, count: 256)
            let wrong = [
                zero, WireNumbers.adding(1, to: zero), WireNumbers.subtracting(1, from: modulus), modulus,
                [0] + signature, signature + [0], Array(signature.dropLast()), Array(signature.dropFirst()), [],
                [UInt8](repeating: 0xFF, count: 256), [0] + modulus,
            ]
            for wrong in wrong { #expect(Self.verify(key, wrong) == .invalid) }
        }
    }

    @Test("attack 35: an RSA signature counts for its own padding and digest alone")
    func rsaConfusion() throws {
        let algorithms = SigningAlgorithm.allCases.filter { if case .rsa = $0.scheme { true } else { false } }
        let key = try SigningKey.generate(.rs256, rsaBits: 2048)
        var pem = ""
        try key.withPKCS8PEM { text in pem = String(decoding: text.copy(0..<text.count), as: UTF8.self) }
        for signed in algorithms {
            let signer = try SigningKey(pkcs8PEM: pem, algorithm: signed)
            let signature = try signer.signature(over: Self.message.span)
            for checked in algorithms {
                let outcome = key.publicJWK.verifyingKey.verify(signature.span, over: Self.message.span, by: checked)
                #expect(outcome == (signed == checked ? .valid : .invalid), "\(signed) as \(checked)")
            }
        }
    }

    @Test("attack 67: signatures whose r or s starts with zero bytes", arguments: ecdsa)
    func leadingZeros(_ algorithm: SigningAlgorithm) throws {
        let key = try SigningKey.generate(algorithm)
        var (rounds, zeros) = (3_000 * CheckKit.scale, 0)
        if algorithm != .es256 { rounds /= 10 }
        for round in 0..<rounds {
            let message = Array("message \(round)".utf8)
            let signature = try key.signature(over: message.span)
            let half = signature.count / 2
            if signature[0] == 0 || signature[half] == 0 { zeros += 1 }
            #expect(key.publicJWK.verifyingKey.verify(signature.span, over: message.span, by: algorithm) == .valid)
        }
        // About one in 128; for P-521, whose first byte holds one bit, three in four.
        #expect(zeros > 0 || algorithm == .es384)
        print("signatures: \(algorithm.rawValue): \(rounds) made and verified, \(zeros) with a leading zero byte")
    }
}

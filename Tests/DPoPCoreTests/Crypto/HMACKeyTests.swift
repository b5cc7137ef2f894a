import Testing

@testable import DPoPCore

@Suite struct HMACKeyTests {
    @Test(
        "codes are those of RFC 4231, again with the same key and with a prefix hashed before",
        arguments: [
            (
                [UInt8](repeating: 0x0B, count: 20), "Hi There",
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
            ),
            (
                Array("Jefe".utf8), "what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
            ),
        ])
    func vectors(_ secret: [UInt8], _ message: String, _ expected: String) throws {
        let made = HMACKey(secret.span)
        let key = try #require(made)
        for _ in 0..<3 {
            let code = key.code(of: message.utf8.span)
            #expect(
                code.indices.map { code[$0] }.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() == expected)
            let (start, rest) = (Array(message.utf8.prefix(5)), Array(message.utf8.dropFirst(5)))
            let longer = key.withPrefix(start.span)
            let inParts = try #require(longer).code(of: rest.span)
            #expect(inParts.indices.allSatisfy { inParts[$0] == code[$0] })
        }
    }

    @Test("attack 163: codes are compared by libcrypto's constant-time comparison, and by nothing else")
    func constantTime() throws {
        #expect(try CheckSources.text("Modules/CSslShim/shim.h").contains("return CRYPTO_memcmp(a, b, length) == 0;"))
        let nonces = try CheckSources.text("Sources/DPoPServer/Nonce/StatelessNonces.swift")
        #expect(nonces.contains("guard ConstantTime.areEqual(parts.span.extracting(13..<29), expected.span"))
        #expect(!nonces.contains("== expected") && !nonces.contains("expected ==") && !nonces.contains("elementsEqual"))
        let code = [UInt8](0..<32)
        let isEqual = ConstantTime.areEqual(code.span, code.span)
        #expect(isEqual)
        for index in code.indices {
            var other = code
            other[index] ^= 0x80
            let isEqual = ConstantTime.areEqual(code.span, other.span)
            #expect(!isEqual)
        }
        let shorter = Array(code.dropLast())
        let isShorterEqual = ConstantTime.areEqual(code.span, shorter.span)
        #expect(!isShorterEqual)
    }

    @Test("32 threads share one key")
    func threads() throws {
        let secret = [UInt8](repeating: 1, count: 32)
        let made = HMACKey(secret.span)
        let key = try #require(made)
        let right = WireWorkout.onThreads(32) { index in
            let message = [UInt8](repeating: UInt8(index), count: index)
            let first = key.code(of: message.span)
            return (0..<200).allSatisfy { _ in
                let again = key.code(of: message.span)
                return first.indices.allSatisfy { first[$0] == again[$0] }
            }
        }
        #expect(right)
    }
}

import Testing

@testable import DPoPCore

@Suite("Base64URL")
struct Base64URLTests {
    @Test(
        "RFC 4648 §10, without padding",
        arguments: [
            ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE"),
            ("foobar", "Zm9vYmFy"),
        ])
    func rfc4648(_ text: String, _ encoded: String) {
        #expect(wireBase64(text) == encoded)
        #expect(Base64URL.decode(encoded) == [UInt8](text.utf8))
        #expect(Base64URL.encodedLength(text.utf8.count) == encoded.utf8.count)
        #expect(Base64URL.decodedLength(encoded.utf8.count) == text.utf8.count)
    }

    @Test("property: random bytes come back, in an alphabet of 64")
    func roundTrip() {
        var random = CheckRandom(seed: 4648)
        for _ in 0..<500 * CheckKit.scale {
            let bytes = random.bytes(Int.random(in: 0...200, using: &random))
            let text = wireBase64(bytes)
            #expect(Base64URL.decode(text) == bytes)
            #expect(text.utf8.allSatisfy { ASCII.isLetter($0) || ASCII.isDigit($0) || "-_".utf8.contains($0) })
        }
    }

    @Test(
        "attacks 8 and 9: each of 256 bytes in each position of a group and of a tail", arguments: [4, 3, 2, 8, 7, 6])
    func everyByte(_ length: Int) {
        let alphabet = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        for position in 0..<length {
            for byte in UInt8.min...UInt8.max {
                // "A" is zero, so that a character of the alphabet is canonical except in a tail's last place.
                var text = [UInt8](repeating: UInt8(ascii: "A"), count: length)
                text[position] = byte
                var output = [UInt8](repeating: 0, count: Base64URL.decodedLength(length))
                var span = output.mutableSpan
                let decoded = Base64URL.decode(text.span, 0..<length, into: &span, at: 0)
                var expected = alphabet.contains(byte)
                if expected, position == length - 1, length % 4 != 0 {
                    expected = (length % 4 == 3 ? "AEIMQUYcgkosw048" : "AQgw").utf8.contains(byte)
                }
                #expect(decoded == expected, "byte \(byte) at \(position)")
                if decoded { #expect([UInt8](wireBase64(output).utf8) == text) }
            }
        }
    }

    @Test("attack 7: a length of 1 modulo 4", arguments: ["A", "AAAAA", "AAAAAAAAA"])
    func length(_ text: String) {
        #expect(Base64URL.decode(text) == nil)
        #expect(Base64URL.decode(text + "A") != nil)
    }

    @Test("attack 5: padding", arguments: ["Zg==", "Zg=", "Zm8=", "Zm9v=", "=", "===="])
    func padding(_ text: String) {
        #expect(Base64URL.decode(text) == nil)
        #expect(Base64URL.decode(text.filter { $0 != "=" }) != nil)
    }

    @Test(
        "attack 6: unused bits that are not zero",
        arguments: [("Zh", "Zg"), ("Zm9", "Zm8"), ("__", "_w"), ("___", "__8")])
    func slack(_ text: String, _ canonical: String) {
        #expect(Base64URL.decode(text) == nil)
        #expect(Base64URL.decode(canonical) != nil)
    }
}

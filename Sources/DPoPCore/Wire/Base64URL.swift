/// base64url without padding (RFC 4648 §5, RFC 7515 §2), in its one canonical spelling.
///
/// Decoding refuses padding, white space, the other alphabet, a length of 1 modulo 4 and last characters whose unused
/// bits are not zero, so that no two texts decode to the same bytes.
package enum Base64URL {
    /// How many bytes `length` characters hold.
    package static func decodedLength(_ length: Int) -> Int { length / 4 * 3 + max(0, length % 4 - 1) }

    /// How many characters `length` bytes take.
    package static func encodedLength(_ length: Int) -> Int { (length * 4 + 2) / 3 }

    /// Decodes `text[range]` into `output` from `offset` on; false if it is not canonical base64url.
    ///
    /// `output` has room for ``decodedLength(_:)`` bytes there.
    static func decode(
        _ text: borrowing Span<UInt8>, _ range: Range<Int>, into output: inout MutableSpan<UInt8>, at offset: Int
    ) -> Bool {
        guard range.count % 4 != 1 else { return false }
        precondition(
            range.lowerBound >= 0 && range.upperBound <= text.count && offset >= 0
                && decodedLength(range.count) <= output.count - offset)
        var invalid: UInt32 = 0
        var read = range.lowerBound
        var write = offset
        while range.upperBound - read >= 4 {
            // In bounds by the precondition: four characters are left, and room for their three bytes.
            let a = sextets[Int(unsafe text[unchecked: read])]
            let b = sextets[Int(unsafe text[unchecked: read &+ 1])]
            let c = sextets[Int(unsafe text[unchecked: read &+ 2])]
            let d = sextets[Int(unsafe text[unchecked: read &+ 3])]
            invalid |= UInt32(a | b | c | d)
            let group = UInt32(a) << 18 | UInt32(b) << 12 | UInt32(c) << 6 | UInt32(d)
            unsafe output[unchecked: write] = UInt8(truncatingIfNeeded: group >> 16)
            unsafe output[unchecked: write &+ 1] = UInt8(truncatingIfNeeded: group >> 8)
            unsafe output[unchecked: write &+ 2] = UInt8(truncatingIfNeeded: group)
            read &+= 4
            write &+= 3
        }
        if range.upperBound - read >= 2 {
            let a = sextets[Int(text[read])]
            let b = sextets[Int(text[read + 1])]
            let c = range.upperBound - read == 3 ? sextets[Int(text[read + 2])] : 0
            let slack = range.upperBound - read == 3 ? c & 0b11 : b & 0b1111
            invalid |= UInt32(a | b | c) | (slack == 0 ? 0 : outside)
            output[write] = a << 2 | (b & 0x3F) >> 4
            if range.upperBound - read == 3 { output[write + 1] = b << 4 | (c & 0x3F) >> 2 }
        }
        return invalid & outside == 0
    }

    package static func decode(_ text: String) -> [UInt8]? {
        let text = text.utf8.span
        var bytes = [UInt8](repeating: 0, count: decodedLength(text.count))
        var output = bytes.mutableSpan
        return decode(text, 0..<text.count, into: &output, at: 0) ? bytes : nil
    }

    /// Writes the encoding of `bytes` to `output` from `offset` on, and says where it ends.
    ///
    /// `output` has room for ``encodedLength(_:)`` bytes there.
    @discardableResult
    static func encode(
        _ bytes: borrowing Span<UInt8>, into output: inout MutableSpan<UInt8>, at offset: Int
    ) -> Int {
        precondition(offset >= 0 && encodedLength(bytes.count) <= output.count - offset)
        var read = 0
        var write = offset
        while bytes.count - read >= 3 {
            // In bounds by the precondition: three bytes are left, and room for their four characters.
            let group =
                UInt32(unsafe bytes[unchecked: read]) << 16 | UInt32(unsafe bytes[unchecked: read &+ 1]) << 8
                | UInt32(unsafe bytes[unchecked: read &+ 2])
            unsafe output[unchecked: write] = alphabet[Int(group >> 18)]
            unsafe output[unchecked: write &+ 1] = alphabet[Int(group >> 12 & 0x3F)]
            unsafe output[unchecked: write &+ 2] = alphabet[Int(group >> 6 & 0x3F)]
            unsafe output[unchecked: write &+ 3] = alphabet[Int(group & 0x3F)]
            read &+= 3
            write &+= 4
        }
        guard read < bytes.count else { return write }
        let isPair = bytes.count - read == 2
        let group = UInt32(bytes[read]) << 16 | (isPair ? UInt32(bytes[read + 1]) << 8 : 0)
        output[write] = alphabet[Int(group >> 18)]
        output[write + 1] = alphabet[Int(group >> 12 & 0x3F)]
        guard isPair else { return write + 2 }
        output[write + 2] = alphabet[Int(group >> 6 & 0x3F)]
        return write + 3
    }

    package static func encode(_ bytes: borrowing Span<UInt8>) -> [UInt8] {
        var text = [UInt8](repeating: 0, count: encodedLength(bytes.count))
        var output = text.mutableSpan
        encode(bytes, into: &output, at: 0)
        return text
    }

    /// What marks an entry of `sextets` for a character outside the alphabet; values use the six bits below.
    private static let outside: UInt32 = 0x80
}

private let alphabet: InlineArray<64, UInt8> = [
    0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49, 0x4A, 0x4B, 0x4C, 0x4D, 0x4E, 0x4F, 0x50,
    0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57, 0x58, 0x59, 0x5A, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66,
    0x67, 0x68, 0x69, 0x6A, 0x6B, 0x6C, 0x6D, 0x6E, 0x6F, 0x70, 0x71, 0x72, 0x73, 0x74, 0x75, 0x76,
    0x77, 0x78, 0x79, 0x7A, 0x30, 0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39, 0x2D, 0x5F,
]

private let sextets: InlineArray<256, UInt8> = [
    128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128,
    128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128,
    128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 62, 128, 128,
    52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 128, 128, 128, 128, 128, 128,
    128, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
    15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 128, 128, 128, 128, 63,
    128, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40,
    41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 128, 128, 128, 128, 128,
    128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128,
    128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128,
    128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128,
    128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128,
    128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128,
    128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128,
    128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128,
    128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128,
]

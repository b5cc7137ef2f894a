/// Questions about bytes, and comparisons of ranges of a buffer. Bytes, never characters: `String ==` merges names
/// that Unicode calls equivalent.
package enum ASCII {
    package static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

    package static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- UInt8(ascii: "a") < 26 }

    package static func hexValue(_ byte: UInt8) -> UInt8? {
        if isDigit(byte) { return byte - UInt8(ascii: "0") }
        let lower = byte | 0x20
        return lower >= UInt8(ascii: "a") && lower <= UInt8(ascii: "f") ? lower - UInt8(ascii: "a") + 10 : nil
    }

    /// RFC 3986 §2.3.
    package static func isUnreserved(_ byte: UInt8) -> Bool {
        isLetter(byte) || isDigit(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
            || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "~")
    }

    /// Of a token (RFC 9110 §5.6.2).
    package static func isTokenCharacter(_ byte: UInt8) -> Bool {
        isLetter(byte) || isDigit(byte) || "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }

    package static func lowercased(_ byte: UInt8) -> UInt8 {
        byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
    }
}

extension MutableSpan<UInt8> {
    func equal(_ a: Range<Int>, _ b: Range<Int>) -> Bool {
        guard a.count == b.count else { return false }
        for offset in 0..<a.count where self[a.lowerBound + offset] != self[b.lowerBound + offset] { return false }
        return true
    }

    /// Whether the bytes of `range` are those of `text`.
    @inline(__always)
    func matches(_ range: Range<Int>, _ text: StaticString) -> Bool { span.matches(range, text) }

    func copy(_ range: Range<Int>) -> [UInt8] { span.copy(range) }
}

extension Span<UInt8> {
    /// Whether the bytes of `range` are those of `text`.
    @inline(__always)
    func matches(_ range: Range<Int>, _ text: StaticString) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        for offset in 0..<range.count {
            // In bounds: offset is below the literal's own length, and a literal lives for ever.
            guard unsafe self[range.lowerBound + offset] == text.utf8Start[offset] else { return false }
        }
        return true
    }

    func copy(_ range: Range<Int>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(range.count)
        for index in range { bytes.append(self[index]) }
        return bytes
    }

    func matches(_ range: Range<Int>, _ other: borrowing Span<UInt8>) -> Bool {
        let length = other.count
        guard range.count == length else { return false }
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        let own = unsafe bytes.extracting(unchecked: range)
        var offset = 0
        while length &- offset >= 8 {
            // In bounds: both have `length` bytes, of which eight are left.
            let word = unsafe own.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self)
            let theirs = unsafe other.bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self)
            guard word == theirs else { return false }
            offset &+= 8
        }
        while offset < length {
            guard self[range.lowerBound + offset] == other[offset] else { return false }
            offset &+= 1
        }
        return true
    }
}

extension [UInt8] {
    /// So many zeros. `init(repeating:count:)` costs 350 instructions more, for looking up its element's type.
    init(zeros count: Int) {
        self = []
        reserveCapacity(count)
        append(contentsOf: repeatElement(0, count: count))
    }
}

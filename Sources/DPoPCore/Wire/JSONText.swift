// Strings, numbers and literals of StrictJSON.

extension StrictJSON {
    /// Reads a string and unescapes it in place; the range holds its UTF-8.
    mutating func readString(_ json: inout MutableSpan<UInt8>) throws(ProofRejection) -> Range<Int> {
        skipWhiteSpace(&json)
        guard peek(&json) == UInt8(ascii: "\"") else { throw ProofRejection(.malformedProof, nil, "not a JSON string") }
        let start = position + 1
        var read = start
        while read < end {
            read = endOfPlainText(from: read, &json)
            guard read < end else { break }
            let byte = json[read]
            if byte == UInt8(ascii: "\"") {
                advance(to: read + 1)
                return start..<read
            }
            if byte == UInt8(ascii: "\\") { return try unescapeRest(from: start, at: read, &json) }
            guard byte >= 0x20 else {
                throw ProofRejection(.malformedProof, nil, "a control character in a JSON string")
            }
            read += byte < 0x80 ? 1 : try sequenceLength(at: read, &json)
        }
        throw ProofRejection(.malformedProof, nil, "a JSON string without an end")
    }

    /// Where the next quote, backslash, control character or byte outside ASCII is, looked for in whole words; if there
    /// is no word left, where the last one ended.
    private func endOfPlainText(from start: Int, _ json: inout MutableSpan<UInt8>) -> Int {
        var read = start
        while end - read >= 8 {
            // In bounds: `end` is no further than the text's, and eight bytes are left before it.
            let bytes = unsafe json.bytes.unsafeLoadUnaligned(fromByteOffset: read, as: UInt64.self)
            let word = UInt64(littleEndian: bytes)
            let quotes = word ^ 0x2222_2222_2222_2222
            let backslashes = word ^ 0x5C5C_5C5C_5C5C_5C5C
            // A subtraction borrows into the top bit of a byte only where that byte is too small, or above such a
            // byte; the lowest one that is marked is right.
            let marks =
                ((quotes &- 0x0101_0101_0101_0101) & ~quotes | (backslashes &- 0x0101_0101_0101_0101) & ~backslashes
                    | (word &- 0x2020_2020_2020_2020) & ~word | word) & 0x8080_8080_8080_8080
            if marks != 0 { return read + marks.trailingZeroBitCount / 8 }
            read += 8
        }
        return read
    }

    /// The slow half of `readString`: from the first escape on, what is read moves down over the escapes.
    private mutating func unescapeRest(
        from start: Int, at escape: Int, _ json: inout MutableSpan<UInt8>
    ) throws(ProofRejection) -> Range<Int> {
        var read = escape
        var write = escape
        while read < end {
            let byte = json[read]
            switch byte {
            case UInt8(ascii: "\""):
                advance(to: read + 1)
                return start..<write
            case UInt8(ascii: "\\"):
                let scalar = try unescape(&read, &json)
                for unit in scalar.utf8 {
                    json[write] = unit
                    write += 1
                }
            case 0..<0x20:
                throw ProofRejection(.malformedProof, nil, "a control character in a JSON string")
            default:
                let length = byte < 0x80 ? 1 : try sequenceLength(at: read, &json)
                for _ in 0..<length {
                    json[write] = json[read]
                    write += 1
                    read += 1
                }
            }
        }
        throw ProofRejection(.malformedProof, nil, "a JSON string without an end")
    }

    /// The scalar that the escape at `read` stands for, with `read` moved behind it.
    private func unescape(_ read: inout Int, _ json: inout MutableSpan<UInt8>) throws(ProofRejection) -> Unicode.Scalar
    {
        guard read + 1 < end else { throw ProofRejection(.malformedProof, nil, "a JSON string without an end") }
        let escaped = json[read + 1]
        if escaped == UInt8(ascii: "u") {
            let first = try hexUnit(at: read + 2, &json)
            read += 6
            if let scalar = Unicode.Scalar(first) { return scalar }
            guard first < 0xDC00, read + 1 < end, json[read] == UInt8(ascii: "\\"), json[read + 1] == UInt8(ascii: "u")
            else { throw ProofRejection(.malformedProof, nil, "a lone surrogate in a JSON string") }
            let second = try hexUnit(at: read + 2, &json)
            read += 6
            let combined = 0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) & 0x3FF)
            guard second & 0xFC00 == 0xDC00, let scalar = Unicode.Scalar(combined) else {
                throw ProofRejection(.malformedProof, nil, "a lone surrogate in a JSON string")
            }
            return scalar
        }
        read += 2
        switch escaped {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(escaped)
        case UInt8(ascii: "b"): return "\u{08}"
        case UInt8(ascii: "f"): return "\u{0C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        default: throw ProofRejection(.malformedProof, nil, "an unknown escape in a JSON string")
        }
    }

    private func hexUnit(at start: Int, _ json: inout MutableSpan<UInt8>) throws(ProofRejection) -> UInt16 {
        guard start + 4 <= end else { throw ProofRejection(.malformedProof, nil, "a JSON string without an end") }
        var unit: UInt16 = 0
        for index in start..<start + 4 {
            guard let digit = ASCII.hexValue(json[index]) else {
                throw ProofRejection(.malformedProof, nil, "an unknown escape in a JSON string")
            }
            unit = unit << 4 | UInt16(digit)
        }
        return unit
    }

    /// The length of the UTF-8 sequence whose lead byte, not ASCII, stands here (Unicode, table 3-7: no overlong
    /// forms, no surrogates, nothing above U+10FFFF).
    private func sequenceLength(at index: Int, _ json: inout MutableSpan<UInt8>) throws(ProofRejection) -> Int {
        let lead = json[index]
        let (length, second): (Int, ClosedRange<UInt8>)
        switch lead {
        case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: (length, second) = (3, 0x80...0xBF)
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: throw ProofRejection(.malformedProof, nil, "not UTF-8")
        }
        guard index + length <= end, second.contains(json[index + 1]) else {
            throw ProofRejection(.malformedProof, nil, "not UTF-8")
        }
        for next in index + 2..<max(index + 2, index + length) where json[next] & 0xC0 != 0x80 {
            throw ProofRejection(.malformedProof, nil, "not UTF-8")
        }
        return length
    }

    /// Reads a number by the grammar of RFC 8259 §6 and gives it as it was written.
    mutating func readNumber(_ json: inout MutableSpan<UInt8>) throws(ProofRejection) -> Range<Int> {
        let start = position
        var read = position
        if peek(&json) == UInt8(ascii: "-") { read += 1 }
        let integer = digits(at: read, &json)
        guard integer.count == 1 || (integer.count > 1 && json[read] != UInt8(ascii: "0")) else {
            throw ProofRejection(.malformedProof, nil, "not a JSON number")
        }
        read = integer.upperBound
        if read < end, json[read] == UInt8(ascii: ".") {
            let fraction = digits(at: read + 1, &json)
            guard !fraction.isEmpty else { throw ProofRejection(.malformedProof, nil, "not a JSON number") }
            read = fraction.upperBound
        }
        if read < end, json[read] | 0x20 == UInt8(ascii: "e") {
            read += 1
            if read < end, json[read] == UInt8(ascii: "+") || json[read] == UInt8(ascii: "-") { read += 1 }
            let exponent = digits(at: read, &json)
            guard !exponent.isEmpty else { throw ProofRejection(.malformedProof, nil, "not a JSON number") }
            read = exponent.upperBound
        }
        advance(to: read)
        return start..<read
    }

    private func digits(at start: Int, _ json: inout MutableSpan<UInt8>) -> Range<Int> {
        var read = start
        while read < end, ASCII.isDigit(json[read]) { read += 1 }
        return start..<max(start, read)
    }

    mutating func readLiteral(_ literal: StaticString, _ json: inout MutableSpan<UInt8>) throws(ProofRejection) {
        let range = position..<position + literal.utf8CodeUnitCount
        guard range.upperBound <= end, json.matches(range, literal) else {
            throw ProofRejection(.malformedProof, nil, "not a JSON value")
        }
        advance(to: range.upperBound)
    }
}

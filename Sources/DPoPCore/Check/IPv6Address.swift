/// An IPv6 address as eight groups, so that its spellings compare by value (RFC 3986 §3.2.2, RFC 4291 §2.2).
package struct IPv6Address: Equatable {
    package private(set) var groups: [UInt16] = []

    /// Reads an address without brackets and without a zone identifier; nil if it is not one.
    package init?(_ text: borrowing Span<UInt8>, _ range: Range<Int>) {
        var position = range.lowerBound
        var gap: Int?
        if range.count >= 2, text[position] == UInt8(ascii: ":"), text[position + 1] == UInt8(ascii: ":") {
            gap = 0
            position += 2
        }
        while position < range.upperBound {
            let end = IPv6Address.groupEnd(text, position..<range.upperBound)
            if end < range.upperBound, text[end] == UInt8(ascii: ".") {
                guard let pair = IPv6Address.dottedQuad(text, position..<range.upperBound) else { return nil }
                groups += pair
                position = range.upperBound
                break
            }
            guard let group = IPv6Address.group(text, position..<end) else { return nil }
            groups.append(group)
            position = end
            guard position < range.upperBound else { break }
            // A separator, and something after it; or the one gap.
            guard text[position] == UInt8(ascii: ":"), position + 1 < range.upperBound else { return nil }
            position += 1
            if text[position] == UInt8(ascii: ":") {
                guard gap == nil else { return nil }
                gap = groups.count
                position += 1
            }
        }
        if let gap {
            guard groups.count < 8 else { return nil }
            groups.insert(contentsOf: [UInt16](repeating: 0, count: 8 - groups.count), at: gap)
        }
        guard groups.count == 8 else { return nil }
    }

    /// The one spelling used for comparing: eight groups in lower-case hexadecimal, no gap.
    var text: String { groups.map { String($0, radix: 16) }.joined(separator: ":") }

    private static func groupEnd(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> Int {
        for index in range where ASCII.hexValue(text[index]) == nil { return index }
        return range.upperBound
    }

    /// One to four hexadecimal digits.
    private static func group(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> UInt16? {
        guard (1...4).contains(range.count) else { return nil }
        var value: UInt16 = 0
        for index in range {
            guard let digit = ASCII.hexValue(text[index]) else { return nil }
            value = value << 4 | UInt16(digit)
        }
        return value
    }

    /// The last two groups as an IPv4 address: four decimal numbers without leading zeros.
    private static func dottedQuad(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> [UInt16]? {
        var octets: [UInt16] = []
        var value: UInt16?
        for index in range {
            let byte = text[index]
            if byte == UInt8(ascii: ".") {
                guard let octet = value, octets.count < 3 else { return nil }
                octets.append(octet)
                value = nil
            } else {
                guard ASCII.isDigit(byte), value != 0 else { return nil }
                let next = (value ?? 0) * 10 + UInt16(byte - UInt8(ascii: "0"))
                guard next <= 255 else { return nil }
                value = next
            }
        }
        guard let last = value, octets.count == 3 else { return nil }
        return [octets[0] << 8 | octets[1], octets[2] << 8 | last]
    }
}

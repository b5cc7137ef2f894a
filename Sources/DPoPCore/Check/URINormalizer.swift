/// Normalises an http or https URI (RFC 3986 §6.2.2, §6.2.3), or refuses it. Works on bytes.
struct URINormalizer {
    /// Scheme, authority and path in their normal form.
    private(set) var bytes: [UInt8] = []
    /// Where in `bytes` the path starts.
    private(set) var pathStart = 0
    /// The path before it was normalised.
    private var path = 0..<0

    static func normalize(
        _ text: borrowing Span<UInt8>, _ range: Range<Int>
    ) throws(TargetURI.Malformed) -> URINormalizer {
        guard range.count <= VerificationPolicy.htuBytes else { throw TargetURI.Malformed("longer than 4096 bytes") }
        for index in range where text[index] <= 0x20 || text[index] >= 0x7F {
            throw TargetURI.Malformed("white space, a control character or a character that is not ASCII")
        }
        var result = URINormalizer()
        result.bytes.reserveCapacity(range.count + 1)
        let defaultPort: Int
        var position = range.lowerBound
        if startsWith("https://", text, range) {
            result.append("https://")
            (position, defaultPort) = (position + 8, 443)
        } else if startsWith("http://", text, range) {
            result.append("http://")
            (position, defaultPort) = (position + 7, 80)
        } else {
            throw TargetURI.Malformed("not an absolute http or https URI")
        }

        let authorityEnd = firstIndex(in: position..<range.upperBound, text) { byte in
            byte == UInt8(ascii: "/") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#")
        }
        let hostEnd = try result.appendHost(text, position..<authorityEnd)
        try result.appendPort(text, hostEnd..<authorityEnd, default: defaultPort)

        let pathEnd = firstIndex(in: authorityEnd..<range.upperBound, text) { byte in
            byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#")
        }
        result.path = authorityEnd..<pathEnd
        result.pathStart = result.bytes.count
        try result.appendPath(text)
        return result
    }

    /// The path as it was given; "/" if it was empty.
    func originalPath(in text: borrowing Span<UInt8>) -> [UInt8] {
        path.isEmpty ? [UInt8(ascii: "/")] : text.copy(path)
    }

    // MARK: Authority

    /// Appends the host and says where it ends.
    private mutating func appendHost(
        _ text: borrowing Span<UInt8>, _ authority: Range<Int>
    ) throws(TargetURI.Malformed) -> Int {
        for index in authority where text[index] == UInt8(ascii: "@") { throw TargetURI.Malformed("userinfo") }
        if !authority.isEmpty, text[authority.lowerBound] == UInt8(ascii: "[") {
            let end = URINormalizer.firstIndex(in: authority, text) { $0 == UInt8(ascii: "]") }
            guard end < authority.upperBound, let address = IPv6Address(text, authority.lowerBound + 1..<end) else {
                throw TargetURI.Malformed("not an IPv6 address")
            }
            bytes.append(UInt8(ascii: "["))
            bytes.append(contentsOf: address.text.utf8)
            bytes.append(UInt8(ascii: "]"))
            return end + 1
        }
        let end = URINormalizer.firstIndex(in: authority, text) { $0 == UInt8(ascii: ":") }
        guard end > authority.lowerBound else { throw TargetURI.Malformed("no host") }
        for index in authority.lowerBound..<end {
            let byte = text[index]
            guard ASCII.isUnreserved(byte) || URINormalizer.isSubDelimiter(byte) else {
                throw TargetURI.Malformed("a character that no host has")
            }
            bytes.append(ASCII.lowercased(byte))
        }
        return end
    }

    /// Appends ":" and the port unless it is the scheme's default.
    private mutating func appendPort(
        _ text: borrowing Span<UInt8>, _ range: Range<Int>, default defaultPort: Int
    ) throws(TargetURI.Malformed) {
        guard !range.isEmpty else { return }
        guard text[range.lowerBound] == UInt8(ascii: ":") else { throw TargetURI.Malformed("not a port") }
        let digits = range.dropFirst()
        guard let first = digits.first else { return }
        guard digits.count <= 5, text[first] != UInt8(ascii: "0") else { throw TargetURI.Malformed("not a port") }
        var port = 0
        for index in digits {
            guard ASCII.isDigit(text[index]) else { throw TargetURI.Malformed("not a port") }
            port = port * 10 + Int(text[index] - UInt8(ascii: "0"))
        }
        guard port <= 65_535 else { throw TargetURI.Malformed("not a port") }
        if port != defaultPort { bytes.append(contentsOf: ":\(port)".utf8) }
    }

    // MARK: Path

    private mutating func appendPath(_ text: borrowing Span<UInt8>) throws(TargetURI.Malformed) {
        guard !path.isEmpty else { return bytes.append(UInt8(ascii: "/")) }
        var hasDotSegment = false
        var index = path.lowerBound
        while index < path.upperBound {
            var byte = text[index]
            if byte == UInt8(ascii: "%") {
                guard index + 2 < path.upperBound, let high = ASCII.hexValue(text[index + 1]),
                    let low = ASCII.hexValue(text[index + 2])
                else { throw TargetURI.Malformed("a malformed escape") }
                index += 3
                byte = high << 4 | low
                guard ASCII.isUnreserved(byte) else {
                    bytes.append(UInt8(ascii: "%"))
                    bytes.append(URINormalizer.upperHexDigit(high))
                    bytes.append(URINormalizer.upperHexDigit(low))
                    continue
                }
            } else {
                guard byte != UInt8(ascii: "\\") else { throw TargetURI.Malformed("a backslash") }
                index += 1
            }
            if byte == UInt8(ascii: "."), bytes.last == UInt8(ascii: "/") { hasDotSegment = true }
            bytes.append(byte)
        }
        if hasDotSegment { removeDotSegments() }
    }

    /// RFC 3986 §5.2.4, for a path that starts with "/".
    private mutating func removeDotSegments() {
        let segments = bytes[pathStart...].dropFirst().split(
            separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        var kept: [ArraySlice<UInt8>] = []
        for (index, segment) in segments.enumerated() {
            let isLast = index == segments.count - 1
            let isDot = segment.elementsEqual(".".utf8)
            let isDouble = segment.elementsEqual("..".utf8)
            if isDouble, !kept.isEmpty { kept.removeLast() }
            if !isDot && !isDouble {
                kept.append(segment)
            } else if isLast {
                // "/a/." and "/a/b/.." end in a slash.
                kept.append([])
            }
        }
        bytes.replaceSubrange((pathStart + 1)..., with: Array(kept.joined(separator: [UInt8(ascii: "/")])))
    }

    // MARK: Bytes

    private mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { unsafe bytes.append(contentsOf: $0) }
    }

    /// Whether the text starts with `prefix`, which is in lower case, in any case.
    private static func startsWith(_ prefix: StaticString, _ text: borrowing Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard range.count >= prefix.utf8CodeUnitCount else { return false }
        for offset in 0..<prefix.utf8CodeUnitCount {
            // In bounds: offset is below the literal's own length.
            guard unsafe ASCII.lowercased(text[range.lowerBound + offset]) == prefix.utf8Start[offset] else {
                return false
            }
        }
        return true
    }

    /// The first index whose byte satisfies the predicate, or the end.
    private static func firstIndex(
        in range: Range<Int>, _ text: borrowing Span<UInt8>, where predicate: (UInt8) -> Bool
    ) -> Int {
        for index in range where predicate(text[index]) { return index }
        return range.upperBound
    }

    /// RFC 3986 §2.2.
    private static func isSubDelimiter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "!"), UInt8(ascii: "$"), UInt8(ascii: "&")...UInt8(ascii: ","), UInt8(ascii: ";"),
            UInt8(ascii: "="):
            true
        default: false
        }
    }

    /// RFC 3986 §3.3, but for escapes.
    static func isPathCharacter(_ byte: UInt8) -> Bool {
        ASCII.isUnreserved(byte) || isSubDelimiter(byte) || byte == UInt8(ascii: "/") || byte == UInt8(ascii: ":")
            || byte == UInt8(ascii: "@")
    }

    private static func upperHexDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
    }
}

import DPoPCore

/// One element of a Forwarded field (RFC 7239 §4): what one proxy says of a request. Parameters other than these are
/// read over.
struct ForwardedElement: Sendable, Equatable {
    var node: String?
    var by: String?
    var host: String?
    var proto: String?

    /// The elements of all field lines in order. Nil for anything but the RFC's grammar: an unquoted value is a token,
    /// a quoted one ends where it should, white space stands around commas only, no element and no parameter is empty,
    /// none of these four stands twice in an element, and nothing is not ASCII.
    static func read(_ lines: [String]) -> [ForwardedElement]? {
        var elements: [ForwardedElement] = []
        for line in lines {
            var reader = Reader(rest: Substring(line).utf8)
            repeat {
                reader.skipSpace()
                guard let element = reader.element() else { return nil }
                elements.append(element)
                reader.skipSpace()
            } while reader.skip(",")
            guard reader.rest.isEmpty else { return nil }
        }
        return elements
    }

    private mutating func set(_ name: String, _ value: String) -> Bool {
        let path: WritableKeyPath<ForwardedElement, String?>
        switch name {
        case "for": path = \.node
        case "by": path = \.by
        case "host": path = \.host
        case "proto": path = \.proto
        default: return true
        }
        guard self[keyPath: path] == nil else { return false }
        self[keyPath: path] = value
        return true
    }

    private struct Reader {
        var rest: Substring.UTF8View

        mutating func skip(_ character: Unicode.Scalar) -> Bool {
            guard rest.first == UInt8(ascii: character) else { return false }
            rest.removeFirst()
            return true
        }

        mutating func skipSpace() { rest = rest.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") } }

        /// Pairs with ";" between them.
        mutating func element() -> ForwardedElement? {
            var element = ForwardedElement()
            repeat {
                guard let name = token(), skip("="), let value = rest.first == UInt8(ascii: "\"") ? quoted() : token(),
                    element.set(String(decoding: name.utf8.map(ASCII.lowercased), as: UTF8.self), value)
                else { return nil }
            } while skip(";")
            return element
        }

        /// RFC 9110 §5.6.2; not empty.
        private mutating func token() -> String? {
            let token = rest.prefix(while: ASCII.isTokenCharacter)
            rest = rest.dropFirst(token.count)
            return token.isEmpty ? nil : String(Substring(token))
        }

        /// RFC 9110 §5.6.4, ASCII only.
        private mutating func quoted() -> String? {
            var value: [UInt8] = []
            rest.removeFirst()
            while var byte = rest.popFirst() {
                if byte == UInt8(ascii: "\"") { return String(decoding: value, as: UTF8.self) }
                if byte == UInt8(ascii: "\\") {
                    guard let escaped = rest.popFirst() else { return nil }
                    byte = escaped
                }
                guard byte == UInt8(ascii: "\t") || (0x20...0x7E).contains(byte) else { return nil }
                value.append(byte)
            }
            return nil
        }
    }
}

/// Who a proxy was connected from (RFC 7239 §6).
struct ForwardedNode: Sendable, Equatable {
    /// An IP address as it was written, without brackets; nil for "unknown" and for an obfuscated identifier.
    let address: String?

    /// From an IPv4 address, an IPv6 address in brackets, "unknown" or an identifier that begins with "_", each with or
    /// without a port; nil for anything else.
    ///
    /// - Parameter bareIPv6: whether an IPv6 address may stand without brackets, and then without a port, as it does
    ///   in X-Forwarded-For.
    init?(_ text: String, bareIPv6: Bool) {
        let bytes = Substring(text).utf8
        if bareIPv6, bytes.count(where: { $0 == UInt8(ascii: ":") }) > 1, IPAddress(text) != nil {
            address = text
            return
        }
        var port = bytes.dropFirst(bytes.count)
        if bytes.first == UInt8(ascii: "[") {
            guard let end = bytes.firstIndex(of: UInt8(ascii: "]")) else { return nil }
            let inner = Substring(bytes[..<end].dropFirst())
            guard inner.utf8.contains(UInt8(ascii: ":")), IPAddress(inner) != nil else { return nil }
            address = String(inner)
            port = bytes[end...].dropFirst()
        } else {
            let name = bytes.prefix { $0 != UInt8(ascii: ":") }
            port = bytes.dropFirst(name.count)
            if name.first == UInt8(ascii: "_") {
                guard ForwardedNode.isObfuscated(name) else { return nil }
                address = nil
            } else if name.lazy.map(ASCII.lowercased).elementsEqual("unknown".utf8) {
                address = nil
            } else {
                guard IPAddress(Substring(name)) != nil else { return nil }
                address = String(Substring(name))
            }
        }
        guard port.isEmpty || ForwardedNode.isPort(port) else { return nil }
    }

    /// ":" and one to five digits or an identifier that begins with "_".
    private static func isPort(_ bytes: Substring.UTF8View) -> Bool {
        let port = bytes.dropFirst()
        guard bytes.first == UInt8(ascii: ":") else { return false }
        return isObfuscated(port) || ((1...5).contains(port.count) && port.allSatisfy(ASCII.isDigit))
    }

    /// RFC 7239 §6.3.
    private static func isObfuscated(_ bytes: Substring.UTF8View) -> Bool {
        bytes.count > 1 && bytes.first == UInt8(ascii: "_")
            && bytes.allSatisfy { ASCII.isUnreserved($0) && $0 != UInt8(ascii: "~") }
    }
}

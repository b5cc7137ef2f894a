import DPoPCore

/// Reads one field line of challenges (RFC 9110 §11.3, §11.4, §5.6).
///
/// A comma separates challenges and parameters alike; what follows one is a parameter if there is "=" after its first
/// token, else the scheme of another challenge.
struct ChallengeReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func challenges() -> [AuthenticationChallenge] {
        var done: [AuthenticationChallenge] = []
        skip { $0 == 0x20 || $0 == 0x09 || $0 == UInt8(ascii: ",") }
        while position < bytes.count, let scheme = token() {
            let hadSpace = skip { $0 == 0x20 }
            var token68: String?
            var parameters: [AuthenticationChallenge.Parameter] = []
            var isWhole = true
            if hadSpace, let value = wholeToken68() {
                token68 = value
            } else {
                skip { $0 == 0x20 || $0 == 0x09 }
                guard hadSpace || atSeparator else { return done }
                isWhole = readParameters(into: &parameters)
            }
            done.append(AuthenticationChallenge(scheme: scheme, token68: token68, parameters: parameters))
            guard isWhole else { break }
            skip { $0 == 0x20 || $0 == 0x09 || $0 == UInt8(ascii: ",") }
        }
        return done
    }

    /// Reads parameters up to the next scheme or the end; false if what follows is malformed.
    private mutating func readParameters(into parameters: inout [AuthenticationChallenge.Parameter]) -> Bool {
        while position < bytes.count {
            skip { $0 == 0x20 || $0 == 0x09 || $0 == UInt8(ascii: ",") }
            let start = position
            guard let name = token() else { return position == bytes.count }
            skip { $0 == 0x20 || $0 == 0x09 }
            guard peek == UInt8(ascii: "=") else {
                // Another scheme, unless no comma stands before it.
                position = start
                return bytes[..<start].last { $0 != 0x20 && $0 != 0x09 } == UInt8(ascii: ",")
            }
            position += 1
            skip { $0 == 0x20 || $0 == 0x09 }
            guard let value = peek == UInt8(ascii: "\"") ? quotedString() : token() else { return false }
            parameters.append(AuthenticationChallenge.Parameter(name: name, value: value))
            skip { $0 == 0x20 || $0 == 0x09 }
            guard atSeparator else { return false }
        }
        return true
    }

    // MARK: Pieces

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private var atSeparator: Bool { peek == nil || peek == UInt8(ascii: ",") }

    /// Skips bytes, and says whether there were any.
    @discardableResult
    private mutating func skip(while predicate: (UInt8) -> Bool) -> Bool {
        let start = position
        while position < bytes.count, predicate(bytes[position]) { position += 1 }
        return position > start
    }

    private mutating func token() -> String? {
        let start = position
        guard skip(while: ASCII.isTokenCharacter) else { return nil }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    /// A token68 that is all there is up to the next comma; else nothing is read.
    private mutating func wholeToken68() -> String? {
        let start = position
        let hasText = skip { ASCII.isUnreserved($0) || $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "/") }
        skip { $0 == UInt8(ascii: "=") }
        let end = position
        skip { $0 == 0x20 || $0 == 0x09 }
        guard hasText, atSeparator else {
            position = start
            return nil
        }
        return String(decoding: bytes[start..<end], as: UTF8.self)
    }

    /// RFC 9110 §5.6.4, without its quotes and escapes; nil if it does not end, or has a control character in it.
    private mutating func quotedString() -> String? {
        position += 1
        var text: [UInt8] = []
        while let byte = peek {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                guard let escaped = peek, isText(escaped) else { return nil }
                position += 1
                text.append(escaped)
            default:
                guard isText(byte) else { return nil }
                text.append(byte)
            }
        }
        return nil
    }

    private func isText(_ byte: UInt8) -> Bool { byte >= 0x20 && byte != 0x7F || byte == 0x09 }
}

import DPoPCore

/// Looks for an access token where none may be: in a query and in a form (RFC 6750 §2.2, §2.3).
enum FormBody {
    /// Whether the query of a path has a parameter of that name.
    static func queryHasAccessToken(_ path: String) -> Bool {
        let bytes = path.utf8
        guard let mark = bytes.firstIndex(of: UInt8(ascii: "?")) else { return false }
        let end = bytes.firstIndex(of: UInt8(ascii: "#")) ?? bytes.endIndex
        return mark < end && hasAccessToken(bytes[bytes.index(after: mark)..<end])
    }

    /// Whether a form (`application/x-www-form-urlencoded`) has a parameter of that name, in any spelling of it.
    static func hasAccessToken(_ form: some Collection<UInt8>) -> Bool {
        form.split(separator: UInt8(ascii: "&")).contains { isAccessToken($0.prefix { $0 != UInt8(ascii: "=") }) }
    }

    /// With escapes read and in any case: frameworks differ in what they take a name for.
    private static func isAccessToken(_ name: some Collection<UInt8>) -> Bool {
        var expected = "access_token".utf8.makeIterator()
        var index = name.startIndex
        while index < name.endIndex {
            var byte = name[index]
            name.formIndex(after: &index)
            if byte == UInt8(ascii: "%"), let end = name.index(index, offsetBy: 2, limitedBy: name.endIndex),
                let high = ASCII.hexValue(name[index]), let low = ASCII.hexValue(name[name.index(after: index)])
            {
                byte = high << 4 | low
                index = end
            }
            guard expected.next() == ASCII.lowercased(byte) else { return false }
        }
        return expected.next() == nil
    }
}

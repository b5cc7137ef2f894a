import DPoPCore

/// Looks for an access token where none may be: in a query and in a form (RFC 6750 §2.2, §2.3).
enum FormBody {
    /// Whether the query of a request's path has a parameter of that name.
    static func queryHasAccessToken(_ path: String) -> Bool {
        let bytes = path.utf8
        guard let mark = bytes.firstIndex(of: UInt8(ascii: "?")) else { return false }
        return hasAccessToken(bytes[mark...].dropFirst())
    }

    /// Whether a form (`application/x-www-form-urlencoded`) has a parameter of that name, in any spelling that some
    /// framework takes for it: in any case, with escapes, followed by "[", with or without a value, and after ";" too.
    /// A "+" is a space, and a name with one is another name.
    static func hasAccessToken(_ form: some Collection<UInt8>) -> Bool {
        var rest = form[form.startIndex...]
        while !rest.isEmpty {
            let parameter = rest.prefix { $0 != UInt8(ascii: "&") && $0 != UInt8(ascii: ";") }
            if isAccessToken(parameter.prefix { $0 != UInt8(ascii: "=") }) { return true }
            rest = rest[parameter.endIndex...].dropFirst()
        }
        return false
    }

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
            // "access_token[]" is a list of that name.
            guard let wanted = expected.next() else { return byte == UInt8(ascii: "[") }
            guard wanted == ASCII.lowercased(byte) else { return false }
        }
        return expected.next() == nil
    }
}

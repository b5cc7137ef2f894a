import HTTPTypes

/// How a trace shows fields and URIs: what may be a secret by its length, with its beginning if it is long.
enum TraceField {
    /// A request's field: whole only where it is known to hold no secret.
    static func sent(_ field: HTTPField) -> String {
        let name = field.name.canonicalName
        if name == "referer" { return withoutQuery(field.value) }
        guard !plainFields.contains(name) else { return field.value }
        let words = field.value.split(separator: " ", maxSplits: 1)
        guard words.count == 2, field.name == .authorization else { return shortened(field.value[...]) }
        return "\(words[0]) \(shortened(words[1]))"
    }

    /// An answer's field: whole unless its name tells of a secret, a URI without its query.
    static func received(_ field: HTTPField) -> String {
        let name = field.name.canonicalName
        if uriFields.contains(name) { return withoutQuery(field.value) }
        let isSecret = name != "www-authenticate" && secretWords.contains { name.contains($0) }
        return isSecret ? shortened(field.value[...]) : field.value
    }

    private static let plainFields: Set<String> = [
        "accept", "accept-encoding", "accept-language", "cache-control", "content-encoding", "content-language",
        "content-type", "expect", "host", "if-match", "if-modified-since", "if-none-match", "if-unmodified-since",
        "prefer",
        "range", "user-agent",
    ]

    private static let uriFields: Set<String> = ["location", "content-location", "link", "refresh"]

    private static let secretWords = ["auth", "cookie", "key", "nonce", "secret", "session", "token"]

    static func shortened(_ secret: Substring) -> String {
        "\(secret.utf8.count > 16 ? secret.prefix(4) : "")… (\(secret.utf8.count) bytes)"
    }

    /// A text up to the first query or fragment in it, and the length of the rest.
    static func withoutQuery(_ text: String) -> String {
        guard let mark = text.utf8.firstIndex(where: { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") }) else {
            return text
        }
        let rest = text.utf8[mark...]
        return "\(text[..<mark])\(rest.first == UInt8(ascii: "?") ? "?" : "#")… (\(rest.count - 1) bytes)"
    }
}

/// A target URI (RFC 9110 §7.1) without query and fragment, as `htu` names it (RFC 9449 §4.2).
///
/// Two are equal when they are after the normalisation of RFC 3986 §6.2.2 and §6.2.3 and nothing more: scheme and
/// host in lower case (ASCII only), the default port and an empty port dropped, escapes in upper case, escaped
/// unreserved characters decoded, then dot segments removed, an empty path "/". Path case, "//", a trailing slash, a
/// host's trailing dot and "%2F" are significant. An IPv6 literal is compared by value, and never equals an IPv4 one.
///
/// Refused: schemes other than http and https, relative references, userinfo, an empty host, "%" in the host, zone
/// identifiers, ports that are zero, above 65535 or have a leading zero, a backslash before the query, malformed
/// escapes in the path, and anywhere white space, control characters and characters that are not ASCII; more than
/// 4,096 bytes.
public struct TargetURI: Sendable {
    /// The normal form.
    public let normalized: String

    /// What ``ProofBuilder`` writes as `htu`: scheme and host like the normal form (in lower case, an IPv6 literal as
    /// eight groups, no default port), but the path as it was given. Servers that compare paths byte by byte then
    /// agree too.
    public let spelling: String

    /// - Parameter text: an absolute URI; a query and a fragment are dropped.
    ///
    /// Throws ``Malformed`` for what the type refuses.
    public init(_ text: String) throws(Malformed) {
        let bytes = text.utf8.span
        let normal = try URINormalizer.normalize(bytes, 0..<bytes.count)
        normalized = String(decoding: normal.bytes, as: UTF8.self)
        let spelled = normal.bytes[..<normal.pathStart] + normal.originalPath(in: bytes)
        // An IPv6 literal and an empty path may come out longer than they went in.
        guard max(spelled.count, normal.bytes.count) <= VerificationPolicy.htuBytes else {
            throw Malformed("longer than 4096 bytes")
        }
        spelling = normal.bytes.elementsEqual(spelled) ? normalized : String(decoding: spelled, as: UTF8.self)
    }

    /// What a client asks for request by request, without reading the origin again: an origin in its normal form, without
    /// a slash, and a path up to its query or fragment. Nil where the path could have another normal form than itself;
    /// then ``init(_:)`` tells.
    package init?(origin: String, path text: String) {
        let bytes = text.utf8.span
        var length = 0
        while length < bytes.count, bytes[length] != UInt8(ascii: "?"), bytes[length] != UInt8(ascii: "#") {
            let byte = bytes[length]
            // A "." that starts a segment may be one to remove.
            guard URINormalizer.isPathCharacter(byte),
                byte != UInt8(ascii: ".") || length > 0 && bytes[length - 1] != UInt8(ascii: "/")
            else { return nil }
            length += 1
        }
        guard length > 0, bytes[0] == UInt8(ascii: "/"),
            origin.utf8.count + length <= VerificationPolicy.htuBytes
        else { return nil }
        var whole = ""
        whole.reserveCapacity(origin.utf8.count + length)
        whole += origin
        whole += text.utf8.count == length ? text[...] : text[..<text.utf8.index(text.startIndex, offsetBy: length)]
        self.init(normalized: whole, spelling: whole)
    }

    /// The same target, written otherwise by ``ProofBuilder``: for servers that do not compare as RFC 9449 §4.3 says.
    package func spelled(_ spelling: String) -> TargetURI { TargetURI(normalized: normalized, spelling: spelling) }

    private init(normalized: String, spelling: String) {
        self.normalized = normalized
        self.spelling = spelling
    }

    /// Why a text is not a target URI. Holds nothing of the text.
    public struct Malformed: Error, Sendable, Hashable, CustomStringConvertible {
        /// One line, from a fixed list.
        public let reason: String
        package init(_ reason: String) { self.reason = reason }
        public var description: String { "not a target URI: \(reason)" }
    }

    /// Whether `bytes[range]`, a proof's `htu`, names this target.
    func matches(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>) throws(Malformed) -> Bool {
        // What is byte for byte our normal form is well formed and normalises to itself.
        let own = normalized.utf8.span
        if bytes.matches(range, own) { return true }
        return try URINormalizer.normalize(bytes, range).bytes.elementsEqual(normalized.utf8)
    }
}

extension TargetURI: Hashable {
    public static func == (a: TargetURI, b: TargetURI) -> Bool { a.normalized.utf8.elementsEqual(b.normalized.utf8) }
    // ASCII, where String hashing and byte comparison agree.
    public func hash(into hasher: inout Hasher) { hasher.combine(normalized) }
}

extension TargetURI: CustomStringConvertible {
    public var description: String { spelling }
}

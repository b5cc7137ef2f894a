import DPoPCore
import HTTPTypes

/// A Location (RFC 9110 §10.2.2), an absolute or relative reference (RFC 3986 §4.1), without its fragment.
///
/// Read here and not by a general reader of URLs: those repair what is none, and disagree on where its host is.
struct LocationReference {
    private let scheme: String?
    private let authority: String?
    private let path: String
    /// With its "?".
    private let query: String?

    /// The bytes that are read; the target URI of a proof has 4,096.
    private static let maximumLength = 8_192

    /// Nil for more than 8,192 bytes, for none, for what is not written in the characters of RFC 3986, for userinfo, and
    /// for an absolute one that is not of http or https with an authority.
    init?(_ text: String) {
        let bytes = text.utf8
        guard 1...LocationReference.maximumLength ~= bytes.count, bytes.allSatisfy(LocationReference.isURICharacter)
        else { return nil }
        var rest = text[..<(bytes.firstIndex(of: UInt8(ascii: "#")) ?? text.endIndex)]
        let slash = rest.utf8.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? rest.endIndex
        if let colon = rest[..<slash].utf8.firstIndex(of: UInt8(ascii: ":")) {
            let name = rest[..<colon].utf8.map(ASCII.lowercased)
            guard name.elementsEqual("https".utf8) || name.elementsEqual("http".utf8),
                rest[colon...].utf8.starts(with: "://".utf8)
            else { return nil }
            scheme = String(rest[..<colon])
            rest = rest[colon...].dropFirst()
        } else {
            scheme = nil
        }
        if rest.utf8.starts(with: "//".utf8) {
            rest = rest.dropFirst(2)
            let end = rest.utf8.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? rest.endIndex
            guard end > rest.startIndex, !rest[..<end].utf8.contains(UInt8(ascii: "@")) else { return nil }
            authority = String(rest[..<end])
            rest = rest[end...]
        } else {
            authority = nil
        }
        let mark = rest.utf8.firstIndex(of: UInt8(ascii: "?"))
        path = String(rest[..<(mark ?? rest.endIndex)])
        query = mark.map { String(rest[$0...]) }
    }

    /// Makes a request's target the one that this refers to from there (RFC 3986 §5.2).
    func resolve(_ request: inout HTTPRequest) {
        let base = request.path ?? ""
        let mark = base.utf8.firstIndex { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") } ?? base.endIndex
        let basePath = base[..<mark]
        var path = self.path
        var query = self.query
        if authority == nil, path.isEmpty {
            path = String(basePath)
            let end = base.utf8.firstIndex(of: UInt8(ascii: "#")) ?? base.endIndex
            query = query ?? String(base[mark..<max(mark, end)])
        } else if authority == nil, path.utf8.first != UInt8(ascii: "/") {
            let folder = basePath.utf8.lastIndex(of: UInt8(ascii: "/")).map { basePath[...$0] } ?? "/"
            path = folder + path
        }
        if let scheme { request.scheme = scheme }
        if let authority { request.authority = authority }
        request.path = LocationReference.withoutDots(path) + (query ?? "")
    }

    /// RFC 3986 §5.2.4, of a path that is absolute or empty; an empty one becomes "/".
    private static func withoutDots(_ path: String) -> String {
        var kept: [Substring] = []
        let segments = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).dropFirst()
        for index in segments.indices {
            let isParent = segments[index].elementsEqual("..".utf8)
            guard isParent || segments[index].elementsEqual(".".utf8) else {
                kept.append(Substring(segments[index]))
                continue
            }
            if isParent, !kept.isEmpty { kept.removeLast() }
            if index == segments.endIndex - 1 { kept.append("") }
        }
        return "/" + kept.joined(separator: "/")
    }

    /// RFC 3986 §2.
    private static func isURICharacter(_ byte: UInt8) -> Bool {
        ASCII.isUnreserved(byte) || "%:/?#[]@!$&'()*+,;=".utf8.contains(byte)
    }
}

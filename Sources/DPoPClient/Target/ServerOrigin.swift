public import DPoPCore

/// Scheme, host and port of a server (RFC 6454 §4), in the normal form of ``TargetURI``: nonces, clocks, tokens and
/// permissions never go from one to another.
public struct ServerOrigin: Sendable, Hashable {
    /// Such as `https://api.example.com` or `https://[0:0:0:0:0:0:0:1]:8443`; no slash at the end.
    public let text: String

    /// The origin that a target lies in.
    public init(of target: TargetURI) {
        let bytes = target.normalized.utf8
        // The slash after "https://" or "http://" and the authority; the normal form always has one.
        let authority = bytes.dropFirst("http://".utf8.count + 1)
        let end = authority.firstIndex(of: UInt8(ascii: "/")) ?? bytes.endIndex
        text = String(target.normalized[..<end])
    }

    /// From a URI of scheme and authority alone; a single "/" may follow.
    ///
    /// Throws ``TargetURI/Malformed`` for what ``TargetURI`` refuses, and for a path, a query or a fragment.
    public init(_ text: String) throws(TargetURI.Malformed) {
        let target = try TargetURI(text)
        self.init(of: target)
        let tail = text.utf8.drop { $0 != UInt8(ascii: ":") }.dropFirst(3).drop { $0 != UInt8(ascii: "/") }
        guard target.normalized.utf8.count == self.text.utf8.count + 1, tail.count <= 1,
            !text.utf8.contains(where: { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") })
        else { throw TargetURI.Malformed("not scheme and host alone") }
    }
}

extension ServerOrigin: CustomStringConvertible {
    public var description: String { text }
}

/// How `htu` is written for a server that compares it otherwise than RFC 9449 §4.3 says.
public enum TargetSpelling: Sendable, Hashable {
    /// As RFC 9449 §4.2 wants it: scheme and host in lower case, no default port, the path as it is sent.
    case standard
    /// Scheme, authority and path as they stand in the request, byte for byte, for servers that compare strings.
    case exact
    /// As the standard has it, with the path percent-decoded, for servers that compare with a decoded path. A path
    /// that does not decode to UTF-8 text stays as it is.
    case decodedPath
}

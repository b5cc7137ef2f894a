package import DPoPCore
package import HTTPTypes

/// An http or https URI as it was written, taken apart for a request: with its query, without its fragment.
package struct RequestURI: Sendable, Hashable {
    package let target: TargetURI

    /// In lower case.
    package let scheme: String
    package let authority: String

    /// Path and query; "/" at least.
    package let path: String

    /// Throws for what ``TargetURI`` refuses.
    package init(_ text: String) throws(TargetURI.Malformed) {
        target = try TargetURI(text)
        // A target URI begins with a scheme and "://".
        let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) ?? text.startIndex
        scheme = text[..<colon].lowercased()
        let rest = text[colon...].dropFirst("://".count)
        let end = rest.utf8.firstIndex { "/?#".utf8.contains($0) } ?? rest.endIndex
        authority = String(rest[..<end])
        let tail = rest[end...].utf8.prefix { $0 != UInt8(ascii: "#") }
        path = (tail.first == UInt8(ascii: "/") ? "" : "/") + String(Substring(tail))
    }

    package func request(_ method: HTTPRequest.Method) -> HTTPRequest {
        HTTPRequest(method: method, scheme: scheme, authority: authority, path: path)
    }
}

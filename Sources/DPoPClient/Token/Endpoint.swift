import DPoPCore
import HTTPTypes

/// A URI of an authorization server that requests go to: https, or http on this machine, which is for tests.
struct Endpoint: Sendable, Hashable {
    /// As it was written.
    let text: String

    /// Where it lies, for what is known of that server.
    let origin: ServerOrigin

    /// Whether it is http.
    let isPlain: Bool

    private let uri: RequestURI

    /// Whether it has a query, be it an empty one.
    let hasQuery: Bool

    /// Nil for what ``TargetURI`` refuses, a fragment (RFC 6749 §3.1, §3.2), and http on another host than 127.0.0.1,
    /// [::1] and localhost.
    init?(_ text: String) {
        guard let uri = try? RequestURI(text), !text.utf8.contains(UInt8(ascii: "#")) else { return nil }
        origin = ServerOrigin(of: uri.target)
        isPlain = uri.scheme == "http"
        guard !isPlain || Endpoint.isLoopback(origin.text) else { return nil }
        self.text = text
        self.uri = uri
        hasQuery = uri.path.utf8.contains(UInt8(ascii: "?"))
    }

    /// - Parameter origin: in the normal form of ``TargetURI``, where an IPv6 address has eight groups.
    private static func isLoopback(_ origin: String) -> Bool {
        ["127.0.0.1", "[0:0:0:0:0:0:0:1]", "localhost"].contains { host in
            let rest = origin.utf8.dropFirst("http://".utf8.count)
            guard rest.starts(with: host.utf8) else { return false }
            let port = rest.dropFirst(host.utf8.count)
            return port.isEmpty || port.first == UInt8(ascii: ":")
        }
    }

    /// The same server's URI with something else in place of the path; no query.
    func replacingPath(_ path: String) -> Endpoint? { Endpoint("\(uri.scheme)://\(uri.authority)\(path)") }

    /// The path without slashes at its end; empty for the root.
    var trimmedPath: String {
        var path = uri.path.utf8.prefix { $0 != UInt8(ascii: "?") }
        while path.last == UInt8(ascii: "/") { path = path.dropLast() }
        return String(Substring(path))
    }

    /// A request to it that wants JSON.
    func request(_ method: HTTPRequest.Method) -> HTTPRequest {
        var request = uri.request(method)
        request.headerFields[.accept] = "application/json"
        return request
    }

    /// A POST of a form, whose body is not part of it.
    var formRequest: HTTPRequest {
        var request = request(.post)
        request.headerFields[.contentType] = "application/x-www-form-urlencoded"
        return request
    }

    /// With more fields in its query.
    func adding(_ fields: [(name: String, value: String)]) -> String {
        let query = String(decoding: FormEncoding.encode(fields), as: UTF8.self)
        guard hasQuery else { return "\(text)?\(query)" }
        let last = text.utf8.last
        return text + (last == UInt8(ascii: "?") || last == UInt8(ascii: "&") ? "" : "&") + query
    }
}

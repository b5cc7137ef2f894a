import DPoPCore
import HTTPTypes

extension ExternalOrigins {
    /// Where a request was sent: the target URI that `htu` must name (RFC 9449 §4.3, check 9).
    ///
    /// - Parameters:
    ///   - connection: its ``ClientConnection/originalPath`` stands for the request's path where it is given.
    ///   - hop: what a trusted proxy says of the request, if one says anything.
    ///
    /// Throws 421 for a host that is not listed and for a path outside the origin's prefix; 400 for a request that
    /// contradicts itself or has no target: more than one Host field, one that differs from `:authority`, CONNECT, "*",
    /// a fragment, a path that does not begin with "/" or has a segment "." or "..". The absolute form (RFC 9112 §3.2.2) is accepted when its origin
    /// is the selected one, scheme and all.
    func target(
        of request: HTTPRequest, _ connection: ClientConnection, _ hop: ProxyHop?
    ) throws(Refusal) -> TargetURI {
        let ownHost = try ExternalOrigins.host(of: request)
        let host = try ExternalOrigins.host(hop?.host ?? ownHost, port: hop?.port)
        guard let origin = select(host: host, scheme: hop?.scheme) else {
            throw Refusal(.wrongTarget, .misdirected)
        }
        let path = try ExternalOrigins.path(of: request, connection, origin)
        guard !ExternalOrigin.hasDotSegment(path) else { throw Refusal(.malformedTarget, .badRequest) }
        guard let target = origin.target(path) else { throw Refusal(.wrongTarget, .misdirected) }
        return target
    }

    /// What the request itself says of its host; nil if it says nothing.
    private static func host(of request: HTTPRequest) throws(Refusal) -> String? {
        let fields = request.headerFields[values: .hostField]
        guard let authority = request.authority, let field = fields.first else {
            guard fields.count <= 1 else { throw Refusal(.malformedTarget, .badRequest) }
            return request.authority ?? fields.first
        }
        // In one spelling but for case: whoever copies one from the other keeps it.
        let agree = authority.utf8.lazy.map(ASCII.lowercased).elementsEqual(field.utf8.lazy.map(ASCII.lowercased))
        guard fields.count == 1, agree else { throw Refusal(.malformedTarget, .badRequest) }
        return authority
    }

    /// The host with the port that a proxy names; both may name it, and then they agree.
    private static func host(_ host: String?, port: String?) throws(Refusal) -> String? {
        guard let port else { return host }
        guard let host else { throw Refusal(.malformedTarget, .badRequest) }
        let bytes = host.utf8
        let end = bytes.lastIndex(of: UInt8(ascii: "]")) ?? bytes.startIndex
        guard let colon = bytes[end...].firstIndex(of: UInt8(ascii: ":")) else { return "\(host):\(port)" }
        guard bytes[colon...].dropFirst().elementsEqual(port.utf8) else {
            throw Refusal(.malformedTarget, .badRequest)
        }
        return host
    }

    /// The path as it was sent, without query.
    private static func path(
        of request: HTTPRequest, _ connection: ClientConnection, _ origin: ExternalOrigin
    ) throws(Refusal) -> Substring.UTF8View {
        let isTunnel = request.method == .connect && request.extendedConnectProtocol == nil
        guard !isTunnel || connection.originalPath != nil, let sent = connection.originalPath ?? request.path,
            // No request has a fragment; a router may take it for a part of the path.
            !sent.utf8.contains(UInt8(ascii: "#"))
        else { throw Refusal(.malformedTarget, .badRequest) }
        let path = Substring(sent).utf8.prefix { $0 != UInt8(ascii: "?") }
        if path.first == UInt8(ascii: "/") { return path }
        guard connection.originalPath == nil, let target = try? TargetURI(String(Substring(path))) else {
            throw Refusal(.malformedTarget, .badRequest)
        }
        guard target.normalized.utf8.starts(with: "\(origin.origin)/".utf8) else {
            throw Refusal(.wrongTarget, .misdirected)
        }
        // What was read begins with a scheme and "://".
        let afterScheme = path.drop { $0 != UInt8(ascii: "/") }.dropFirst(2)
        let rest = afterScheme.drop { $0 != UInt8(ascii: "/") }
        return rest.isEmpty ? Substring("/").utf8 : rest
    }
}

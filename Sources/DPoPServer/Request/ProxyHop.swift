import DPoPCore
import HTTPTypes

/// What the outermost trusted proxy says of a request.
struct ProxyHop: Sendable, Equatable {
    /// The address that it was connected from; nil if it does not say one.
    var clientAddress: String?
    var scheme: ExternalOrigin.Scheme?
    /// Its Host field.
    var host: String?
    /// The port that it was reached at, in digits.
    var port: String?
}

extension TrustedProxies {
    /// Nil for a request that no trusted proxy connected for: its fields have no effect.
    ///
    /// Throws 400 for fields that are malformed or were written by fewer proxies than there should be.
    func hop(of request: HTTPRequest, _ connection: ClientConnection) throws(Refusal) -> ProxyHop? {
        guard contain(connection.peerAddress) else { return nil }
        var hop: ProxyHop?
        switch source {
        case .forwarded: hop = forwardedHop(request.headerFields[values: .forwarded])
        case .xForwarded(let fields): hop = xForwardedHop(request.headerFields, fields)
        }
        guard let hop else { throw Refusal(.malformedForwarding, .badRequest) }
        return hop
    }

    private func forwardedHop(_ lines: [String]) -> ProxyHop? {
        guard let elements = ForwardedElement.read(lines), let element = pick(elements) else { return nil }
        var hop = ProxyHop(host: element.host)
        if let text = element.node {
            guard let node = ForwardedNode(text, bareIPv6: false) else { return nil }
            hop.clientAddress = node.address
        }
        if let proto = element.proto {
            guard let scheme = TrustedProxies.scheme(proto) else { return nil }
            hop.scheme = scheme
        }
        return hop
    }

    private func xForwardedHop(_ headers: HTTPFields, _ fields: Set<XForwarded>) -> ProxyHop? {
        var hop = ProxyHop()
        for field in fields {
            guard let text = pick(TrustedProxies.members(headers[values: field.name])) else { return nil }
            switch field {
            case .for:
                guard let node = ForwardedNode(text, bareIPv6: true) else { return nil }
                hop.clientAddress = node.address
            case .proto:
                guard let scheme = TrustedProxies.scheme(text) else { return nil }
                hop.scheme = scheme
            case .host:
                guard !text.isEmpty else { return nil }
                hop.host = text
            case .port:
                guard (1...5).contains(text.utf8.count), text.utf8.allSatisfy(ASCII.isDigit) else { return nil }
                hop.port = text
            }
        }
        return hop
    }

    /// The one that the outermost trusted proxy wrote, each having added one at the end.
    private func pick<Element>(_ chain: [Element]) -> Element? {
        chain.count >= hops ? chain[chain.count - hops] : nil
    }

    /// The members of a list (RFC 9110 §5.6.1) over all its lines, empty ones too: they count as somebody's.
    private static func members(_ lines: [String]) -> [String] {
        lines.flatMap { line in
            line.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map { member in
                let start = member.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
                let end = start.lastIndex { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }
                return end.map { String(Substring(start[...$0])) } ?? ""
            }
        }
    }

    /// In any case (RFC 3986 §3.1).
    private static func scheme(_ text: String) -> ExternalOrigin.Scheme? {
        let lower = text.utf8.map(ASCII.lowercased)
        if lower.elementsEqual("https".utf8) { return .https }
        return lower.elementsEqual("http".utf8) ? .http : nil
    }
}

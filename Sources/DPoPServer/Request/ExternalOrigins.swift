import DPoPCore

/// The origins under which clients reach a server: a closed list, usually of one.
///
/// The target URI of a request is one of these and the request's path (RFC 9110 §7.1). What the request says of its
/// host only selects among them; whatever it says of its scheme (`:scheme` too) is not read, so TLS may end anywhere
/// before the server.
public struct ExternalOrigins: Sendable, Hashable {
    private let list: [ExternalOrigin]

    /// - Parameter origins: one or more, none twice.
    ///
    /// Throws for an empty list and for an origin that is listed twice, also with another prefix.
    public init(_ origins: [ExternalOrigin]) throws(ConfigurationError) {
        guard !origins.isEmpty else { throw ConfigurationError("there is no origin, so no request could be answered") }
        guard Set(origins.map(\.origin)).count == origins.count else {
            throw ConfigurationError("an origin is listed twice")
        }
        list = origins
    }

    /// Origins without prefixes: `["https://api.example.com"]`.
    ///
    /// Throws also what ``ExternalOrigin`` refuses.
    public init(_ origins: [String]) throws(ConfigurationError) {
        try self.init(origins.map { text throws(ConfigurationError) in try ExternalOrigin(text) })
    }

    /// Whether a Host field can name two of the origins, which the scheme alone tells apart: http and https of one
    /// host. A server that is not told the scheme by its proxies can not serve such a list.
    var needScheme: Bool {
        list.indices.contains { index in
            list[..<index].contains {
                $0.isNamed(by: list[index].authority) || list[index].isNamed(by: $0.authority)
            }
        }
    }

    /// Whether a URI is beneath one of the origins.
    func cover(_ target: TargetURI) -> Bool { list.contains { $0.covers(target) } }

    /// The one origin that a request was sent to; nil if it is none of these, or not known which.
    ///
    /// - Parameters:
    ///   - host: as a Host field has it. Without one, only a list of one knows which it is.
    ///   - scheme: as the proxies say; nil: any.
    func select(host: String?, scheme: ExternalOrigin.Scheme?) -> ExternalOrigin? {
        var selected: ExternalOrigin?
        for origin in list where scheme == nil || origin.scheme == scheme {
            guard host.map(origin.isNamed(by:)) ?? (list.count == 1) else { continue }
            guard selected == nil else { return nil }
            selected = origin
        }
        return selected
    }
}

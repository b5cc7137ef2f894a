import DPoPCore

/// One origin under which clients reach a server (RFC 6454 §4), and what a gateway between them does to its paths.
///
///     ExternalOrigin("https://api.example.com")
///     // A gateway strips "/api/v1": clients ask for /api/v1/orders, and the server is asked for /orders.
///     ExternalOrigin("https://api.example.com", externalPrefix: "/api/v1")
///     // A gateway adds "/orders-service".
///     ExternalOrigin("https://api.example.com", internalPrefix: "/orders-service")
///
/// Where a gateway strips a prefix, its bare path and that with a slash come as the same "/": clients use the one with
/// the slash, "/api/v1/".
public struct ExternalOrigin: Sendable, Hashable {
    enum Scheme: String, Sendable, Hashable { case http, https }

    let scheme: Scheme

    /// Host and port in the normal form of ``TargetURI``, without the scheme's default port.
    let authority: String

    /// What the client's paths start with; empty for "/".
    let externalPrefix: String

    /// What stands there in the paths that reach the server; empty for "/".
    let internalPrefix: String

    /// - Parameters:
    ///   - origin: scheme, host and, if it is not the scheme's default, port. http is allowed, for tests and for
    ///     closed networks.
    ///   - externalPrefix: what all paths start with as clients write them.
    ///   - internalPrefix: what all paths start with when they reach the server. A request for another path is
    ///     refused.
    ///
    /// Throws for an origin with a path (also a bare "/"), query, fragment or userinfo, and for a prefix that does not
    /// begin with "/", ends with one without being "/", has an empty or dot segment, a query or a fragment, or is not
    /// in the normal form of ``TargetURI``.
    public init(
        _ origin: String, externalPrefix: String = "/", internalPrefix: String = "/"
    ) throws(ConfigurationError) {
        guard let target = try? TargetURI(origin) else {
            throw ConfigurationError("an origin is not of the form https://host or https://host:port")
        }
        guard origin.utf8.count(where: { $0 == UInt8(ascii: "/") }) == 2,
            !origin.utf8.contains(UInt8(ascii: "?")), !origin.utf8.contains(UInt8(ascii: "#"))
        else { throw ConfigurationError("an origin has a path, a query or a fragment: a prefix is given apart") }
        // In the normal form the two slashes of the scheme and the one of the empty path are always there.
        let parts = target.normalized.split(separator: "/")
        guard parts.count == 2, let scheme = Scheme(rawValue: String(parts[0].dropLast())) else {
            throw ConfigurationError("an origin is not of the form https://host or https://host:port")
        }
        self.scheme = scheme
        authority = String(parts[1])
        let text = "\(scheme.rawValue)://\(authority)"
        self.externalPrefix = try ExternalOrigin.checked(externalPrefix, text)
        self.internalPrefix = try ExternalOrigin.checked(internalPrefix, text)
    }

    private static func checked(_ prefix: String, _ origin: String) throws(ConfigurationError) -> String {
        let bytes = prefix.utf8
        if bytes.elementsEqual("/".utf8) { return "" }
        let hasEmptySegment = zip(bytes, bytes.dropFirst()).contains {
            $0 == UInt8(ascii: "/") && $1 == UInt8(ascii: "/")
        }
        let whole = origin + prefix
        guard bytes.first == UInt8(ascii: "/"), bytes.last != UInt8(ascii: "/"), !hasEmptySegment,
            let target = try? TargetURI(whole), target.normalized.utf8.elementsEqual(whole.utf8)
        else { throw ConfigurationError("a prefix is \"/\", or begins with it, does not end with it and is normal") }
        return prefix
    }

    /// The origin in its normal form, without a path.
    var origin: String { "\(scheme.rawValue)://\(authority)" }

    /// Whether a Host field (RFC 9110 §7.2) or `:authority` names this origin: by host and port as they compare in
    /// ``TargetURI``, the port being the scheme's default where none is given.
    func isNamed(by host: String) -> Bool {
        if host.utf8.elementsEqual(authority.utf8) { return true }
        // Nothing that would end an authority: what follows is no part of the host.
        let isAuthority = host.utf8.allSatisfy { !"/?#@\\".utf8.contains($0) }
        guard isAuthority, let target = try? TargetURI("\(scheme.rawValue)://\(host)") else { return false }
        return target.normalized.utf8.elementsEqual("\(origin)/".utf8)
    }

    /// The target of a request for a path at this origin.
    ///
    /// - Parameter path: without query; begins with "/".
    ///
    /// Nil for a path that does not start with the internal prefix, byte for byte, and for one that ``TargetURI``
    /// refuses.
    func target(_ path: Substring.UTF8View) -> TargetURI? {
        guard path.starts(with: internalPrefix.utf8) else { return nil }
        let rest = path.dropFirst(internalPrefix.utf8.count)
        guard rest.isEmpty || rest.first == UInt8(ascii: "/"),
            let target = try? TargetURI("\(origin)\(externalPrefix)\(Substring(rest))")
        else { return nil }
        return covers(target) ? target : nil
    }

    /// Whether a URI is one of this origin's, beneath its external prefix.
    func covers(_ target: TargetURI) -> Bool {
        let (bytes, start) = (target.normalized.utf8, "\(origin)\(externalPrefix)".utf8)
        guard bytes.starts(with: start) else { return false }
        let next = bytes.dropFirst(start.count).first
        return next == UInt8(ascii: "/") || next == nil
    }

    /// Whether a path has a segment "." or "..", escaped or not. ``TargetURI`` removes it, and a router may not: the
    /// request would reach another resource than the one that its proof names. Clients remove such segments before
    /// they send a request (RFC 3986 §5.2.4).
    static func hasDotSegment(_ path: Substring.UTF8View) -> Bool {
        guard path.contains(where: { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "%") }) else { return false }
        return path.split(separator: UInt8(ascii: "/")).contains { segment in
            var (rest, dots) = (segment, 0)
            while let byte = rest.first {
                if byte == UInt8(ascii: ".") {
                    rest = rest.dropFirst()
                } else if rest.starts(with: "%2e".utf8) || rest.starts(with: "%2E".utf8) {
                    rest = rest.dropFirst(3)
                } else {
                    return false
                }
                dots += 1
            }
            return dots <= 2
        }
    }
}

extension ExternalOrigin: CustomStringConvertible {
    /// The origin in its normal form, with the prefix of its paths.
    public var description: String { origin + externalPrefix }
}

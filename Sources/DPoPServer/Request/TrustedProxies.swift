import HTTPTypes

/// Which proxies are believed when they say where a request came from and was sent to.
///
/// Only for those who need it: to know the client's address, or to tell several origins apart. A server with one
/// origin, behind whatever ends TLS for it, needs none of this.
///
/// What a proxy says only selects among the ``ExternalOrigins``. Of a peer outside the ranges nothing is believed, and
/// its fields have no effect. Every way to the server must lead through as many proxies as ``hops`` says: a client that
/// reaches an inner one itself is believed what only an outer one should say.
public struct TrustedProxies: Sendable, Hashable {
    /// What the proxies write.
    public enum Source: Sendable, Hashable {
        /// `Forwarded` (RFC 7239): one element from each. Its `for`, `host` and `proto` count; an element need not have
        /// them all, and what it does not say has no effect.
        case forwarded
        /// These fields, and no other: name only fields to which each of the proxies adds a value of its own. A proxy
        /// that passes a field on as it came lets the client write it.
        case xForwarded(Set<XForwarded>)
    }

    public enum XForwarded: Sendable, Hashable, CaseIterable {
        /// `X-Forwarded-For`, the client's address.
        case `for`
        /// `X-Forwarded-Proto`, the scheme.
        case proto
        /// `X-Forwarded-Host`, in place of the request's Host field.
        case host
        /// `X-Forwarded-Port`, the port where the host names none; where it does, both must agree.
        case port

        var name: HTTPField.Name {
            switch self {
            case .for: .forwardedFor
            case .proto: .forwardedProto
            case .host: .forwardedHost
            case .port: .forwardedPort
            }
        }
    }

    /// What is read.
    public let source: Source

    /// How many proxies there are between client and server, all trusted.
    public let hops: Int

    private let ranges: [IPAddressRange]

    /// - Parameters:
    ///   - ranges: the addresses of the proxies that connect to this server: "10.1.0.0/16", "2001:db8::/32" or an
    ///     address alone. An IPv4 range also contains the IPv4-mapped IPv6 addresses of its addresses.
    ///   - hops: how many proxies there are, 1…16. The value that counts is the one that the outermost of them wrote:
    ///     the last but `hops - 1`.
    ///   - source: what they write.
    ///
    /// Throws for no ranges, one that is not in CIDR notation, has bits after its prefix or is all of IPv4 or IPv6, for
    /// `hops` out of range and for no fields.
    public init(_ ranges: [String], hops: Int = 1, reading source: Source) throws(ConfigurationError) {
        guard !ranges.isEmpty else { throw ConfigurationError("proxies without addresses would never be believed") }
        self.ranges = try ranges.map { text throws(ConfigurationError) in
            guard let range = IPAddressRange(text) else {
                throw ConfigurationError("a proxy's address is not like 10.1.0.0/16, 2001:db8::/32 or 10.1.0.7")
            }
            return range
        }
        guard 1...16 ~= hops else { throw ConfigurationError("the number of proxies is not in 1…16") }
        if case .xForwarded(let fields) = source, fields.isEmpty {
            throw ConfigurationError("proxies of which no field is read would have no effect")
        }
        self.hops = hops
        self.source = source
    }

    /// Whether they can say what scheme a client used.
    var tellScheme: Bool {
        switch source {
        case .forwarded: true
        case .xForwarded(let fields): fields.contains(.proto)
        }
    }

    func contain(_ peerAddress: String?) -> Bool {
        guard let peerAddress, let address = IPAddress(peerAddress) else { return false }
        return ranges.contains { $0.contains(address) }
    }
}

import DPoPCore
import HTTPTypes

/// The origins under which clients reach a server: a closed list.
public struct ExternalOrigins: Sendable {
    private let targets: [TargetURI]

    public init(_ origins: [String]) throws(ConfigurationError) {
        var targets: [TargetURI] = []
        for origin in origins {
            guard let target = try? TargetURI(origin) else { throw ConfigurationError("not an origin") }
            targets.append(target)
        }
        self.targets = targets
    }
}

/// Which proxies are believed.
public struct TrustedProxies: Sendable {}

extension ResourceConfiguration {
    func target(
        of request: HTTPRequest, _ connection: ClientConnection
    ) throws(Refusal) -> (targetURI: TargetURI?, clientAddress: String?) {
        (nil, connection.peerAddress)
    }
}

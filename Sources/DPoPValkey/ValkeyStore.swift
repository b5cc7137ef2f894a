#if Valkey
    public import DPoPCore
    public import ServiceLifecycle

    /// The connections to a fleet's Valkey or Redis, as a service.
    public final class ValkeyStore: Service {
        let settings: ValkeySettings
        private let observer: (any ValkeyObserver)?

        /// Throws what must not be set.
        public init(_ settings: ValkeySettings, observer: (any ValkeyObserver)? = nil) throws(ValkeyConfigurationError)
        {
            self.settings = settings
            self.observer = observer
        }

        /// Whose proofs are remembered: each has keys of its own, so that whoever floods one does not meet the other.
        public struct Role: Sendable, Hashable {
            let name: String

            public static let resourceServer = Role(name: "rs")
            public static let authorizationServer = Role(name: "as")
            /// One of several servers, by a name that all its nodes know: 1…64 letters, digits, `.`, `_`, `-`.
            public static func named(_ name: String) -> Role { Role(name: "n:" + name) }
        }

        /// The replay store of one role.
        public func replay(_ role: Role) -> ValkeyReplayStore { ValkeyReplayStore() }

        /// The keys that are revoked for the whole fleet.
        public var revocations: ValkeyKeyRevocations {
            ValkeyKeyRevocations(server: NoServer(), prefix: settings.prefix)
        }

        /// Until there are connections.
        private struct NoServer: RevocationServer {
            func send(_ commands: [Command]) async throws(ServerUnavailable) -> [RESPValue] {
                throw ServerUnavailable()
            }
            func listen(
                to channel: [UInt8], onSubscribed: @escaping @Sendable () -> Void,
                _ each: @escaping @Sendable ([UInt8]) -> Void
            ) async {}
        }

        /// Connects, and keeps connected until it is told to stop.
        public func run() async throws {}

        /// Returns when claims are answered for the first time. Throws if that takes longer than the timeout.
        public func waitUntilReady(timeout: Duration) async throws(ValkeyConfigurationError) {}
    }

    /// A replay store that all nodes of a fleet share.
    public struct ValkeyReplayStore: ReplayStore {
        public var scope: ReplayScope { .shared }
        public var memory: ReplayMemory { .since(.now()) }
        public func admit(_ key: ReplayKey, until deadline: UnixTime, now: UnixTime) async -> ReplayOutcome {
            .unavailable
        }
    }

    /// Is told what happens between a node and its server.
    public protocol ValkeyObserver: Sendable {
        /// Must not wait.
        func record(_ event: ValkeyEvent)
    }

    /// Something that happened between a node and its server.
    public enum ValkeyEvent: Sendable, Hashable {
        case connected
    }
#endif

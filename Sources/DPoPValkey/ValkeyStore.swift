#if Valkey
    public import DPoPCore
    public import DPoPServer
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
        public var revocations: ValkeyKeyRevocations { ValkeyKeyRevocations() }

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

    /// The keys that are revoked for the whole fleet.
    public struct ValkeyKeyRevocations: KeyStatusSource {
        public var scope: ReplayScope { .shared }

        public func status(of thumbprint: Thumbprint, tokenIssuedAt: UnixTime?, now: UnixTime) async -> KeyStatus {
            .unknown
        }

        /// Refuses a key's tokens on all nodes.
        public func revoke(
            _ thumbprint: Thumbprint, issuedBefore: UnixTime? = nil, until: UnixTime? = nil, now: UnixTime = .now()
        ) async throws(ValkeyRevocationError) { throw .unavailable }

        /// All that are revoked now.
        public func list(now: UnixTime = .now()) async throws(ValkeyRevocationError) -> [RevokedKey] {
            throw .unavailable
        }
    }

    /// One revoked key.
    public struct RevokedKey: Sendable, Hashable {
        public var thumbprint: Thumbprint
        /// Tokens issued before this are revoked; nil: all are.
        public var issuedBefore: UnixTime?
        /// Until when it is remembered; nil: for ever.
        public var until: UnixTime?
    }

    public enum ValkeyRevocationError: Error, Sendable, Hashable {
        /// There is no room for another revoked key.
        case full
        /// The server gave no answer; whether the key is revoked is not known. Call again.
        case unavailable
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

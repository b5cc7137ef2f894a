#if Valkey
    public import NIOSSL

    /// Where the Valkey or Redis of a fleet is, and what happens when it gives no answer.
    public struct ValkeySettings: Sendable {
        /// Where the server is; for a cluster, one or more of its nodes, by TCP and with database 0.
        ///
        /// Several servers that are no cluster are refused, as each node of a fleet could choose another; so is a cluster
        /// by a Unix socket or with another database. Both are found out at the server, so ``ValkeyStore/run()`` throws.
        public var addresses: [ValkeyAddress]

        /// TLS for addresses that ask for it. Default: the system's certificate authorities, and the server's name is
        /// checked.
        public var tls = TLSConfiguration.makeClientConfiguration()

        /// What all keys begin with, so that applications that share a server do not meet: 1…64 letters, digits and
        /// `.`, `_`, `-`, `:`. Nodes of one fleet have the same. Default: `dpop`.
        public var prefix = "dpop"

        /// Connections to each primary, 1…16; one primary has one more, for messages about revoked keys. Default: 2.
        ///
        /// A small pool is enough, as claims are sent in batches. The most is ours: 500 nodes with 16 each are within a
        /// server's usual `maxclients`, 10,000.
        public var connections = 2

        /// How long a claim may take before it is refused, 1 ms…10 s. Default: 50 ms, the least that is customary for a
        /// server in the same zone (50 to 100 ms).
        ///
        /// From when the store is asked until it answers, with all waiting and repeating in it. The range is ours: below
        /// it the way to a server and back is longer, above it nobody waits for an answer any more.
        public var deadline = Duration.milliseconds(50)

        /// What happens to a proof when the server gives no answer. Default: it is refused.
        public var failurePolicy = FailurePolicy.closed

        /// - Parameter address: `ValkeyAddress("rediss://valkey.example:6380/0", …)`.
        public init(_ address: ValkeyAddress) { addresses = [address] }

        /// What happens to a proof when the server gives no answer within the deadline.
        ///
        /// A full server and a replay are answers; a wrong password is none. Where ``ValkeyStore/revocations`` is the key
        /// status, keys become unknown after 5 s, whatever the policy: see <doc:Failures>.
        public enum FailurePolicy: Sendable, Hashable {
            /// It is refused as `replayStoreUnavailable`, the server's fault (503).
            case closed
            /// This process goes on by itself, remembering up to so many proofs: a proof may then be used once at
            /// **each** node. Nonces must be required; without them every proof is refused, from the start.
            ///
            /// - `capacity`: about how many proofs of each role, 1 or more. Beyond that they are refused as
            ///   `replayStoreFull`; none is forgotten before its time. Enough is what the node accepts in the time for
            ///   which a proof is remembered: with the default policy 71 for each request a second.
            case degradeToLocal(capacity: Int)
            /// It is accepted: once at each node, and more often where a node has no more room to note it (65,536 proofs
            /// of each role). For those to whom an outage is worse than theft.
            case open
        }
    }

    extension ValkeySettings {
        /// Throws what can be told without the server.
        func check() throws(ValkeyConfigurationError) {
            guard !addresses.isEmpty else { throw ValkeyConfigurationError("there is no address") }
            guard 1...64 ~= prefix.utf8.count,
                prefix.utf8.allSatisfy({ KeySpace.isNameCharacter($0) || $0 == UInt8(ascii: ":") })
            else { throw ValkeyConfigurationError("the prefix is not 1 to 64 letters, digits and . _ - :") }
            guard 1...16 ~= connections else { throw ValkeyConfigurationError("connections are not 1 to 16") }
            guard .milliseconds(1)...Duration.seconds(10) ~= deadline else {
                throw ValkeyConfigurationError("the deadline is not 1 ms to 10 s")
            }
            if case .degradeToLocal(let capacity) = failurePolicy, capacity < 1 {
                throw ValkeyConfigurationError("the local capacity is less than 1")
            }
        }
    }

    /// A setting that must not be, or a server that must not be used; also that a store is asked to run twice, or is not
    /// ready in time. Never holds a secret.
    public struct ValkeyConfigurationError: Error, Sendable, Hashable, CustomStringConvertible {
        /// One sentence for a log.
        public let description: String

        init(_ description: String) { self.description = description }
    }
#endif

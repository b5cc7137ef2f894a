#if Valkey
    public import NIOSSL

    /// Where the Valkey or Redis of a fleet is, and what happens when it gives no answer.
    public struct ValkeySettings: Sendable {
        /// Where the server is; for a cluster, one or more of its nodes. Several servers that are no cluster are refused:
        /// each node of a fleet could choose another.
        public var addresses: [ValkeyAddress]

        /// TLS for addresses that ask for it. Default: the system's certificate authorities, and the server's name is
        /// checked.
        public var tls = TLSConfiguration.makeClientConfiguration()

        /// What all keys begin with, so that applications that share a server do not meet: 1…64 letters, digits and
        /// `.`, `_`, `-`, `:`. Nodes of one fleet have the same. Default: `dpop`.
        public var prefix = "dpop"

        /// Connections to each primary, 1…16. Default: 2.
        public var connections = 2

        /// How long a claim may take before it is refused, 1 ms…10 s. Default: 50 ms.
        public var deadline = Duration.milliseconds(50)

        /// What happens to a proof when the server gives no answer. Default: it is refused.
        public var failurePolicy = FailurePolicy.closed

        /// - Parameter address: `ValkeyAddress("rediss://valkey.example:6380/0", …)`.
        public init(_ address: ValkeyAddress) { addresses = [address] }

        /// What happens to a proof when the server gives no answer within the deadline.
        public enum FailurePolicy: Sendable, Hashable {
            /// It is refused as `replayStoreUnavailable`, the server's fault (503).
            case closed
            /// This process goes on by itself, remembering up to so many proofs: a proof may then be used once at
            /// **each** node. Nonces must be required; without them every proof is refused, from the start.
            case degradeToLocal(capacity: Int)
            /// It is accepted, and may be used any number of times. For those to whom an outage is worse than theft.
            case open
        }
    }

    extension ValkeySettings {
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

    /// A setting that must not be, or a server that must not be used. Never holds a secret.
    public struct ValkeyConfigurationError: Error, Sendable, Hashable, CustomStringConvertible {
        public let description: String

        init(_ description: String) { self.description = description }
    }
#endif

#if Valkey
    public import DPoPCore

    /// Is told what happens between a node and its server.
    public protocol ValkeyObserver: Sendable {
        /// Is called on the store's event loop and on the tasks of requests, on several at once. Must not wait: hand the
        /// event on.
        func record(_ event: ValkeyEvent)
    }

    /// Something that happened between a node and its server, as data. Never holds a key, a password or a value.
    public struct ValkeyEvent: Sendable, Hashable {
        /// What happened.
        public var code: Code

        /// The server's address as text, without user and password: for ``Code/connected``, ``Code/disconnected``,
        /// ``Code/connectFailed``, ``Code/accessDenied``, ``Code/evictingServer``, ``Code/evictionPolicyUnknown`` and
        /// ``Code/memoryLost``. Else nil.
        public var server: String?

        /// What memory begins at from now on, by this node's clock: for ``Code/memoryLost`` and ``Code/degraded``. Else
        /// nil.
        public var since: UnixTime?

        /// How many proofs or revocations it is about; 0 where nothing is counted.
        ///
        /// One proof for ``Code/acceptedLocally``, ``Code/acceptedTwice`` and ``Code/acceptedUnchecked``, each; for
        /// ``Code/recovered`` those accepted alone, which the server knows now or which have run out, for
        /// `acceptedUntold` those that it does not know. One revocation for ``Code/revocationUnreadable``; for
        /// ``Code/revocationsRestored`` those that were written back.
        public var count: Int

        init(_ code: Code, server: String? = nil, since: UnixTime? = nil, count: Int = 0) {
            self.code = code
            self.server = server
            self.since = since
            self.count = count
        }

        /// What happened. The names are stable; more may be added.
        public struct Code: RawRepresentable, Hashable, Sendable, CaseIterable {
            public let rawValue: String
            public init(rawValue: String) { self.rawValue = rawValue }

            /// A connection is ready for claims. Each is told of: there are several to a server.
            public static let connected = Code(rawValue: "connected")
            /// A connection that was ready is gone.
            public static let disconnected = Code(rawValue: "disconnected")
            /// A server could not be reached, or did not answer as a server does, or is not one to use: each time that
            /// it is tried, which is several times a second for each connection.
            public static let connectFailed = Code(rawValue: "connectFailed")
            /// User or password were not accepted, or may not use a command that is needed.
            public static let accessDenied = Code(rawValue: "accessDenied")
            /// The server drops entries when its memory is full, so it is not used: its `maxmemory-policy` must be
            /// `noeviction`.
            public static let evictingServer = Code(rawValue: "evictingServer")
            /// Whether the server drops entries when its memory is full could not be read. It is used: see to it
            /// yourself that its `maxmemory-policy` is `noeviction`.
            public static let evictionPolicyUnknown = Code(rawValue: "evictionPolicyUnknown")
            /// What the server remembered may be lost: it was restarted, emptied, or another took its place. Proofs
            /// from before are refused.
            public static let memoryLost = Code(rawValue: "memoryLost")
            /// The server gave no answer, and from now on this node decides by itself.
            public static let degraded = Code(rawValue: "degraded")
            /// A proof was accepted by this node alone; it may be used once at each other node.
            public static let acceptedLocally = Code(rawValue: "acceptedLocally")
            /// The server answers again and knows what this node accepted alone.
            public static let recovered = Code(rawValue: "recovered")
            /// This node stops, and what it accepted alone the server does not know: those proofs may be used once more.
            public static let acceptedUntold = Code(rawValue: "acceptedUntold")
            /// A proof that this node accepted alone was accepted by another node, too.
            public static let acceptedTwice = Code(rawValue: "acceptedTwice")
            /// A proof was accepted without any replay protection, because the policy is `open`.
            public static let acceptedUnchecked = Code(rawValue: "acceptedUnchecked")
            /// The revoked keys are known, for the first time or again.
            public static let revocationsKnown = Code(rawValue: "revocationsKnown")
            /// There is no room for all revoked keys, at the server or at this node: see
            /// ``ValkeyKeyRevocations/capacity``.
            public static let revocationsFull = Code(rawValue: "revocationsFull")
            /// The revoked keys are not known well enough: other keys count as unknown.
            public static let revocationsStale = Code(rawValue: "revocationsStale")
            /// A revocation at the server can not be read, so other keys count as unknown.
            public static let revocationUnreadable = Code(rawValue: "revocationUnreadable")
            /// Revocations that the server had lost were written back.
            public static let revocationsRestored = Code(rawValue: "revocationsRestored")

            public static let allCases: [Code] = [
                connected, disconnected, connectFailed, accessDenied, evictingServer, evictionPolicyUnknown,
                memoryLost, degraded, acceptedLocally, recovered, acceptedTwice, acceptedUntold, acceptedUnchecked,
                revocationsStale, revocationUnreadable, revocationsRestored, revocationsKnown, revocationsFull,
            ]
        }
    }
#endif

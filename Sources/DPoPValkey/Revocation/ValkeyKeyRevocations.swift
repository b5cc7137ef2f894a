#if Valkey
    public import DPoPCore
    public import DPoPServer

    /// The keys that are revoked for the whole fleet.
    ///
    /// Each node has a view of all of them in its memory, about 100 bytes a key, and answers from that. It takes in what
    /// another node revokes at once, by a message, and in any case with the next poll, within a second. A view that was
    /// not confirmed by the server for 5 s, or never yet, answers ``KeyStatus/unknown`` for keys that it does not know
    /// as revoked.
    ///
    /// What is revoked outlives each node, at the server, and a server that has lost it gets it back from any node that
    /// is alive. A node that starts just then knows it within a second of that.
    public struct ValkeyKeyRevocations: KeyStatusSource {
        /// How many can be remembered at most, for the whole fleet. Each widening of one that is there counts too.
        public static var capacity: Int { RevocationKeys.mostPages * RevocationKeys.slotsPerPage }

        let node: RevocationNode

        /// - Parameters:
        ///   - prefix: what all keys begin with, the same on all nodes.
        ///   - database: the index of the server's database, which its channels do not know.
        ///   - capacity: how many keys the view holds at most.
        ///   - pages: how many pages of 256 slots the server may be given, the same on all nodes.
        init(
            server: any RevocationServer, prefix: String, database: Int = 0, capacity: Int = Self.capacity,
            pages: Int = RevocationKeys.mostPages,
            time: RevocationTime = RevocationTime(), report: @escaping @Sendable (RevocationEvent) -> Void = { _ in }
        ) {
            node = RevocationNode(
                server: server, keys: RevocationKeys(prefix: prefix, database: database, pages: pages),
                capacity: capacity,
                time: time, report: report)
        }

        /// All nodes see what one revokes.
        public var scope: ReplayScope { .shared }

        /// Answers from memory, without waiting.
        public func status(of thumbprint: Thumbprint, tokenIssuedAt: UnixTime?, now: UnixTime) async -> KeyStatus {
            node.status(of: thumbprint, tokenIssuedAt: tokenIssuedAt, now: now)
        }

        /// Refuses a key's tokens on all nodes: here at once, elsewhere within a second of the return.
        ///
        /// A second call for the same key never narrows the first. After ``ValkeyRevocationError/unavailable`` this node
        /// refuses the tokens already, and writes to the server when that is back, as long as it lives. A revocation
        /// whose end has passed does nothing.
        ///
        /// - Parameters:
        ///   - issuedBefore: only the tokens issued before this moment; tokens without `iat` count as issued before it.
        ///     By the issuer's clock. Nil: all.
        ///   - until: until when to remember it, the latest `exp` of the key's tokens, rounded up to whole seconds; it is
        ///     remembered 300 s longer. Nil: for ever.
        public func revoke(
            _ thumbprint: Thumbprint, issuedBefore: UnixTime? = nil, until: UnixTime? = nil, now: UnixTime = .now()
        ) async throws(ValkeyRevocationError) {
            let extent = RevocationExtent(issuedBefore: issuedBefore, until: until)
            try await node.revoke(Revocation(thumbprint, extent), now: now)
        }

        /// All that are revoked now, by thumbprint, read from the server.
        public func list(now: UnixTime = .now()) async throws(ValkeyRevocationError) -> [RevokedKey] {
            try await node.list(now: now)
        }

        /// Keeps the view in step with the server until the task is cancelled.
        func maintain() async { await node.maintain() }
    }

    /// One revoked key.
    public struct RevokedKey: Sendable, Hashable {
        public var thumbprint: Thumbprint
        /// Tokens issued before this are revoked; nil: all are.
        public var issuedBefore: UnixTime?
        /// As given when it was revoked: it is remembered 300 s longer. Nil: for ever.
        public var until: UnixTime?
    }

    public enum ValkeyRevocationError: Error, Sendable, Hashable {
        /// There is no room for another revoked key.
        case full
        /// The server gave no answer; whether the key is revoked is not known. Call again.
        case unavailable
    }
#endif

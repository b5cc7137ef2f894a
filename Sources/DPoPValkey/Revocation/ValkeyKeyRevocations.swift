#if Valkey
    public import DPoPCore
    public import DPoPServer

    /// The keys that are revoked for the whole fleet.
    ///
    /// Each node has a view of all of them in its memory, about 100 bytes a key, and answers from that. It takes in what
    /// another node revokes at once, by a message, and in any case with its next poll: each node asks the server every
    /// 500 ms whether something changed, and every 60 s reads everything once more. So the fleet knows within a second.
    ///
    /// A view that the server has not confirmed for 5 s, or never yet, answers ``KeyStatus/unknown`` for keys that it
    /// does not know as revoked, and a guard refuses their requests with 503. So it is while the server can not be
    /// reached, takes no writes (a replica, or one whose memory is full), or holds what this version can not read.
    ///
    /// What is revoked outlives each node, at the server, and a server that has lost it gets it back from any node that
    /// is alive. A node that starts just then knows it within a second of that.
    public struct ValkeyKeyRevocations: KeyStatusSource {
        /// How many can be remembered at most, for the whole fleet: 102,400. Each widening of one that is there counts
        /// too.
        ///
        /// They are 400 pages of 256 slots at the server, and 10 MB in each node's memory.
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
        /// It can not be taken back, and a second call for the same key never narrows the first: give it an end, or
        /// its place is taken for ever. A revocation whose end passed more than 300 s before `now` does nothing.
        /// Cancelling the task changes nothing.
        ///
        /// Throws ``ValkeyRevocationError/unavailable`` if the server gives no answer that can be used: each of about
        /// three, one after the other, may take as long as the settings' deadline, and at least 1 s; a first call reads
        /// all, as ``list(now:)`` does. Throws ``ValkeyRevocationError/full`` if there is no room. After `unavailable` this node refuses the tokens already;
        /// as long as it lives it writes the revocation when the server is back, and then all others refuse them within
        /// a second. After `full` the same is true if it is the server's memory that is full. Calling again does no harm.
        ///
        /// - Parameters:
        ///   - issuedBefore: only the tokens issued before this moment; tokens without `iat` count as issued before it.
        ///     By the issuer's clock: where that may be fast, add by how much. Nil: all.
        ///   - until: until when to remember it, the latest `exp` of the key's tokens, rounded up to whole seconds; it is
        ///     remembered 300 s longer, the most that a verifier of tokens gives beyond `exp`. Nil: for ever.
        ///   - now: this node's time, from which the server counts.
        public func revoke(
            _ thumbprint: Thumbprint, issuedBefore: UnixTime? = nil, until: UnixTime? = nil, now: UnixTime = .now()
        ) async throws(ValkeyRevocationError) {
            let extent = RevocationExtent(issuedBefore: issuedBefore, until: until)
            try await node.revoke(Revocation(thumbprint, extent), now: now)
        }

        /// All that are revoked now, in the order of the thumbprints' text: all of the server's, read anew (as many as
        /// 403 batches, if it is full), and what this node could not write yet.
        ///
        /// Throws ``ValkeyRevocationError/unavailable``, and nothing else, if one of the server's answers is absent or
        /// can not be used, or not all can be read. So it is also at a server that takes no writes.
        ///
        /// - Parameter now: revocations whose end passed more than 300 s before this are left out.
        public func list(now: UnixTime = .now()) async throws(ValkeyRevocationError) -> [RevokedKey] {
            try await node.list(now: now)
        }

        /// Keeps the view in step with the server until the task is cancelled.
        func maintain() async { await node.maintain() }
    }

    /// One revoked key.
    public struct RevokedKey: Sendable, Hashable {
        /// Of the key (RFC 7638), to which its tokens are bound.
        public var thumbprint: Thumbprint
        /// Tokens issued before this are revoked, by the issuer's clock; nil: all are.
        public var issuedBefore: UnixTime?
        /// As given when it was revoked, in whole seconds: it is remembered 300 s longer. Nil: for ever.
        public var until: UnixTime?
    }

    /// Why a key was not revoked, or the revoked keys could not be listed.
    public enum ValkeyRevocationError: Error, Sendable, Hashable {
        /// There is no room for another revoked key, so other nodes do not refuse it: all
        /// ``ValkeyKeyRevocations/capacity`` places are taken, and nothing has changed; or the server's memory is
        /// (`maxmemory`, its error `OOM`), and this node alone refuses the key's tokens, and writes the revocation when
        /// there is room. Room comes when a revocation runs out, 300 s after its end.
        case full
        /// The server gave no answer, or none that can be used. Whether the other nodes refuse the key is not known.
        /// Call again.
        case unavailable
    }
#endif

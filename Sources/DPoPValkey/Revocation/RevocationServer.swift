#if Valkey
    /// The primary that has the revocation keys.
    protocol RevocationServer: Sendable {
        /// Sends all in one pipelined batch, over one connection, so that the server runs them in this order; the
        /// replies in the same order. Throws if one is missing within the deadline, or the connection is gone; what was
        /// sent may have been done.
        func send(_ commands: [Command]) async throws(ServerUnavailable) -> [RESPValue]

        /// Calls back with each message of a channel from when it is subscribed (`onSubscribed` is called then);
        /// returns when the connection is gone or the task is cancelled.
        func listen(
            to channel: [UInt8], onSubscribed: @escaping @Sendable () -> Void,
            _ each: @escaping @Sendable ([UInt8]) -> Void
        ) async
    }

    /// The server gave no answer that can be used.
    struct ServerUnavailable: Error {
        /// Whether it said that it has no memory for what was to be written.
        let isFull: Bool

        /// - Parameter reply: what it said instead; nil: nothing.
        init(_ reply: RESPValue? = nil) {
            if case .error(let error)? = reply { isFull = error.kind == .outOfMemory } else { isFull = false }
        }
    }

    /// Something that happened to a node's view of what is revoked. No key is named.
    enum RevocationEvent: Sendable, Hashable {
        /// The view agrees with the server, for the first time or again.
        case confirmed
        /// The view was not confirmed for longer than it may be: the status of keys is unknown.
        case unconfirmed
        /// The slot of this number holds what can not be read, a newer version's or another application's. The view is
        /// not confirmed until it is gone.
        case unreadable(slot: Int)
        /// The server had lost so many revocations, or never got them, and has them now from this node.
        case writtenBack(Int)
        /// There is no room, in the view or at the server, for what the other has or had.
        case full
    }
#endif

/// Something that happened in a session and that no return value says.
public enum SessionEvent: Sendable, Hashable {
    /// A request is sent once more, for this reason.
    case sentAgain(RetryCause, ServerOrigin)
    /// Our `iat` follows this server's clock from now on, which is ahead of ours by so many seconds.
    case clockOffsetLearned(ServerOrigin, seconds: Int64)
    /// The server asked for another proof and the body could not be sent again; its answer was passed on.
    case bodyNotReplayable(ServerOrigin)
    /// A token of type Bearer was given and taken where DPoP was asked for, because the policy is `preferred`.
    case downgraded(ServerOrigin)
}

/// Is told of events. Called on the thread where they happen, with no lock held; what takes time belongs elsewhere.
public protocol SessionObserver: Sendable {
    func record(_ event: SessionEvent)
}

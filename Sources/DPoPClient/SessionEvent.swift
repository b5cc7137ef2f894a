public import DPoPCore

/// Something that happened in a session and that no return value says. There may be more kinds in time: a `switch` wants a
/// default.
public enum SessionEvent: Sendable, Hashable {
    /// A request is sent once more, for this reason.
    case sentAgain(RetryCause, ServerOrigin)
    /// Our `iat` follows this server's clock from now on, which is ahead of ours by so many seconds.
    case clockOffsetLearned(ServerOrigin, seconds: Int64)
    /// The server asked for another proof and the body could not be sent again; its answer was passed on.
    case bodyNotReplayable(ServerOrigin)
    /// A token of type Bearer was given and taken where DPoP was asked for, because the policy is `preferred`.
    case downgraded(ServerOrigin)
    /// A ``TokenSource`` has got a new token for this key.
    case tokenRenewed(Thumbprint)
    /// A ``TokenSource`` could not get a new token; the code, if it was an error of this module. Where the token from
    /// before is valid still, no caller has seen this.
    case renewalFailed(DPoPClientError.Code?)
    /// New tokens are for this key from now on.
    case keyRotated(Thumbprint)
    /// New tokens are in use that the store has not: they are lost if the process ends before it is written.
    case storeFailed(DPoPClientError.Code?)
}

/// Is told of events. Called on the thread where they happen, with no lock held; what takes time belongs elsewhere.
public protocol SessionObserver: Sendable {
    func record(_ event: SessionEvent)
}

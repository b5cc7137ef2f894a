public import DPoPCore

/// One use of a scoped handle, or one that was refused. Holds no token, no proof and no field of the request.
public struct ScopeEvent: Sendable, Hashable {
    /// The request's method; of one that is longer, its first 64 bytes.
    public let method: String

    /// What the proof names, or would; nil for a request that has no target.
    public let target: TargetURI?

    /// Why the request was to be sent once more; nil the first time.
    public let cause: RetryCause?

    /// Nil where a proof was made; else why there is none.
    public let refusal: DPoPClientError.Code?

    /// By the session's clock.
    public let at: UnixTime
}

/// Is told of each use of a scoped handle and of each refusal, once, after it was decided and before the caller knows.
/// Called on the thread where it happens, with no lock held; what takes time belongs elsewhere.
public protocol ScopeObserver: Sendable {
    func record(_ event: ScopeEvent)
}

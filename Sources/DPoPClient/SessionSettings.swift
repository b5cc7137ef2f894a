public import DPoPCore

/// How a session makes its requests count. Values out of range are moved to the nearer end.
public struct SessionSettings: Sendable {
    /// For how many pairs of an origin, a role and a key the latest nonce is remembered, 1…1,000,000; the one that was
    /// used least recently gives way. Default: 1,024.
    public var nonceCapacity = 1_024

    /// How long requests to an origin that nothing is known of wait for the first answer from it, so that it asks for
    /// a nonce once and not of each of them; an hour at most. Default: one second. Zero: not at all.
    public var coldWait = Duration.seconds(1)

    /// How far a server's clock may be from ours, in seconds, for our `iat` to follow it, 0…86,400; 0 turns that off.
    /// Default: 600.
    public var maximumClockOffset: Int64 = 600

    /// How `htu` is spelled for servers that do not compare as RFC 9449 §4.3 says.
    public var spellings: [ServerOrigin: TargetSpelling] = [:]

    /// How many redirects within one origin are followed, 0…20. Default: 5, of which a well-kept server needs one.
    public var maximumRedirects = 5

    /// What is told of what happens, if anything is.
    public var observer: (any SessionObserver)?

    /// What time it is. Default: the system's clock.
    public var clock: @Sendable () -> UnixTime = { .now() }

    public init() {}
}

public import DPoPCore

/// A clock that stands until it is moved, for what takes a time: pass its ``now`` as `now:`.
public final class FixedClock: Sendable {
    private let time: Locked<UnixTime>

    /// - Parameter time: what it shows first; 2023-11-14 22:13:20 UTC if nothing is said.
    public init(_ time: UnixTime = UnixTime(seconds: 1_700_000_000)) { self.time = Locked(time) }

    /// The time it shows.
    public var now: UnixTime { time.withLock { $0 } }

    /// Moves it by whole seconds, backwards too.
    public func advance(bySeconds seconds: Int64) { time.withLock { $0 = $0.advanced(bySeconds: seconds) } }

    /// Sets it, backwards too.
    public func set(to new: UnixTime) { time.withLock { $0 = new } }
}

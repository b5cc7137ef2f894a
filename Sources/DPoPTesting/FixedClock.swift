public import DPoPCore

/// A clock that stands until it is moved.
public final class FixedClock: Sendable {
    private let time: Locked<UnixTime>

    public init(_ time: UnixTime = UnixTime(seconds: 1_700_000_000)) { self.time = Locked(time) }

    /// The time it shows.
    public var now: UnixTime { time.withLock { $0 } }

    /// Moves it by whole seconds, backwards too.
    public func advance(bySeconds seconds: Int64) { time.withLock { $0 = $0.advanced(bySeconds: seconds) } }

    /// Sets it, backwards too.
    public func set(to new: UnixTime) { time.withLock { $0 = new } }
}

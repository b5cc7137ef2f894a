internal import CSslShim

extension UnixTime {
    /// The system's wall clock. The only clock in the core; only front doors read it, when the caller gives no time.
    public static func now() -> UnixTime {
        var seconds: Int64 = 0
        var nanoseconds: Int32 = 0
        // Can fail only for a clock that the system lacks; every system has this one. Zero would refuse every proof.
        _ = unsafe cssl_clock(&seconds, &nanoseconds)
        return UnixTime(seconds: seconds, nanoseconds: nanoseconds)
    }
}

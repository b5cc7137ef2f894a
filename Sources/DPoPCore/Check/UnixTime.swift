/// A time as seconds since 1970-01-01T00:00:00Z without leap seconds (NumericDate, RFC 7519 §2), with nanoseconds.
public struct UnixTime: Sendable, Hashable, Comparable {
    /// Whole seconds, rounded down; negative before 1970.
    public let seconds: Int64

    /// What comes on top, 0…999,999,999.
    public let nanoseconds: Int32

    /// - Parameter nanoseconds: moved to the nearer end of 0…999,999,999 if it lies outside.
    public init(seconds: Int64, nanoseconds: Int32 = 0) {
        self.seconds = seconds
        self.nanoseconds = min(max(nanoseconds, 0), 999_999_999)
    }

    /// This time moved by whole seconds, stopping at the ends of the range.
    public func advanced(bySeconds offset: Int64) -> UnixTime {
        let (sum, overflow) = seconds.addingReportingOverflow(offset)
        return UnixTime(seconds: overflow ? (offset > 0 ? .max : .min) : sum, nanoseconds: nanoseconds)
    }

    public static func < (a: UnixTime, b: UnixTime) -> Bool {
        a.seconds != b.seconds ? a.seconds < b.seconds : a.nanoseconds < b.nanoseconds
    }

    /// The last second of the year 9999, the largest `iat`, `exp` or `nbf` that is accepted.
    package static let latestClaim: Int64 = 253_402_300_799
}

extension UnixTime: CustomStringConvertible {
    public var description: String {
        guard nanoseconds != 0 else { return "\(seconds)" }
        let digits = String(nanoseconds)
        return "\(seconds)." + String(repeating: "0", count: 9 - digits.count) + digits
    }
}

#if Valkey
    internal import DPoPCore

    /// Which tokens of a key are revoked, and until when that is remembered.
    struct RevocationExtent: Sendable, Hashable {
        /// The last second there is: all tokens.
        private let before: UnixTime
        /// The last second there is: for ever.
        private let end: Int64

        private static let always = UnixTime(seconds: .max)

        /// For how many seconds beyond its end a revocation is remembered: the most that a verifier of tokens gives
        /// beyond `exp`, as with `MemoryKeyRevocations`.
        private static let leeway: Int64 = 300

        /// - Parameters:
        ///   - issuedBefore: tokens issued before this are revoked; nil: all.
        ///   - until: rounded up to whole seconds; nil: for ever.
        init(issuedBefore: UnixTime?, until: UnixTime?) {
            before = issuedBefore.map { $0.seconds == .max ? Self.always : $0 } ?? Self.always
            end = until.map { $0.nanoseconds == 0 ? $0.seconds : $0.advanced(bySeconds: 1).seconds } ?? .max
        }

        private init(before: UnixTime, end: Int64) {
            self.before = before
            self.end = end
        }

        var issuedBefore: UnixTime? { before == Self.always ? nil : before }
        var until: UnixTime? { end == .max ? nil : UnixTime(seconds: end) }

        /// All that either revokes, for as long as either does.
        func union(_ other: RevocationExtent) -> RevocationExtent {
            RevocationExtent(before: max(before, other.before), end: max(end, other.end))
        }

        func covers(_ other: RevocationExtent) -> Bool { union(other) == self }

        func isLive(at now: UnixTime) -> Bool {
            guard let until else { return true }
            return until.advanced(bySeconds: Self.leeway) >= now
        }

        /// Tokens without `iat` count as issued before any moment.
        func revokes(issuedAt: UnixTime?) -> Bool {
            guard let issuedBefore, let issuedAt else { return true }
            return issuedAt < issuedBefore
        }

        /// How long the server has to remember it, rounded up; nil: for ever, or for more than 100 years, which a
        /// server's clock might not be able to count.
        func milliseconds(from now: UnixTime) -> Int64? {
            guard let until else { return nil }
            let last = until.advanced(bySeconds: Self.leeway).seconds
            let (left, overflow) = last.subtractingReportingOverflow(now.seconds)
            // A second more, because the last instant counts.
            guard !overflow, left < 3_155_760_000 else { return nil }
            return (max(0, left) + 1) * 1_000
        }
    }
#endif

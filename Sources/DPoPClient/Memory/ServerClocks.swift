import DPoPCore

/// By how many seconds servers' clocks are ahead of ours. The wire has no error for a wrong `iat`, so this is learned
/// from the Date of answers that refuse a proof.
final class ServerClocks: Sendable {
    private let offsets: Locked<BoundedMemory<ServerOrigin, Int64>>
    private let maximum: Int64

    /// How many seconds apart two clocks may be without being corrected: a Date has whole seconds, and a proxy on the
    /// way may have written it.
    static let unremarkable: UInt64 = 5

    init(capacity: Int, maximum: Int64) {
        offsets = Locked(BoundedMemory(capacity: min(max(capacity, 1), 1_000_000)))
        self.maximum = min(max(maximum, 0), 86_400)
    }

    func offset(_ origin: ServerOrigin) -> Int64 {
        guard maximum > 0 else { return 0 }
        // Nearly always nothing was learned, and nothing has to be hashed.
        return offsets.withLock { $0.count == 0 ? 0 : $0.value(for: origin) ?? 0 }
    }

    enum Finding: Sendable, Hashable {
        case unremarkable
        case learned(Int64)
        /// Learned from another answer while this request was under way.
        case known
        /// Further away than may be corrected.
        case tooFar(Int64)
    }

    /// Compares an answer's Date with our clock as the request's proof had it.
    ///
    /// - Parameters:
    ///   - date: the answer's Date in seconds since 1970.
    ///   - sent: when the request's proof was made, by our own clock, in seconds.
    ///   - now: our own clock.
    ///   - assumed: the offset that the proof was made with.
    ///
    /// The server wrote its Date at some moment between the two, so only what lies outside counts.
    func compare(_ origin: ServerOrigin, date: Int64, sent: Int64, now: Int64, assumed: Int64) -> Finding {
        guard maximum > 0 else { return .unremarkable }
        // Our clock may have been set back meanwhile. Wrapping: it may say anything.
        let first = min(sent, now)
        let last = max(sent, now)
        let offset =
            date > last &+ assumed ? date &- last : date < first &+ assumed ? date &- first : assumed
        guard (offset &- assumed).magnitude > ServerClocks.unremarkable else { return .unremarkable }
        guard offset.magnitude <= maximum.magnitude else { return .tooFar(offset) }
        return offsets.withLock { offsets in
            let known = offsets.value(for: origin) ?? 0
            guard (offset &- known).magnitude > ServerClocks.unremarkable else { return .known }
            offsets.update(origin, default: 0) { $0 = offset }
            return .learned(offset)
        }
    }
}

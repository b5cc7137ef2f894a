/// What is remembered, in a few parts by age, each dropped whole once its last deadline has passed.
///
/// A part takes new entries for half of the longest time that one of them had to be remembered, so three or four are
/// alive while time goes forward, and what has run out stays for that half at most.
struct Generations<Content> {
    private struct Generation {
        var content: Content
        let openedAt: UnixTime
        var lastDeadline: UnixTime
        /// The longest time, in seconds, that an entry had to be remembered when it came.
        var longest: Int64
    }

    private var generations: [Generation] = []

    /// The latest deadline among all entries that were dropped. Entries at or before it may have been forgotten.
    ///
    /// Time may step back after a drop. A claim with such a deadline then looks fresh but may have been used, so it
    /// must be refused; a later deadline never was dropped.
    private(set) var forgottenThrough: UnixTime?

    /// Drops what has run out.
    mutating func dropExpired(now: UnixTime) {
        guard let oldest = generations.first, oldest.lastDeadline < now || generations.count > 4 else { return }
        for generation in generations where generation.lastDeadline < now {
            forgottenThrough = max(forgottenThrough ?? generation.lastDeadline, generation.lastDeadline)
        }
        generations.removeAll { $0.lastDeadline < now }
    }

    /// The first answer that a part gives, newest part first.
    @inline(__always)
    func first<Answer>(_ question: (Content) -> Answer?) -> Answer? {
        var index = generations.count - 1
        while index >= 0 {
            if let answer = question(generations[index].content) { return answer }
            index -= 1
        }
        return nil
    }

    /// The sum over all parts.
    @inline(__always)
    func sum(_ number: (Content) -> Int) -> Int {
        var total = 0
        for generation in generations { total += number(generation.content) }
        return total
    }

    /// Changes the part that takes an entry with this deadline, opening one with `fresh` where it is time.
    @inline(__always)
    mutating func withCurrent(
        until deadline: UnixTime, now: UnixTime, fresh: () -> Content, _ change: (inout Content) -> Void
    ) {
        let remaining = Generations.difference(deadline, now)
        if generations.isEmpty || isDue(now) {
            generations.append(
                Generation(content: fresh(), openedAt: now, lastDeadline: deadline, longest: remaining))
        }
        let last = generations.count - 1
        generations[last].lastDeadline = max(generations[last].lastDeadline, deadline)
        generations[last].longest = max(generations[last].longest, remaining)
        change(&generations[last].content)
    }

    /// Changes parts, newest first, until one says that it was changed.
    mutating func changeFirst(_ change: (inout Content) -> Bool) {
        for index in generations.indices.reversed() where change(&generations[index].content) { return }
    }

    private func isDue(_ now: UnixTime) -> Bool {
        guard let newest = generations.last else { return true }
        return Generations.difference(now, newest.openedAt) > newest.longest / 2
    }

    private static func difference(_ a: UnixTime, _ b: UnixTime) -> Int64 {
        let (difference, overflow) = a.seconds.subtractingReportingOverflow(b.seconds)
        return overflow ? (a.seconds < b.seconds ? .min : .max) : difference
    }
}

#if Valkey
    import DPoPCore

    /// Counts outcomes, from any task.
    final class Tally<Outcome: Hashable & Sendable>: Sendable {
        struct Entry: Sendable {
            var count = 0
            /// When it was counted the first and the last time.
            var first: ContinuousClock.Instant
            var last: ContinuousClock.Instant
            /// The most that one took.
            var longest = Duration.zero
        }

        private let entries = Locked<[Outcome: Entry]>([:])

        /// - Parameter took: how long it took to come to it.
        func count(_ outcome: Outcome, took: Duration = .zero) {
            let now = ContinuousClock.now
            entries.withLock { entries in
                var entry = entries[outcome] ?? Entry(first: now, last: now)
                entry.count += 1
                entry.last = max(entry.last, now)
                entry.longest = max(entry.longest, took)
                entries[outcome] = entry
            }
        }

        /// Runs the body, counts what it returns and how long it took.
        @discardableResult
        func count(_ body: () async throws -> Outcome) async rethrows -> Outcome {
            let start = ContinuousClock.now
            let outcome = try await body()
            count(outcome, took: .now - start)
            return outcome
        }

        /// How often.
        subscript(outcome: Outcome) -> Int { entries.withLock { $0[outcome]?.count ?? 0 } }

        /// Nil: never.
        func entry(_ outcome: Outcome) -> Entry? { entries.withLock { $0[outcome] } }

        var all: [Outcome: Entry] { entries.withLock { $0 } }
        var total: Int { entries.withLock { $0.values.reduce(0) { $0 + $1.count } } }
        var longest: Duration { entries.withLock { $0.values.map(\.longest).max() ?? .zero } }
    }

    extension Tally: CustomStringConvertible {
        /// Such as `firstSighting 20 (longest 0.012 s), unavailable 3 (longest 0.051 s)`.
        var description: String {
            all.map { "\($0) \($1.count) (longest \($1.longest))" }.sorted().joined(separator: ", ")
        }
    }
#endif

internal import DPoPCore

extension ConformanceRun {
    func deadlineBoundary() async throws {
        let store = try await subject.store()
        let late: [(String, (UnixTime) -> UnixTime)] = [
            ("a nanosecond", { $0.advanced(byNanoseconds: -1) }), ("a second", { $0.advanced(bySeconds: -1) }),
            ("an hour", { $0.advanced(bySeconds: -3_600) }), ("an age", { _ in UnixTime(seconds: .min) }),
        ]
        for (number, (name, deadline)) in late.enumerated() {
            let (key, now) = (try key(number), now)
            for _ in 0..<2 {
                try expect(
                    await store.admit(key, until: deadline(now), now: now), .deadlinePassed,
                    "a deadline that passed \(name) ago")
            }
            try expect(
                await store.admit(key, until: now.advanced(bySeconds: window), now: now), .firstSighting,
                "a key that came with a passed deadline before")
        }
        let now = now
        let outcome = await store.admit(try key(late.count), until: now, now: now)
        // By a clock of its own it may be over when the claim arrives.
        if hasOwnClock, outcome == .deadlinePassed { return }
        try expect(outcome, .firstSighting, "a deadline that is now")
    }

    func rememberedThroughDeadline() async throws {
        let store = try await subject.store()
        let now = now
        if hasOwnClock {
            // One that is no whole number of seconds away, and one that is no whole second.
            return try await expectRemembered(
                store,
                [
                    { $0.advanced(byMilliseconds: 1_500) },
                    { UnixTime(seconds: $0.seconds + 2, nanoseconds: 900_000_000) },
                ])
        }
        let lengths: [Int64] = [0, 1, 999_999_999, 1_000_000_000, 71_000_000_000, 71_500_000_000, 3_600_000_000_000]
        var probes: [(length: Int64, at: Int64)] = []
        for length in lengths {
            for at in [0, length / 2, length - 1, length] where at >= 0 { probes.append((length, at)) }
        }
        try await expectKnown(store, probes, from: now) { _ in }
    }

    func deadlineNeverShortened() async throws {
        let store = try await subject.store()
        let now = now
        if hasOwnClock {
            return try await expectRemembered(
                store, [{ $0.advanced(bySeconds: 2) }], thenUntil: [300, 1])
        }
        let probes = [1, 2, 60, 70].map { (length: Int64(71_000_000_000), at: Int64($0) * 1_000_000_000) }
        try await expectKnown(store, probes, from: now) { key in
            for seconds: Int64 in [60, 1] {
                try expectSeen(
                    await store.admit(key, until: now.advanced(bySeconds: seconds), now: now),
                    "a claim with an earlier deadline")
            }
            let passed = await store.admit(key, until: now.advanced(bySeconds: -1), now: now)
            if passed == .firstSighting { throw failure("expected no firstSighting of a passed deadline") }
        }
    }

    /// On a store with the caller's clock: claims keys at one time, each for its own length, and looks at each once,
    /// as a look may make its entry last longer. Lengths and times of looks are in nanoseconds.
    private func expectKnown(
        _ store: any ReplayStore, _ probes: [(length: Int64, at: Int64)], from now: UnixTime,
        meanwhile: (ReplayKey) async throws -> Void
    ) async throws {
        // Twice: once looked at with the deadline it had, once with a later one.
        let entries = try (probes + probes).enumerated().map { number, probe in
            (key: try key(number), probe.length, probe.at, later: number >= probes.count)
        }
        for (key, length, _, _) in entries {
            try await claimFirst(store, key, until: now.advanced(byNanoseconds: length), now: now)
            try await meanwhile(key)
        }
        for (key, length, at, later) in entries.sorted(by: { $0.2 < $1.2 }) {
            let end = later ? at + 3_600_000_000_000 : length
            try expectSeen(
                await store.admit(
                    key, until: now.advanced(byNanoseconds: end), now: now.advanced(byNanoseconds: at)),
                "a key \(length - at) nanoseconds before its deadline")
        }
    }

    /// On a store with its own clock: claims keys, each until some time from now, and looks at them until then. Once
    /// more if this machine was too busy to look in the last quarter of a second.
    ///
    /// - Parameter earlier: claims them again, for so many milliseconds.
    private func expectRemembered(
        _ store: any ReplayStore, _ deadlines: [@Sendable (UnixTime) -> UnixTime], thenUntil earlier: [Int64] = []
    ) async throws {
        for (number, deadline) in deadlines.enumerated() {
            var isSure = false
            for attempt in 0..<30 where !isSure {
                let key = try key(number * 30 + attempt)
                isSure = try await expectRemembered(store, key, until: deadline(now), thenUntil: earlier)
            }
            guard isSure else { throw failure("expected a look right before a deadline, came none in thirty attempts") }
        }
    }

    private func expectRemembered(
        _ store: any ReplayStore, _ key: ReplayKey, until deadline: UnixTime, thenUntil earlier: [Int64]
    ) async throws -> Bool {
        let first = await store.admit(key, until: deadline, now: now)
        // An answer that may have been given after the deadline says nothing.
        if UnixTime.now() > deadline { return false }
        try expect(first, .firstSighting, "a new key")
        for milliseconds in earlier {
            let now = now
            let outcome = await store.admit(key, until: now.advanced(byMilliseconds: milliseconds), now: now)
            if UnixTime.now() > deadline { return false }
            if outcome != .deadlinePassed { try expectSeen(outcome, "a claim with an earlier deadline") }
        }
        var lastLook = UnixTime(seconds: 0)
        while UnixTime.now() <= deadline {
            let now = now
            // With the same deadline, so that no look makes the entry last longer.
            let outcome = await store.admit(key, until: deadline, now: now)
            if UnixTime.now() > deadline { break }
            try expectSeen(outcome, "a key before its deadline")
            lastLook = now
            try await Task.sleep(for: .milliseconds(2))
        }
        return lastLook > deadline.advanced(byMilliseconds: -250)
    }
}

internal import DPoPCore

extension ConformanceRun {
    private static let capacities = [1, 100, 2_000]

    func noEviction() async throws {
        guard let bounded = subject.storeWithCapacity else {
            return try await noEviction(
                try await subject.store(), claims: hasOwnClock ? 1_000 : 4_000, isBounded: false)
        }
        for capacity in Self.capacities {
            try await noEviction(try await bounded(capacity), claims: capacity * 3, isBounded: true)
        }
    }

    private func noEviction(_ store: any ReplayStore, claims: Int, isBounded: Bool) async throws {
        var known: [(ReplayKey, until: UnixTime)] = []
        let start = now
        func lookBack(_ now: UnixTime, _ keys: some Sequence<(ReplayKey, until: UnixTime)>) async throws {
            for (key, deadline) in keys {
                try expectSeen(
                    await store.admit(key, until: deadline, now: now), "a live key after \(known.count) were admitted")
            }
        }
        func time(_ number: Int) -> UnixTime {
            // Over half a window, as stores may keep entries by age.
            hasOwnClock ? .now() : start.advanced(bySeconds: Int64(number) * (window / 2) / Int64(claims))
        }
        for number in 0..<claims {
            // Every other one by the same client, which may have a limit.
            let key = try key(number, owner: number % 2 == 0 ? nil : 1)
            let now = time(number)
            let deadline = now.advanced(bySeconds: window)
            let outcome = await store.admit(key, until: deadline, now: now)
            switch outcome {
            case .firstSighting: known.append((key, deadline))
            case .full where isBounded && number > 0, .overShare where isBounded && number > 0: break
            default: throw failure("expected firstSighting of new key \(number + 1), came \(outcome)")
            }
            if number % 97 == 0 { try await lookBack(now, known.prefix(3)) }
        }
        try await lookBack(time(claims), known)
    }

    func refusalWhenFull() async throws {
        guard let bounded = subject.storeWithCapacity else { return }
        for capacity in Self.capacities {
            let store = try await bounded(capacity)
            let now = now
            let deadline = now.advanced(bySeconds: window)
            var admitted = 0
            fill: while admitted <= capacity * 2 {
                let outcome = await store.admit(try key(admitted), until: deadline, now: now)
                switch outcome {
                case .firstSighting: admitted += 1
                case .full, .overShare: break fill
                default: throw failure("expected full of a new key after \(admitted), came \(outcome)")
                }
            }
            guard admitted >= max(1, capacity / 2), admitted <= capacity * 2 else {
                throw failure("expected refusals after about \(capacity) keys, came \(admitted) admitted")
            }
            let refused = try key(admitted)
            for _ in 0..<3 {
                let outcome = await store.admit(refused, until: deadline, now: now)
                if outcome == .firstSighting { break }
                if case .seen = outcome { throw failure("expected a refused key not to be used, came \(outcome)") }
            }
            if hasOwnClock { continue }
            let later = now.advanced(bySeconds: window * 10)
            try expect(
                await store.admit(
                    try key(capacity * 4), until: later.advanced(bySeconds: window), now: later),
                .firstSighting, "a new key when all others have run out")
        }
    }
}

internal import DPoPCore

extension ConformanceRun {
    /// On a caller's clock time goes forward at random. By a clock of its own it goes as it goes, and what runs out
    /// meanwhile is left out, as nobody knows when the store took it.
    func randomClaims() async throws {
        let store = try await subject.store()
        var random = ConformanceRandom(seed: subject.seed)
        let keys = try (0..<300).map { try key($0) }
        var deadlines: [ReplayKey: UnixTime] = [:]
        var now = now
        for number in 0..<(hasOwnClock ? 1_000 : 5_000) {
            if hasOwnClock {
                now = .now()
            } else if random.below(10) == 0 {
                now = now.advanced(bySeconds: Int64(random.below(8)))
            }
            let key = keys[random.below(keys.count)]
            let deadline = now.advanced(
                bySeconds: Int64(random.below(8) == 0 ? -1 : (hasOwnClock ? 600 : 0) + random.below(82)))
            let outcome = await store.admit(key, until: deadline, now: now)
            let isRight: Bool
            let expected: String
            if deadline < now {
                (isRight, expected) = (outcome == .deadlinePassed, "deadlinePassed")
            } else if let known = deadlines[key], known >= now {
                (isRight, expected) = (outcome.isSeen, "seen")
            } else if deadlines[key] != nil {
                // It may be known for longer than was asked.
                (isRight, expected) = (outcome == .firstSighting || outcome.isSeen, "firstSighting or seen")
            } else {
                (isRight, expected) = (outcome == .firstSighting, "firstSighting")
            }
            guard isRight else {
                throw failure("expected \(expected) of claim \(number) of seed \(subject.seed), came \(outcome)")
            }
            if outcome == .firstSighting { deadlines[key] = deadline }
        }
    }
}

extension ReplayOutcome {
    fileprivate var isSeen: Bool { if case .seen = self { true } else { false } }
}

internal import DPoPCore

extension ConformanceRun {
    func clockSteps() async throws {
        for step: Int64 in [-1, -60, -3_600] {
            try await clockSteps(step, then: [0, step, step + 1, 0, window - 1])
        }
        // Forward past what is remembered, where others claim, and back again.
        for step: Int64 in [1, 60, 3_600] { try await clockSteps(step, then: [1, -1, -60, step, 0]) }
        try await randomClockSteps()
    }

    private func clockSteps(_ step: Int64, then times: [Int64]) async throws {
        let store = try await subject.store()
        let start = now
        let deadline = start.advanced(bySeconds: window)
        let used = try (0..<200).map { try key($0) }
        for key in used { try await claimFirst(store, key, until: deadline, now: start) }
        let stepped = start.advanced(bySeconds: step)
        for number in 1_000..<2_000 {
            // Enough to touch every part of a store. It may refuse them, as it can not know what it forgot.
            _ = await store.admit(try key(number), until: stepped.advanced(bySeconds: window), now: stepped)
        }
        for time in times {
            for key in used {
                let outcome = await store.admit(key, until: deadline, now: start.advanced(bySeconds: time))
                guard outcome == .firstSighting else { continue }
                throw failure(
                    "expected no firstSighting of a used key after a step of \(step) s, came one at \(time) s")
            }
        }
    }

    private func randomClockSteps() async throws {
        let store = try await subject.store()
        var random = ConformanceRandom(seed: subject.seed)
        var used: [(key: ReplayKey, deadline: UnixTime)] = []
        var now = now
        for number in 0..<3_000 {
            let steps: [Int64] = [-3_600, -60, -1, 1, 30, 72, 200, 3_600]
            if random.below(50) == 0 { now = now.advanced(bySeconds: steps[random.below(steps.count)]) }
            if random.below(3) == 0 { now = now.advanced(bySeconds: 1) }
            if random.below(2) == 0, let (key, deadline) = used.suffix(200).randomElement(using: &random) {
                // The deadline itself is for another check.
                if deadline != now, await store.admit(key, until: deadline, now: now) == .firstSighting {
                    throw failure(
                        "expected no firstSighting of a used key, came one at claim \(number) of seed \(subject.seed)")
                }
            } else {
                let key = try key(number)
                let deadline = now.advanced(bySeconds: Int64(1 + random.below(80)))
                if await store.admit(key, until: deadline, now: now) == .firstSighting { used.append((key, deadline)) }
            }
        }
    }

    func memoryStands() async throws {
        let store = try await subject.store()
        let before = store.memory
        // Into another second, in case it is rounded.
        let end = UnixTime(seconds: UnixTime.now().seconds + 1)
        var number = 0
        try await poll(until: end) {
            let now = now.advanced(bySeconds: hasOwnClock ? 0 : Int64(number))
            try await claimFirst(store, try key(number), until: now.advanced(bySeconds: window), now: now)
            number += 1
        }
        let after = store.memory
        if let time = after.time, before.time.map({ $0 < time }) ?? true {
            throw failure("expected memory since \(before), came since \(after)")
        }
    }

    func seenSince() async throws {
        let store = try await subject.store()
        let first = now
        let deadline = first.advanced(bySeconds: window)
        let key = try key(0)
        try await claimFirst(store, key, until: deadline, now: first)
        for seconds: Int64 in [0, 1, 5, window - 1] {
            let asked = hasOwnClock ? .now() : first.advanced(bySeconds: seconds)
            let outcome = await store.admit(key, until: deadline, now: asked)
            guard case .seen(let since) = outcome else { throw failure("expected seen of a used key, came \(outcome)") }
            guard since.seconds >= first.seconds, since <= (hasOwnClock ? .now() : asked) else {
                throw failure("expected a key claimed at \(first) seen since then, came since \(since) at \(asked)")
            }
        }
    }
}

extension ReplayMemory {
    fileprivate var time: UnixTime? {
        switch self {
        case .startsEmpty: nil
        case .since(let time), .strictlySince(let time), .sinceLoss(let time, _): time
        }
    }
}

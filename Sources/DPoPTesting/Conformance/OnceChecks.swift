internal import DPoPCore

extension ConformanceRun {
    func firstSightingOnce() async throws {
        let store = try await subject.store()
        for round in 0..<subject.rounds {
            let (key, now) = (try key(round), now)
            let deadline = now.advanced(bySeconds: window)
            try expectOnce(await atOnce(1_000) { _ in await store.admit(key, until: deadline, now: now) })
            try expectSeen(await store.admit(key, until: deadline, now: now), "a key after 1,000 claims at once")
        }
    }

    func independentKeys() async throws {
        let store = try await subject.store()
        let keys = [
            ("a key", try key(1, owner: 1)), ("another jti", try key(2, owner: 1)),
            ("another thumbprint", try key(1, owner: 2)),
            ("another target", try key(1, owner: 1, atOtherTarget: true)),
        ]
        let now = now
        let deadline = now.advanced(bySeconds: window)
        for (name, key) in keys {
            try expect(await store.admit(key, until: deadline, now: now), .firstSighting, name)
        }
        for (name, key) in keys { try expectSeen(await store.admit(key, until: deadline, now: now), name) }
        // Many at once, each its own.
        let many = try (100..<1_100).map { try self.key($0) }
        let outcomes = await atOnce(many.count) { await store.admit(many[$0], until: deadline, now: now) }
        if let other = outcomes.first(where: { $0 != .firstSighting }) {
            throw failure("expected firstSighting of each of \(many.count) keys at once, came \(other)")
        }
    }

    func sharedMemory() async throws {
        guard let pair = subject.pair else { return }
        let (one, other) = try await pair()
        for store in [one, other] where store.scope != .shared {
            throw failure("expected the scope shared of both nodes, came \(store.scope)")
        }
        let now = now
        let deadline = now.advanced(bySeconds: window)
        for (number, first, second) in [(0, one, other), (1, other, one)] {
            let key = try key(number)
            try await claimFirst(first, key, until: deadline, now: now)
            try expectSeen(
                await second.admit(key, until: deadline, now: now), "a key that the other node claimed")
        }
        for round in 2..<2 + subject.rounds {
            let (key, now) = (try key(round), self.now)
            let deadline = now.advanced(bySeconds: window)
            try expectOnce(
                await atOnce(1_000) { await ($0 % 2 == 0 ? one : other).admit(key, until: deadline, now: now) })
        }
    }
}

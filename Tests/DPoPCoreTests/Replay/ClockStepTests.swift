import Testing

@testable import DPoPCore

/// The wall clock may step; nothing that was used is accepted again for it.
@Suite struct ClockStepTests {
    @Test("attack 141: the clock steps back", arguments: [Int64(1), 60, 3_600])
    func back(_ step: Int64) {
        let cache = MemoryReplayCache(memory: .startsEmpty)
        #expect(cache.claim("a") == .firstSighting)
        for now in [-step, -step + 1, 0, 71] {
            #expect(cache.claim("a", at: now) == .seen(since: CheckKit.now))
        }
        // What is new is accepted all the same.
        #expect(cache.claim("b", until: 71 - step, at: -step) == .firstSighting)
        #expect(cache.claim("b", until: 71 - step, at: -step) == .seen(since: .at(-step)))
    }

    @Test("attack 141: forward and back again, past what was dropped", arguments: [1_000, 1_000_000])
    func forwardAndBack(_ capacity: Int) {
        let cache = MemoryReplayCache(capacity: capacity, keyShare: .unlimited, memory: .startsEmpty)
        for index in 0..<200 { #expect(cache.claim("old \(index)") == .firstSighting) }
        // Enough claims to touch every part of the cache.
        var touched = 0
        for index in 0..<5_000 where cache.claim("hour \(index)", until: 3_671, at: 3_600) == .firstSighting {
            touched += 1
        }
        #expect(touched == min(capacity, 5_000))
        for index in 0..<200 {
            let outcome = cache.claim("old \(index)", at: 1)
            #expect(outcome == .deadlinePassed)
        }
        for index in 0..<200 where capacity > 5_000 {
            #expect(cache.claim("new \(index)", until: 72, at: 1) == .firstSighting)
        }
    }

    @Test("attack 141: a forward step only, as far as time goes")
    func farForward() {
        let cache = MemoryReplayCache(memory: .startsEmpty)
        #expect(cache.claim("a") == .firstSighting)
        let end = UnixTime(seconds: .max, nanoseconds: 999_999_999)
        #expect(cache.admit(CheckReplay.key("a"), until: CheckKit.now, now: end) == .deadlinePassed)
        #expect(cache.admit(CheckReplay.key("b"), until: end, now: end) == .firstSighting)
        #expect(cache.admit(CheckReplay.key("c"), until: end, now: UnixTime(seconds: .min)) == .firstSighting)
        #expect(cache.admit(CheckReplay.key("c"), until: end, now: end) != .firstSighting)
    }

    @Test(
        "attack 141: after a clock was ahead and set right, clients are served as before",
        arguments: [60, 3_600, 86_400, Int64.max / 2], [true, false])
    func wasAhead(_ step: Int64, _ wasInUse: Bool) {
        let cache = MemoryReplayCache(capacity: 10_000, keyShare: .entries(9_000), memory: .startsEmpty)
        for index in 0..<(wasInUse ? 2_000 : 0) { #expect(cache.claim("\(index)") == .firstSighting) }
        for index in 0..<2_000 {
            #expect(cache.claim("ahead \(index)", until: step + 71, at: step) == .firstSighting)
        }
        // As many as fill the cache several times over, were nothing dropped.
        for now in 0..<Int64(1_000) {
            for index in 0..<40 {
                let outcome = cache.claim("\(now) \(index)", until: now + 71, at: now)
                // What had run out by the clock that was ahead was dropped, so its like is refused.
                #expect(outcome == .firstSighting || now == 0 && wasInUse && outcome == .deadlinePassed)
            }
        }
        #expect(cache.claim("999 0", until: 1_070, at: 1_000) == .seen(since: .at(999)))
    }

    @Test("attack 141: on a clock that steps at random, no proof is used twice", arguments: 0..<4)
    func randomSteps(_ seed: UInt64) {
        var random = CheckRandom(seed: seed)
        let cache = MemoryReplayCache(
            capacity: seed % 2 == 0 ? 100_000 : 60_000, keyShare: .unlimited, memory: .startsEmpty)
        var used: [(jti: String, deadline: Int64)] = []
        var (now, replays) = (Int64(0), 0)
        for index in 0..<10_000 * CheckKit.scale {
            if random.chance(50) { now += random.pick([-3_600, -60, -1, 1, 30, 72, 200, 3_600]) }
            if random.chance(3) { now += 1 }
            if random.chance(2), let old = used.suffix(400).randomElement(using: &random) {
                #expect(cache.claim(old.jti, until: old.deadline, at: now) != .firstSighting)
                replays += 1
            } else {
                let deadline = now + Int64(1 + random.below(80))
                if cache.claim("\(index)", until: deadline, at: now) == .firstSighting {
                    used.append(("\(index)", deadline))
                }
            }
        }
        #expect(replays > 3_000)
        #expect(used.count > 500)
    }

    @Test("on a clock that goes forward, new proofs are always accepted and old ones never", arguments: 0..<4)
    func forwardOnly(_ seed: UInt64) {
        var random = CheckRandom(seed: 100 + seed)
        let cache = MemoryReplayCache(
            capacity: seed % 2 == 0 ? 1_000_000 : 60_000, keyShare: .unlimited, memory: .startsEmpty)
        var deadlines: [String: Int64] = [:]
        var now: Int64 = 0
        for _ in 0..<10_000 * CheckKit.scale {
            if random.chance(10) { now += Int64(random.below(8)) }
            // A jti may come again with another iat.
            let jti = "\(random.below(1_000))"
            let deadline = now + Int64(random.below(82))
            let outcome = cache.claim(jti, until: deadline, at: now)
            if let known = deadlines[jti], known >= now {
                #expect(outcome != .firstSighting, "\(jti) known until \(known), at \(now)")
            } else if outcome == .firstSighting {
                deadlines[jti] = deadline
            } else if case .seen = outcome {
                // Known for longer than was asked.
            } else {
                Issue.record("\(jti) at \(now): \(outcome)")
            }
        }
        #expect(deadlines.count > 950)
    }
}

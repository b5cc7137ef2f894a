import Testing

@testable import DPoPCore

/// One client can not lock out the others.
@Suite struct KeyShareTests {
    @Test("attack 136: one key's flood fills its share only", arguments: [1_000, 65_600])
    func flood(_ capacity: Int) {
        let cache = MemoryReplayCache(capacity: capacity, keyShare: .oneIn(10), memory: .startsEmpty)
        #expect(cache.claim("victim", owner: 1) == .firstSighting)
        var accepted = 0
        for index in 0..<min(2 * capacity, 10_000) {
            switch cache.claim("flood \(index)", owner: 2) {
            case .firstSighting: accepted += 1
            case .overShare: break
            default: Issue.record("neither accepted nor over the share")
            }
        }
        #expect(accepted == capacity / 10)
        #expect(cache.claim("victim", owner: 1) == .seen(since: CheckKit.now))
        for owner in UInt64(3)..<100 { #expect(cache.claim("other", owner: owner) == .firstSighting) }
        // A replay by the key that is over its share is still told apart.
        #expect(cache.claim("flood 0", owner: 2) == .seen(since: CheckKit.now))
        #expect(cache.claim("late", owner: 2, until: 200, at: 71) == .overShare)
        #expect(cache.claim("late", owner: 2, until: 200, at: 72) == .firstSighting)
    }

    @Test("without a limit one key can fill the cache")
    func unlimited() {
        let cache = MemoryReplayCache(capacity: 10, keyShare: .unlimited, memory: .startsEmpty)
        for index in 0..<10 { #expect(cache.claim("\(index)") == .firstSighting) }
        #expect(cache.claim("other", owner: 2) == .full)
    }

    @Test(
        "a share is at least one entry",
        arguments: [
            (MemoryReplayCache.KeyShare.entries(0), 1), (.entries(-5), 1), (.entries(3), 3), (.oneIn(0), 40),
            (.oneIn(-1), 40), (.oneIn(8), 5), (.oneIn(1_000), 1), (.oneIn(.max), 1), (.entries(.max), 40),
        ])
    func sizes(_ share: MemoryReplayCache.KeyShare, _ expected: Int) {
        let cache = MemoryReplayCache(capacity: 40, keyShare: share, memory: .startsEmpty)
        let accepted = (0..<50).count { cache.claim("\($0)") == .firstSighting }
        #expect(accepted == expected)
    }

    @Test("attack 136: refused claims give their place back")
    func givingBack() {
        let cache = MemoryReplayCache(capacity: 100, keyShare: .entries(3), memory: .startsEmpty)
        #expect(cache.claim("a") == .firstSighting)
        for _ in 0..<20 { #expect(cache.claim("a") == .seen(since: CheckKit.now)) }
        for _ in 0..<20 { #expect(cache.claim("late", until: -1) == .deadlinePassed) }
        #expect(cache.claim("b") == .firstSighting)
        #expect(cache.claim("c") == .firstSighting)
        #expect(cache.claim("d") == .overShare)
        #expect(cache.claim("a") == .seen(since: CheckKit.now))

        let full = MemoryReplayCache(capacity: 2, keyShare: .entries(2), memory: .startsEmpty)
        #expect(full.claim("a", owner: 1) == .firstSighting)
        #expect(full.claim("a", owner: 2) == .firstSighting)
        for index in 0..<20 { #expect(full.claim("\(index)", owner: 3) == .full) }
    }

    @Test("a limit holds when many threads claim at once")
    func atOnce() {
        for _ in 0..<10 * CheckKit.scale {
            let cache = MemoryReplayCache(capacity: 10_000, keyShare: .entries(100), memory: .startsEmpty)
            let outcomes = CheckList<ReplayOutcome>()
            CheckThreads.run(16) { thread in
                outcomes.append((0..<50).map { cache.claim("\(thread) \($0)") })
            }
            #expect(outcomes.all.count { $0 == .firstSighting } == 100)
            #expect(outcomes.all.count { $0 == .overShare } == 700)
        }
    }

    @Test("replays by many threads at once leave no place taken")
    func replaysAtOnce() {
        let cache = MemoryReplayCache(capacity: 10_000, keyShare: .entries(10), memory: .startsEmpty)
        for index in 0..<5 { #expect(cache.claim("\(index)") == .firstSighting) }
        let firsts = CheckList<Bool>()
        CheckThreads.run(16) { _ in
            firsts.append((0..<500).map { cache.claim("\($0 % 5)") == .firstSighting })
        }
        #expect(!firsts.all.contains(true))
        for index in 5..<10 { #expect(cache.claim("\(index)") == .firstSighting) }
        #expect(cache.claim("10") == .overShare)
    }

    @Test("through the verifier it is the client's fault, and known only of verified proofs")
    func verifier() {
        let cache = MemoryReplayCache(keyShare: .entries(1), memory: .startsEmpty)
        let verifier = ProofVerifier(policy: .default, replay: cache)
        for index in 0..<5 { #expect(verifier.refused(CheckProof(jti: "\(index)").badlySigned) != nil) }
        #expect(verifier.refused(CheckProof(jti: "a").text) == nil)
        let refused = verifier.refused(CheckProof(jti: "b").text)
        #expect(refused?.code == .tooManyProofs)
        #expect(refused?.claim == .jkt)
        #expect(refused?.wireError == nil)
        #expect(refused?.isServerFault == false)
        #expect(refused?.signatureVerified == true)
        let other = CheckProof(key: CheckKit.otherKey).text
        #expect(verifier.refused(other, for: CheckKit.tokenRequest) == nil)
    }
}

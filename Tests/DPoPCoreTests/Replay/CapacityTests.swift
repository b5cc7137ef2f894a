import Testing

@testable import DPoPCore

/// A full cache refuses and never forgets.
@Suite struct CapacityTests {
    @Test(
        "attack 135: at capacity new proofs are refused and no old one is forgotten",
        arguments: [1, 2, 1_000, 65_535])
    func full(_ capacity: Int) {
        let cache = MemoryReplayCache(capacity: capacity, keyShare: .unlimited, memory: .startsEmpty)
        for index in 0..<capacity { #expect(cache.claim("\(index)") == .firstSighting) }
        for index in 0..<10 {
            #expect(cache.claim("new \(index)") == .full)
            #expect(cache.claim("new \(index)", until: 1_000, at: 71) == .full)
        }
        for index in 0..<capacity { #expect(cache.claim("\(index)", at: 71) == .seen(since: CheckKit.now)) }
        // When the old ones have run out there is room for as many.
        for index in 0..<capacity { #expect(cache.claim("\(index)", until: 200, at: 72) == .firstSighting) }
        #expect(cache.claim("new", until: 200, at: 72) == .full)
    }

    @Test(
        "attack 135: from 65,536 on the cache has parts, which in all hold the capacity", arguments: [65_536])
    func shards(_ capacity: Int) {
        let cache = MemoryReplayCache(capacity: capacity, keyShare: .unlimited, memory: .startsEmpty)
        var (accepted, firstRefusal) = (0, 0)
        for index in 0..<capacity * 2 {
            switch cache.claim("\(index)") {
            case .firstSighting: accepted += 1
            case .full: if firstRefusal == 0 { firstRefusal = accepted }
            default: Issue.record("neither first nor full")
            }
        }
        #expect(CheckReplay.shardCounts(cache).count == 64)
        #expect(accepted == capacity)
        // "A few percent earlier": 1,024 a part, six standard deviations.
        #expect(firstRefusal > capacity * 80 / 100)
    }

    @Test("capacities below one hold one", arguments: [Int.min, -1, 0])
    func least(_ capacity: Int) {
        let cache = MemoryReplayCache(capacity: capacity, keyShare: .oneIn(8), memory: .startsEmpty)
        #expect(cache.capacity == 1)
        #expect(cache.claim("a") == .firstSighting)
        #expect(cache.claim("b", owner: 2) == .full)
    }

    @Test("attack 135: through the verifier a full store is the server's fault")
    func verifier() {
        let cache = MemoryReplayCache(capacity: 1, keyShare: .unlimited, memory: .startsEmpty)
        let verifier = ProofVerifier(policy: .default, replay: cache)
        #expect(verifier.refused(CheckProof(jti: "a").text) == nil)
        let refused = verifier.refused(CheckProof(jti: "b").text)
        #expect(refused?.code == .replayStoreFull)
        #expect(refused?.isServerFault == true)
        #expect(refused?.wireError == nil)
        #expect(verifier.refused(CheckProof(jti: "a").text)?.code == .replayed)
    }

    /// Entries run out in batches, up to half of their time late.
    @Test("a steady load that fills the capacity in one and a half times its time is never refused")
    func steady() {
        let cache = MemoryReplayCache(capacity: 1_000, keyShare: .unlimited, memory: .startsEmpty)
        for second in Int64(0)..<600 {
            for index in 0..<9 {
                let outcome = cache.claim("\(second) \(index)", until: second + 71, at: second)
                #expect(outcome == .firstSighting, "at \(second)")
            }
        }
    }

    @Test("attack 138: an entry takes 32 to 40 bytes once a table has grown")
    func bytesPerEntry() {
        #expect(MemoryLayout<DigestTable.Digest>.size == 16)
        let secret = DigestTable.Secret(a: 3, b: 1 << 127 | 5, c: 7 << 100)
        var table = DigestTable()
        var random = CheckRandom(seed: 138)
        for count in 1...20_000 * CheckKit.scale {
            let digest = DigestTable.Digest(SHA256Hasher.digest(random.next()))
            let place = secret.place(digest)
            guard case .free(let line) = table.look(for: digest, place: place) else {
                Issue.record("a digest that is there already")
                continue
            }
            table.insert(digest, line: line, place: place, number: 1, secret: secret)
            let bytes = table.bytes
            guard count >= 1_000, bytes < 32 * count || bytes > 40 * count + 8 * 64 else { continue }
            Issue.record("\(bytes) bytes for \(count)")
        }
        let count = table.count
        #expect(count == 20_000 * CheckKit.scale)
    }

    @Test("attack 138: memory does not grow over many windows", arguments: [50_000, 100_000])
    func noGrowth(_ capacity: Int) {
        let cache = MemoryReplayCache(capacity: capacity, keyShare: .oneIn(1), memory: .startsEmpty)
        var largest = (early: 0, late: 0)
        for second in Int64(0)..<24 * 71 {
            for index in 0..<10 { _ = cache.claim("\(second) \(index)", until: second + 71, at: second) }
            guard second.isMultiple(of: 10), second > 71 * 4 else { continue }
            let bytes = CheckReplay.tableBytes(cache)
            if second < 71 * 12 {
                largest.early = max(largest.early, bytes)
            } else {
                largest.late = max(largest.late, bytes)
            }
        }
        #expect(largest.early > 0)
        // Within the steps in which tables grow.
        #expect(largest.late <= largest.early * 3 / 2)
        // Everything that ran out goes with the next claim of its part.
        for index in 0..<2_000 { _ = cache.claim("end \(index)", until: 1_000_071, at: 1_000_000) }
        #expect(CheckReplay.shardCounts(cache).reduce(0, +) == 2_000)
    }

    @Test(
        "attack 138: a burst after a burst takes no more than 40 bytes for each of the capacity",
        arguments: [1, 100, 20_000])
    func bursts(_ between: Int) {
        let cache = MemoryReplayCache(capacity: 60_000, keyShare: .unlimited, memory: .startsEmpty)
        for (number, (second, count)) in [(0, 58_000), (60, between), (72, 38_000), (140, 20_000)].enumerated() {
            for index in 0..<count {
                let outcome = cache.claim("\(number) \(index)", until: Int64(second) + 71, at: Int64(second))
                guard outcome == .firstSighting || outcome == .full else {
                    Issue.record("\(outcome)")
                    return
                }
            }
            #expect(CheckReplay.tableBytes(cache) <= 40 * 60_000 + 3 * 8 * 64)
        }
    }

    @Test("attacks 131 and 137: proofs that fail add nothing")
    func failures() {
        let verifier = CheckKit.verifier()
        for index in 0..<200 { #expect(verifier.refused(CheckProof(jti: "\(index)").badlySigned) != nil) }
        #expect(CheckReplay.shardCounts(verifier.replay).reduce(0, +) == 0)
        #expect(CheckReplay.tableBytes(verifier.replay) == 0)
        #expect(verifier.refused(CheckProof(jti: "0").text) == nil)
        #expect(CheckReplay.shardCounts(verifier.replay).reduce(0, +) == 1)
    }

    @Test("attack 140: jtis chosen to crowd one place are spread, because a secret chooses it")
    func spread() {
        let cache = MemoryReplayCache(capacity: 100_000, keyShare: .unlimited, memory: .startsEmpty)
        var crafted = 0
        for index in 0..<100_000 {
            let key = CheckReplay.key("\(index)")
            // Without the secret all of these would share one part.
            guard DigestTable.Digest(key.digest).high % 64 == 0 else { continue }
            crafted += 1
            #expect(cache.admit(key, until: .at(71), now: CheckKit.now) == .firstSighting)
        }
        let counts = CheckReplay.shardCounts(cache)
        #expect(counts.count == 97)
        #expect(counts.reduce(0, +) == crafted)
        #expect(crafted > 1_000)
        #expect(counts.allSatisfy { $0 <= 3 * crafted / 97 }, "\(counts)")
    }
}

extension SHA256Hasher {
    fileprivate static func digest(_ number: UInt64) -> SHA256Digest {
        var hasher = SHA256Hasher()
        hasher.update(number)
        return hasher.finish()
    }
}

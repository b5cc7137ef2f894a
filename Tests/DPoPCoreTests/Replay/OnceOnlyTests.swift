import Testing

@testable import DPoPCore

/// One claim of a key is the first, however many there are and whenever they come.
@Suite struct OnceOnlyTests {
    @Test("attack 129: the same proof twice")
    func twice() throws {
        let verifier = CheckKit.verifier()
        let proof = CheckProof().text
        #expect(verifier.refused(proof) == nil)
        let refused = verifier.refused(proof)
        #expect(refused?.code == .replayed)
        #expect(refused?.signatureVerified == true)
        #expect(verifier.refused(CheckProof(jti: "two").text) == nil)
    }

    @Test("attack 130: of many claims at once, from 16 threads, exactly one is the first", arguments: [1_000, 65_536])
    func atOnce(_ capacity: Int) {
        let rounds = 400 * CheckKit.scale
        let cache = MemoryReplayCache(
            capacity: max(capacity, rounds * 2), keyShare: .oneIn(1), memory: .startsEmpty)
        let firsts = CheckList<Int>()
        CheckThreads.run(16) { _ in
            var mine: [Int] = []
            for round in 0..<rounds {
                for _ in 0..<8 where cache.claim("\(round)") == .firstSighting { mine.append(round) }
            }
            firsts.append(mine)
        }
        #expect(firsts.all.sorted() == Array(0..<rounds))
    }

    @Test("attack 130: the same whole proof on 16 threads is verified once")
    func wholeProofsAtOnce() {
        for round in 0..<5 * CheckKit.scale {
            let verifier = CheckKit.verifier()
            let proof = CheckProof(jti: "\(round)").text
            let outcomes = CheckList<ProofRejection.Code?>()
            CheckThreads.run(16) { _ in outcomes.append([verifier.refused(proof)?.code]) }
            #expect(outcomes.all.count { $0 == nil } == 1)
            #expect(outcomes.all.count { $0 == .replayed } == 15)
        }
    }

    @Test("attacks 130 and 129: the same on tasks, through a store that suspends")
    func tasksAtOnce() async {
        let verifier = ProofVerifier(policy: .default, replay: CheckAsyncStore())
        let proof = CheckProof().text
        let accepted = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    await awaitedRefusal { () async throws(ProofRejection) in
                        try await verifier.verify(proof, for: CheckKit.resource, now: CheckKit.now)
                    } == nil
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(accepted == 1)
    }

    @Test("attacks 132 and 133: for every iat in the window, a replay at every later second is refused")
    func everySecond() {
        for iat in Int64(-60)...10 {
            let proof = CheckProof(iat: CheckKit.now.seconds + iat).text
            let verifier = CheckKit.verifier()
            #expect(verifier.refused(proof) == nil)
            for later in Int64(0)...(iat + 62) {
                for nanoseconds: Int32 in [0, 999_999_999] {
                    let code = verifier.refused(proof, now: .at(later, nanoseconds: nanoseconds))?.code
                    #expect(code == (later <= iat + 60 ? .replayed : .issuedTooLongAgo), "iat \(iat), at \(later)")
                }
            }
        }
    }

    @Test("attack 132: on nodes whose clocks differ by clockSkew", arguments: [Int64(-10), -1, 0, 1, 10])
    func nodes(_ skew: Int64) {
        for iat in Int64(-60)...10 where (-60...10).contains(iat - skew) {
            let proof = CheckProof(iat: CheckKit.now.seconds + iat).text
            let verifier = CheckKit.verifier()
            #expect(verifier.refused(proof) == nil)
            for later in Int64(0)...85 {
                // One node's clock moves the store on, the other one judges.
                _ = verifier.refused(
                    CheckProof(jti: "n\(later)", iat: CheckKit.now.seconds + later).text, now: .at(later))
                #expect(verifier.refused(proof, now: .at(later + skew)) != nil, "iat \(iat), at \(later)")
            }
        }
    }

    @Test("attack 134: an entry is known up to its deadline, the deadline included")
    func boundary() {
        let cache = MemoryReplayCache(memory: .startsEmpty)
        #expect(cache.claim("a") == .firstSighting)
        #expect(cache.claim("a", at: 70, nanoseconds: 999_000_000) == .seen(since: CheckKit.now))
        #expect(cache.claim("a", at: 71) == .seen(since: CheckKit.now))
        #expect(cache.claim("a", at: 71, nanoseconds: 1_000_000) == .deadlinePassed)
        // The same jti with another iat, once the first is forgotten, is another proof.
        #expect(cache.claim("a", until: 80, at: 71) == .seen(since: CheckKit.now))
        #expect(cache.claim("a", until: 80, at: 72) == .firstSighting)
        #expect(cache.claim("b", until: 72, at: 72) == .firstSighting)
        #expect(cache.claim("c", until: 71, at: 72) == .deadlinePassed)
    }

    @Test("attack 139: another key, target or split of the same text is another proof")
    func separation() {
        let cache = MemoryReplayCache(memory: .startsEmpty)
        #expect(cache.claim("same", owner: 1) == .firstSighting)
        #expect(cache.claim("same", owner: 2) == .firstSighting)
        #expect(cache.claim("same", owner: 1) != .firstSighting)
        let splits = [("https://h.example/a", "bc"), ("https://h.example/ab", "c"), ("https://h.example/abc", "")]
        let keys = splits.map { target, jti in
            ReplayKey(thumbprint: CheckReplay.owner(1), targetURI: CheckKit.uri(target), jti: jti)
        }
        #expect(Set(keys.map(\.bytes)).count == 3)
        let respelled = ReplayKey(
            thumbprint: CheckReplay.owner(1), targetURI: CheckKit.uri("HTTPS://h.example:443/./a?q"), jti: "bc")
        #expect(respelled == keys[0])
        #expect(respelled.bytes == keys[0].bytes)
    }

    @Test("attack 139: the key's bytes are pinned, because nodes of different versions share a store")
    func pinned() throws {
        let thumbprint = try #require(Thumbprint(bytes: Array(0..<32)))
        let key = ReplayKey(thumbprint: thumbprint, targetURI: CheckKit.uri("https://h.example/"), jti: "abc")
        // SHA-256 over the thumbprint, then the target and the jti, each after its length in eight bytes.
        let hex = key.bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        #expect(hex == "5f3081aa8997717b64ee3147277360e4c3b04982e8332601a8869203992e1b1a")
        #expect(key.thumbprint == thumbprint)
    }

    @Test("attack 143: the caches of two processes do not see each other, and say so")
    func twoCaches() {
        let (one, other) = (MemoryReplayCache(memory: .startsEmpty), MemoryReplayCache(memory: .startsEmpty))
        #expect(one.claim("a") == .firstSighting)
        #expect(other.claim("a") == .firstSighting)
        #expect(one.scope == .processLocal)
    }
}

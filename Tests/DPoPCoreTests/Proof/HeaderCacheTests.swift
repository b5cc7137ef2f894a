import Testing

@testable import DPoPCore

/// Which headers are remembered, and which of them stay when there are more than places.
@Suite struct HeaderCacheTests {
    private let cache = HeaderCache(KeyTables(memory: 0))
    private let header: ProofHeader
    private let now = CheckKit.now

    init() throws { header = try DecodedProof(decoding: CheckProof().text).header }

    private func text(_ name: String) -> [UInt8] { Array("header \(name)".utf8) }

    private func knows(_ name: String) -> Bool { entry(name) != nil }

    private func entry(_ name: String) -> HeaderCache.Entry? {
        let text = text(name)
        return cache.find(text.span, 0..<text.count)
    }

    /// What a verifier does once a signature under the header was verified.
    private func use(_ name: String, _ times: Int = 1, at time: UnixTime? = nil) {
        let text = text(name)
        for _ in 0..<times {
            if let entry = entry(name) {
                entry.noteVerified(now: time ?? now)
            } else {
                cache.remember(header, text.span, 0..<text.count, now: time ?? now)
            }
        }
    }

    @Test("attack 62: a header is remembered from the second use on")
    func second() {
        use("a")
        #expect(!knows("a"))
        use("a")
        #expect(knows("a") && !knows("b"))
    }

    @Test("attack 189: headers without end, each used twice, displace none that is used three times in a minute")
    func flood() {
        let busy = (0..<200).map { "busy \($0)" }
        for name in busy { use(name, 6) }
        // Sets of eight that more than eight of these share lose some.
        let kept = busy.filter(knows)
        #expect(kept.count > 195)
        for number in 0..<100_000 {
            use("\(number)", 2)
            if number % 10_000 == 0 { for name in kept { use(name, 3) } }
        }
        #expect(kept.allSatisfy(knows))
    }

    @Test("attack 189: however many headers come, so many are kept and no more")
    func bounded() {
        for number in 0..<100_000 { use("\(number)", 2) }
        let count = (0..<100_000).count { knows("\($0)") }
        #expect(count <= 4_096)
        // And the places are used.
        #expect(count > 4_000)
    }

    @Test("a header that is used oftener takes the place of one that is not used any more")
    func newcomers() {
        for number in 0..<20_000 { use("old \(number)", 2) }
        let later = now.advanced(bySeconds: 600)
        for number in 0..<100 { use("new \(number)", 4, at: later) }
        #expect((0..<100).count { knows("new \($0)") } > 95)
    }

    @Test("longer headers than 1,280 bytes are not remembered")
    func long() {
        for (length, isKnown) in [(1_280 - 7, true), (1_281 - 7, false)] {
            let name = String(repeating: "x", count: length)
            use(name, 4)
            #expect(knows(name) == isKnown)
        }
    }

    @Test("attack 137: proofs that are badly signed are not remembered and displace nothing")
    func badSignatures() throws {
        let verifier = CheckKit.verifier()
        func knows(_ proof: String) throws -> Bool {
            let framing = try CompactJWS.Framing(proof.utf8.span)
            return verifier.headers.find(proof.utf8.span, framing.header) != nil
        }
        for jti in ["first", "second"] { #expect(verifier.refused(CheckProof(jti: jti).text) == nil) }
        for number in 0..<2_000 {
            let proof = CheckProof().parameter("kid", quoted("\(number % 500)")).badlySigned
            #expect(verifier.refused(proof)?.code == .badSignature)
        }
        for number in 0..<500 {
            #expect(try !knows(CheckProof().parameter("kid", quoted("\(number)")).text))
        }
        #expect(try knows(CheckProof().text))
    }

    @Test("a header that comes once a minute is not one that comes back, however long")
    func slow() {
        for minute: Int64 in 0..<100 { use("slow", at: now.advanced(bySeconds: 60 * minute)) }
        #expect(!knows("slow"))
        for _ in 0..<2 { use("slow", at: now.advanced(bySeconds: 6_000)) }
        #expect(knows("slow"))
    }

    @Test("uses halve with each minute")
    func useCount() {
        let count = UseCount()
        for expected: UInt32 in 1...100 { #expect(count.note(now: now) == expected) }
        let minute = now.advanced(bySeconds: 60)
        #expect(count.value(now: minute) == 50)
        #expect(count.value(now: minute.advanced(bySeconds: 60)) == 25)
        #expect(count.note(now: minute) == 51)
        #expect(count.value(now: now.advanced(bySeconds: 60 * 60 * 24 * 365)) == 0)
        #expect(UseCount(RecentUses(.max, now: now)).note(now: now) == .max)
        for seconds: Int64 in [.min, -1, 0, .max] { #expect(count.note(now: UnixTime(seconds: seconds)) >= 1) }
    }

    @Test("uses that come late, by up to five minutes, cost nothing; a clock that is set back further does")
    func lateUses() {
        let count = UseCount(RecentUses(5_000, now: now))
        let minute = now.advanced(bySeconds: 60)
        #expect(count.note(now: minute) == 2_501)
        #expect(count.note(now: now) == 2_502)
        #expect(count.note(now: minute.advanced(bySeconds: -300)) == 2_503)
        #expect(count.value(now: now) == 2_503)
        #expect(count.note(now: minute) == 2_504)
        #expect(count.note(now: minute.advanced(bySeconds: -360)) == 1)
    }

    @Test("a use that is taken back takes one, of what is left after a minute")
    func takenBack() {
        var uses = RecentUses(8, now: now)
        uses.takeOne(now: now)
        #expect(uses.value(now: now) == 7)
        uses.takeOne(now: now.advanced(bySeconds: 60))
        #expect(uses.value(now: now.advanced(bySeconds: 60)) == 2)
        for _ in 0..<4 { uses.takeOne(now: now.advanced(bySeconds: 60)) }
        #expect(uses.value(now: now.advanced(bySeconds: 60)) == 0)
    }
}

import Testing

@testable import DPoPCore
@testable import DPoPServer

@Suite struct TokenCacheTests {
    private func hash(_ number: Int) -> AccessTokenHash { AccessTokenHash(of: "token \(number)") }

    @Test("a value is there until its deadline and not at it")
    func deadline() {
        let cache = TokenCache<Int>(capacity: 8)
        cache.store(1, for: hash(1), until: .token(60), now: .token(0))
        cache.store(2, for: hash(2), until: .token(0), now: .token(0))
        #expect(cache.value(for: hash(1), now: .token(0)) == 1)
        #expect(cache.value(for: hash(1), now: UnixTime(seconds: TokenKit.now.seconds + 59, nanoseconds: 999)) == 1)
        #expect(cache.value(for: hash(1), now: .token(60)) == nil)
        #expect(cache.value(for: hash(2), now: .token(0)) == nil)
        #expect(cache.value(for: hash(3), now: .token(0)) == nil)
    }

    @Test("a clock that steps back does not keep a value")
    func stepBack() {
        let cache = TokenCache<Int>(capacity: 8)
        cache.store(1, for: hash(1), until: .token(60), now: .token(0))
        #expect(cache.value(for: hash(1), now: .token(-1)) == 1)
        #expect(cache.value(for: hash(1), now: .token(-2)) == nil)
    }

    @Test("a later value takes the place of an earlier one")
    func replaced() {
        let cache = TokenCache<Int>(capacity: 2)
        cache.store(1, for: hash(1), until: .token(60), now: .token(0))
        // Moves the first to the older generation.
        cache.store(2, for: hash(2), until: .token(60), now: .token(0))
        cache.store(3, for: hash(1), until: .token(90), now: .token(0))
        #expect(cache.value(for: hash(1), now: .token(80)) == 3)
        for number in 4..<8 { cache.store(number, for: hash(number), until: .token(90), now: .token(0)) }
        #expect(cache.value(for: hash(1), now: .token(80)) == nil)
    }

    @Test("attack 189: 100,000 distinct tokens leave no more entries than the capacity", arguments: [2, 100, 5_000])
    func bounded(_ capacity: Int) {
        let cache = TokenCache<Int>(capacity: capacity)
        for number in 0..<100_000 {
            cache.store(number, for: hash(number), until: .token(60), now: .token(0))
            if number % 1_000 == 0 { #expect(cache.count <= capacity) }
        }
        #expect(cache.count <= capacity && cache.count >= capacity / 4)
        let kept = (0..<100_000).filter { cache.value(for: hash($0), now: .token(0)).map { $0 } != nil }
        #expect(!kept.isEmpty && kept.count <= capacity)
        #expect(kept.allSatisfy { $0 > 100_000 - 2 * capacity })
    }

    @Test("what is asked for stays while others come and go")
    func popular() {
        let cache = TokenCache<Int>(capacity: 10)
        cache.store(-1, for: hash(-1), until: .token(60), now: .token(0))
        for number in 0..<1_000 {
            cache.store(number, for: hash(number), until: .token(60), now: .token(0))
            #expect(cache.value(for: hash(-1), now: .token(0)) == -1)
        }
    }

    @Test("many threads use one cache, and each finds its own values or none")
    func threads() async {
        let cache = TokenCache<Int>(capacity: 2_000)
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<8 {
                group.addTask {
                    for number in 0..<2_000 {
                        let hash = AccessTokenHash(of: "token \((task * 250 + number) % 4_000)")
                        let own = (task * 250 + number) % 4_000
                        cache.store(own, for: hash, until: .token(60), now: .token(0))
                        let found = cache.value(for: hash, now: .token(0))
                        #expect(found == nil || found == own)
                    }
                }
            }
        }
        #expect(cache.count <= 2_000)
    }
}

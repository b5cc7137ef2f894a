import DPoPCore
import HTTPTypes
import Testing

@testable import DPoPClient

@Suite struct ScopeRateTests {
    @Test("a burst, then what comes back with each interval, and no more than a burst is saved up")
    func bucket() throws {
        let kit = try ScopeKit()
        let handle = try kit.handle(
            kit.scope(rate: SigningRate(burst: 3, refill: 2, every: .milliseconds(100))))
        func uses() -> Int {
            var count = 0
            while ScopeKit.refusal(handle) == nil { count += 1 }
            return count
        }
        #expect(uses() == 3)
        kit.clocks.pass(.milliseconds(100) - .nanoseconds(1))
        #expect(uses() == 0)
        kit.clocks.pass(.nanoseconds(1))
        #expect(uses() == 2)
        kit.clocks.pass(.milliseconds(150))
        #expect(uses() == 2)
        // The half interval counts on.
        kit.clocks.pass(.milliseconds(50))
        #expect(uses() == 2)
        kit.clocks.pass(.seconds(86_400 * 365 * 100))
        #expect(uses() == 3)
        // Full for long, and an interval begins with the first use.
        kit.clocks.pass(.milliseconds(99))
        #expect(uses() == 0)
        kit.clocks.pass(.milliseconds(1))
        #expect(uses() == 2)
        #expect(Set(kit.recorder.refusals) == [nil, .rateExceeded])
    }

    @Test("a clock that stands behind gives nothing and takes nothing")
    func behind() throws {
        let rate = try SigningRate(burst: 1_000_000, refill: 1_000_000, every: .milliseconds(1))
        let start = ContinuousClock.now
        var allowance = Allowance(rate, now: start)
        let before = allowance.has(now: start.advanced(by: .seconds(-1_000_000_000_000)))
        allowance.take(now: start.advanced(by: .seconds(-10)))
        let after = allowance.has(now: start.advanced(by: .seconds(1_000_000_000_000)))
        #expect(before && after)
    }

    @Test("what is refused costs nothing")
    func refusalsAreFree() throws {
        let kit = try ScopeKit()
        let handle = try kit.handle(kit.scope(rate: SigningRate(burst: 1, every: .seconds(1))))
        for _ in 0..<10 {
            #expect(ScopeKit.refusal(handle, ClientKit.request(.delete)) == .outsideScope)
            #expect(ScopeKit.refusal(handle, ClientKit.request(authority: "evil.example")) == .outsideScope)
        }
        #expect(ScopeKit.refusal(handle) == nil)
        #expect(ScopeKit.refusal(handle) == .rateExceeded)
    }

    @Test("1,000 tasks at once get a burst, together with those of narrowed handles")
    func concurrency() async throws {
        let kit = try ScopeKit()
        let handle = try kit.handle(kit.scope(rate: SigningRate(burst: 100, every: .seconds(1))))
        let narrow = try handle.narrowed(
            to: kit.scope(methods: [.get], rate: SigningRate(burst: 30, every: .seconds(1))))
        let signed = await withTaskGroup(of: Bool?.self) { group in
            for number in 0..<1_000 {
                let used = number % 2 == 0 ? handle : narrow
                group.addTask {
                    (try? await used.sign(ClientKit.request(), as: nil)) == nil ? nil : number % 2 == 0
                }
            }
            return await group.reduce(into: [Bool: Int]()) { counts, wide in
                if let wide { counts[wide, default: 0] += 1 }
            }
        }
        #expect((signed[true] ?? 0) + (signed[false] ?? 0) == 100)
        #expect((signed[false] ?? 0) <= 30)
        #expect(kit.recorder.refusals.filter { $0 == nil }.count == 100)
        #expect(kit.recorder.refusals.filter { $0 == .rateExceeded }.count == 900)
    }

    @Test("a narrowed handle never gets more than the one above it")
    func chain() throws {
        let kit = try ScopeKit()
        let handle = try kit.handle(kit.scope(rate: SigningRate(burst: 2, every: .seconds(1))))
        let wide = try handle.narrowed(to: kit.scope(rate: SigningRate(burst: 100, every: .milliseconds(1))))
        #expect((0..<4).map { _ in ScopeKit.refusal(wide) } == [nil, nil, .rateExceeded, .rateExceeded])
        kit.clocks.pass(.seconds(1))
        #expect(ScopeKit.refusal(handle) == nil)
        #expect(ScopeKit.refusal(wide) == .rateExceeded)
        // A refusal above cost nothing below: 98 are left of its own burst.
        let narrow = try kit.handle(kit.scope())
        let small = try narrow.narrowed(to: kit.scope(rate: SigningRate(burst: 1, every: .seconds(1))))
        #expect(ScopeKit.refusal(small) == nil)
        #expect(ScopeKit.refusal(small) == .rateExceeded)
        #expect((0..<99).allSatisfy { _ in ScopeKit.refusal(narrow) == nil })
        #expect(ScopeKit.refusal(narrow) == .rateExceeded)
    }
}

import DPoPCore
import DPoPTesting
import Testing

@Suite struct FixedClockTests {
    @Test("a fixed clock stands until it is moved, and goes both ways")
    func moves() {
        let clock = FixedClock(UnixTime(seconds: 100, nanoseconds: 5))
        #expect(clock.now == UnixTime(seconds: 100, nanoseconds: 5))
        clock.advance(bySeconds: 7)
        #expect(clock.now == UnixTime(seconds: 107, nanoseconds: 5))
        clock.advance(bySeconds: -10)
        #expect(clock.now == UnixTime(seconds: 97, nanoseconds: 5))
        clock.set(to: UnixTime(seconds: 3))
        #expect(clock.now == UnixTime(seconds: 3))
    }
}

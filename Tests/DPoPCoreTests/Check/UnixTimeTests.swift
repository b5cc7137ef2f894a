import Testing

@testable import DPoPCore

@Suite struct UnixTimeTests {
    @Test("times are ordered by seconds, then by nanoseconds")
    func order() {
        let times = [
            UnixTime(seconds: .min), UnixTime(seconds: -1, nanoseconds: 999_999_999), UnixTime(seconds: 0),
            UnixTime(seconds: 0, nanoseconds: 1), UnixTime(seconds: 1), UnixTime(seconds: .max, nanoseconds: 1),
        ]
        #expect(times == times.sorted())
        for (index, time) in times.enumerated() {
            for other in times[(index + 1)...] {
                #expect(time < other)
                #expect(!(other < time))
            }
        }
    }

    @Test("nanoseconds stay within a second")
    func nanoseconds() {
        #expect(UnixTime(seconds: 5, nanoseconds: -1) == UnixTime(seconds: 5))
        #expect(UnixTime(seconds: 5, nanoseconds: 1_000_000_000) == UnixTime(seconds: 5, nanoseconds: 999_999_999))
        #expect(UnixTime(seconds: 5, nanoseconds: .max).nanoseconds == 999_999_999)
    }

    @Test("attack 81: moving a time stops at the ends of the range")
    func moving() {
        #expect(UnixTime(seconds: 5, nanoseconds: 7).advanced(bySeconds: -6) == UnixTime(seconds: -1, nanoseconds: 7))
        #expect(UnixTime(seconds: .max).advanced(bySeconds: 1).seconds == .max)
        #expect(UnixTime(seconds: .min).advanced(bySeconds: -1).seconds == .min)
        #expect(UnixTime(seconds: .max).advanced(bySeconds: .min).seconds == -1)
    }

    @Test("a description is the number, its fraction to the nanosecond")
    func descriptions() {
        #expect("\(UnixTime(seconds: 5))" == "5")
        #expect("\(UnixTime(seconds: 5, nanoseconds: 120))" == "5.000000120")
    }

    @Test("the system's clock is past 2025 and does not stand still")
    func clock() {
        let start = UnixTime.now()
        #expect(start.seconds > 1_735_689_600)
        var now = start
        for _ in 0..<10_000_000 where now == start { now = .now() }
        #expect(now != start)
    }
}

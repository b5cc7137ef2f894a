#if Valkey
    import DPoPCore
    import Testing

    @Suite("The tests' claims and counts")
    struct TestClaimsKitTests {
        @Test("keys differ")
        func keys() throws {
            #expect(Set(try TestClaims.keys(100)).count == 100)
            #expect(TestClaims.deadline() > .now())
            #expect(UnixTime(seconds: 3, nanoseconds: 500_000_000).inSeconds == 3.5)
        }

        @Test("what never happens fails with its words, and what happens late does not")
        func eventualities() async throws {
            let error = await #expect(throws: KitError.self) {
                try await eventually("pigs fly", within: .milliseconds(20)) { false }
            }
            #expect(error?.description.contains("pigs fly") == true)
            var tries = 0
            try await eventually("the third try") {
                tries += 1
                return tries == 3
            }
            #expect(tries == 3)
        }

        @Test("a tally counts from all tasks")
        func tallies() async throws {
            let tally = Tally<ReplayOutcome>()
            let start = ContinuousClock.now
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<100 {
                    group.addTask { tally.count(number % 4 == 0 ? .full : .unavailable, took: .milliseconds(number)) }
                }
            }
            #expect(tally[.full] == 25 && tally[.unavailable] == 75 && tally[.firstSighting] == 0)
            #expect(tally.total == 100 && tally.longest == .milliseconds(99))
            let entry = try #require(tally.entry(.full))
            #expect(start <= entry.first && entry.first <= entry.last && entry.last <= .now)
            #expect(entry.longest == .milliseconds(96))
            #expect(tally.description.contains("full 25"))
            #expect(await tally.count { .firstSighting } == .firstSighting)
            #expect(tally[.firstSighting] == 1)
        }
    }
#endif

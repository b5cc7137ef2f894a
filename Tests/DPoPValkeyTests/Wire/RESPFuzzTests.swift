#if Valkey
    import Testing

    @testable import DPoPValkey

    @Suite struct RESPFuzzTests {
        private static func value(_ random: inout SeededGenerator, depth: Int = 1) -> RESPValue {
            switch random.below(depth > 4 ? 4 : 5) {
            case 0: .simple(["OK", "PONG", "", "QUEUED x"][random.below(4)])
            case 1: .integer(Int64.random(in: .min ... .max, using: &random) >> Int64(random.below(64)))
            case 2: .bulk((0..<random.below(40)).map { _ in UInt8(random.below(256)) })
            case 3: .null
            default: .array((0..<random.below(4)).map { _ in value(&random, depth: depth + 1) })
            }
        }

        private static func fragments(_ stream: [UInt8], _ random: inout SeededGenerator) -> [ArraySlice<UInt8>] {
            var result: [ArraySlice<UInt8>] = []
            var rest = stream[...]
            while !rest.isEmpty {
                result.append(rest.prefix(1 + random.below(12)))
                rest = rest.dropFirst(result.last?.count ?? 0)
            }
            return result
        }

        private static func mutate(_ stream: inout [UInt8], _ random: inout SeededGenerator) {
            let place = random.below(stream.count)
            let bytes = Array("\r\n+-:$*019 ?".utf8)
            switch random.below(5) {
            case 0: stream[place] ^= 1 << UInt8(random.below(8))
            case 1: stream[place] = bytes[random.below(bytes.count)]
            case 2: stream.insert(bytes[random.below(bytes.count)], at: place)
            case 3: stream.removeSubrange(place..<min(stream.count, place + 1 + random.below(4)))
            default: stream.insert(contentsOf: stream[place..<min(stream.count, place + random.below(9))], at: place)
            }
        }

        @Test("any replies come back as they were written", arguments: [1, 2] as [UInt64])
        func roundTrip(seed: UInt64) {
            var random = SeededGenerator(seed: seed)
            for _ in 0..<1_000 {
                let values = (0..<1 + random.below(6)).map { _ in RESPFuzzTests.value(&random) }
                let replies = Replies(RESPFuzzTests.fragments(values.flatMap(\.encoded), &random))
                #expect(replies.values == values)
                #expect(replies.defect == nil)
            }
        }

        @Test(
            "attacks 145 and 147: damaged replies never trap, and have one reading", arguments: [3, 4, 5] as [UInt64])
        func damaged(seed: UInt64) {
            var random = SeededGenerator(seed: seed)
            var defects: Set<RESPDefect> = []
            var survived = 0
            for _ in 0..<4_000 {
                var stream = (0..<1 + random.below(6)).flatMap { _ in RESPFuzzTests.value(&random).encoded }
                for _ in 0...random.below(3) where !stream.isEmpty { RESPFuzzTests.mutate(&stream, &random) }
                let whole = Replies([stream])
                #expect(Replies(RESPFuzzTests.fragments(stream, &random)) == whole)
                if let defect = whole.defect { defects.insert(defect) } else { survived += 1 }
                // What was read is what stands there, in its only spelling. But an error's text and "*-1" are not kept.
                let hasOther = stream.contains(UInt8(ascii: "-"))
                #expect(hasOther || stream.starts(with: whole.values.flatMap(\.encoded)))
            }
            #expect(Set(defects.map(\.kind)).isSuperset(of: [.type, .line, .number, .text]))
            #expect(survived > 100)
        }
    }
#endif

#if Valkey
    import Testing

    @testable import DPoPValkey

    @Suite struct HashSlotTests {
        private static func slot(_ key: String) -> Int { HashSlot.of(Array(key.utf8)) }

        @Test(
            "a key's slot is the one that servers compute",
            arguments: [("123456789", 12_739), ("foo", 12_182), ("bar", 5_061), ("", 0), ("hello", 866)])
        func vectors(key: String, slot: Int) { #expect(Self.slot(key) == slot) }

        @Test("of a key with a tag, the tag alone counts")
        func tags() {
            #expect(Self.slot("{user1000}.following") == Self.slot("user1000"))
            #expect(Self.slot("{user1000}.followers") == Self.slot("user1000"))
            #expect(Self.slot("foo{{bar}}zap") == Self.slot("{bar"))
            #expect(Self.slot("foo{bar}{zap}") == Self.slot("bar"))
            #expect(Self.slot("}{bar}") == Self.slot("bar"))
        }

        @Test("a tag that is empty or has no end is none", arguments: ["foo{}{bar}", "foo{bar", "foo}bar{", "{}", "{"])
        func noTags(key: String) {
            // As bit by bit division has it.
            var crc = 0
            for byte in key.utf8 {
                crc ^= Int(byte) << 8
                for _ in 0..<8 { crc = (crc & 0x8000 == 0 ? crc << 1 : crc << 1 ^ 0x1021) & 0xFFFF }
            }
            #expect(Self.slot(key) == crc % 16_384)
        }

        @Test("attack 153: each partition's tag is in its own 64 slots, and is the smallest number there")
        func partitions() {
            #expect(Partitions.tags.count == 256)
            var smallest: [Int: Int] = [:]
            for number in (0..<1_000).reversed() { smallest[Self.slot(String(number)) / 64] = number }
            for (index, tag) in Partitions.tags.enumerated() {
                #expect(Array(String(smallest[index] ?? -1).utf8) == tag)
                #expect((index * 64..<(index + 1) * 64).contains(Partitions.slot(of: index)))
                let key = Array("dpop:{".utf8) + tag + Array("}:anything".utf8)
                #expect(HashSlot.of(key) == Partitions.slot(of: index))
            }
            #expect(smallest.values.max() == 477)
            #expect(Partitions.tags[0] == Array("460".utf8))
        }

        @Test("each digest has a partition, by its first byte")
        func digests() {
            for byte in UInt8.min ... .max { #expect(Partitions.index(of: [byte, 7]) == Int(byte)) }
            #expect(Partitions.index(of: []) == 0)
        }
    }
#endif

#if Valkey
    /// How keys are spread over a cluster: by 256 hash tags, each in a range of slots of its own, so that all nodes of a
    /// fleet put a key in the same place, each primary has its share of tags, and a canary can have a primary's tag.
    enum Partitions {
        static let count = 256

        /// What stands in the braces of a partition's keys: the smallest decimal number in its 64 slots, at most 477.
        static let tags: [[UInt8]] = {
            var tags = [[UInt8]](repeating: [], count: count)
            var missing = count
            var number = 0
            while missing > 0 {
                let tag = Array(String(number).utf8)
                let index = HashSlot.of(tag) / slotsEach
                if tags[index].isEmpty {
                    tags[index] = tag
                    missing -= 1
                }
                number += 1
            }
            return tags
        }()

        /// The partition of a digest, by its first byte; the first one for no bytes.
        static func index(of digest: [UInt8]) -> Int { Int(digest.first ?? 0) }

        /// The slot that a partition's keys are in.
        ///
        /// - Parameter index: 0…255.
        static func slot(of index: Int) -> Int { slots[index] }

        private static let slotsEach = HashSlot.count / count
        private static let slots = tags.map(HashSlot.of)
    }
#endif

#if Valkey
    import DPoPCore

    /// What the keys at the server are called.
    ///
    /// Alone, `prefix:role:digest`; in cluster mode `prefix:{tag}:role:digest`, the tag being the partition's. Beside
    /// them, for each partition, a canary.
    struct KeySpace: Sendable {
        let prefix: [UInt8]
        /// Whether the server is part of a cluster.
        var isCluster = false

        /// Whether a byte may stand in a role's name.
        static func isNameCharacter(_ byte: UInt8) -> Bool {
            ASCII.isLetter(byte) || ASCII.isDigit(byte) || ".-_".utf8.contains(byte)
        }

        /// What a key begins with.
        private func appendHead(_ partition: Int, to bytes: inout [UInt8]) {
            bytes += prefix
            bytes.append(UInt8(ascii: ":"))
            guard isCluster else { return }
            bytes.append(UInt8(ascii: "{"))
            bytes += Partitions.tags[partition]
            bytes.append(UInt8(ascii: "}"))
            bytes.append(UInt8(ascii: ":"))
        }

        func append(_ key: ClaimedKey, to bytes: inout [UInt8]) {
            appendHead(key.partition, to: &bytes)
            bytes += key.role
            bytes.append(UInt8(ascii: ":"))
            key.digest.append(to: &bytes)
        }

        /// How many bytes a key has.
        func length(_ key: ClaimedKey) -> Int {
            let tag = isCluster ? Partitions.tags[key.partition].count + 3 : 0
            return prefix.count + 1 + tag + key.role.count + 1 + Symbols.count
        }

        /// The canary of a partition under one reign.
        func canary(_ partition: Int, _ reign: [UInt8]) -> [UInt8] {
            var bytes: [UInt8] = []
            appendHead(partition, to: &bytes)
            return bytes + Array("canary:".utf8) + reign
        }

        /// Makes the canaries that are not there and reads all, two commands for each: whoever was first, all nodes go by
        /// the same. Nil if none can be made.
        func readingCanaries(_ partitions: some Collection<Int>, _ reign: [UInt8]) -> [Command]? {
            guard let new = Canary.new(now: .now()) else { return nil }
            return partitions.flatMap { partition -> [Command] in
                let key = canary(partition, reign)
                return [
                    .set(key: key, value: new.value, milliseconds: nil, onlyIfAbsent: true, returningOld: false),
                    .get(key: key),
                ]
            }
        }

        /// A key that nobody else uses.
        func probe(_ partition: Int, _ random: Symbols) -> [UInt8] {
            var bytes: [UInt8] = []
            appendHead(partition, to: &bytes)
            bytes += Array("probe:".utf8)
            random.append(to: &bytes)
            return bytes
        }

        /// How many partitions there are.
        var partitionCount: Int { isCluster ? Partitions.count : 1 }
    }

    /// What a canary holds: a random epoch, and when it was made. It is gone, or another, when the memory around it was
    /// lost.
    struct Canary: Sendable, Hashable {
        let value: [UInt8]
        let createdAt: UnixTime

        /// Nil if the random generator failed, and for a clock that shows no year up to 9999.
        static func new(now: UnixTime) -> Canary? {
            guard let epoch = Symbols.random() else { return nil }
            var value: [UInt8] = []
            epoch.append(to: &value)
            guard 0...UnixTime.latestClaim ~= now.seconds else { return nil }
            value += Array(" \(now.seconds * 1_000_000 + Int64(now.nanoseconds / 1_000))".utf8)
            return Canary(value)
        }

        /// Nil for what no node wrote.
        init?(_ value: [UInt8]) {
            guard value.count > Symbols.count + 1, value[Symbols.count] == UInt8(ascii: " "),
                let microseconds = Decimal.read(value.dropFirst(Symbols.count + 1)), microseconds >= 0
            else { return nil }
            self.value = value
            createdAt = UnixTime(
                seconds: microseconds / 1_000_000, nanoseconds: Int32(microseconds % 1_000_000) * 1_000)
        }
    }
#endif

#if Hummingbird
    import DPoPCore

    /// Values that are remembered for a time, and never more than so many: when there is no room, a new one is refused
    /// and nothing that is alive forgotten.
    struct BoundedTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
        private struct Entry: Sendable {
            var value: Value
            /// The first instant at which it is gone.
            let until: UnixTime
        }

        private let capacity: Int
        private var entries: [Key: Entry] = [:]
        /// No entry runs out before this.
        private var earliest = UnixTime(seconds: .max)

        init(capacity: Int) { self.capacity = capacity }

        /// The value of a key, unless its time is over.
        func value(_ key: Key, now: UnixTime) -> Value? {
            guard let entry = entries[key], now < entry.until else { return nil }
            return entry.value
        }

        /// Remembers a value, in the place of the key's last one; false if there is no room.
        mutating func set(_ key: Key, _ value: Value, until: UnixTime, now: UnixTime) -> Bool {
            guard entries[key] != nil || hasRoom(now: now) else { return false }
            entries[key] = Entry(value: value, until: until)
            earliest = min(earliest, until)
            return true
        }

        /// Whether a new key would find room.
        mutating func hasRoom(now: UnixTime) -> Bool {
            // Looks through all only if one has run out.
            if entries.count >= capacity, now >= earliest {
                entries = entries.filter { now < $0.value.until }
                earliest = entries.values.map(\.until).min() ?? UnixTime(seconds: .max)
            }
            return entries.count < capacity
        }

        /// Changes the value of a key that is there; its time stays.
        mutating func update(_ key: Key, _ change: (inout Value) -> Void) {
            guard var entry = entries[key] else { return }
            change(&entry.value)
            entries[key] = entry
        }

        /// Forgets a key, and gives its value unless its time was over.
        @discardableResult
        mutating func remove(_ key: Key, now: UnixTime) -> Value? {
            guard let entry = entries.removeValue(forKey: key), now < entry.until else { return nil }
            return entry.value
        }
    }

    /// Random text of base64url.
    enum RandomText {
        /// - Parameter bytes: how many random bytes it stands for.
        ///
        /// Throws if libcrypto's generator failed.
        static func make(bytes count: Int) throws(Answer) -> String {
            let bytes = try bytes(count)
            return String(decoding: Base64URL.encode(bytes.span), as: UTF8.self)
        }

        static func bytes(_ count: Int) throws(Answer) -> [UInt8] {
            var bytes = [UInt8](repeating: 0, count: count)
            var buffer = bytes.mutableSpan
            guard RandomBytes.fill(&buffer) else { throw .fault }
            return bytes
        }
    }
#endif

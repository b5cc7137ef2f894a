#if Valkey
    import DPoPCore

    extension ScriptedServer {
        /// Answers as a server would that is well, with a memory of its own.
        ///
        /// - Parameters:
        ///   - oldSet: as one before 7.0.
        ///   - overriding: other answers to single commands, by their name in capitals; nil: the usual one.
        static func healthy(
            oldSet: Bool = false, overriding: [String: @Sendable ([String], Int) -> Reply?] = [:]
        ) -> Answer {
            let fake = FakeValkey(oldSet: oldSet)
            return { words, connection in
                overriding[words.first?.uppercased() ?? ""]?(words, connection) ?? fake.answer(words, connection)
            }
        }
    }

    /// A server's memory and its answers: as much as a client of this package asks.
    final class FakeValkey: Sendable {
        private struct Entry {
            var value: String
            var end: ContinuousClock.Instant?
        }

        private struct Values {
            var entries: [String: Entry] = [:]
            var subscribers: [String: Set<Int>] = [:]
            var user: [Int: String] = [:]
            var runID = FakeValkey.newID()
            var replicationID = FakeValkey.newID()
            var role = "master"
            var policy = "noeviction"
        }

        private let values = Locked(Values())
        private let oldSet: Bool
        private let password: String?

        /// - Parameter password: of any user; nil: AUTH is an error, as the real server's.
        init(oldSet: Bool = false, password: String? = nil) {
            self.oldSet = oldSet
            self.password = password
        }

        /// What INFO says.
        var runID: String {
            get { values.withLock { $0.runID } }
            set { values.withLock { $0.runID = newValue } }
        }

        /// Is a replica for a moment, takes in a copy of its own memory without those keys, and is a primary again.
        func demote(forgetting isForgotten: (String) -> Bool) {
            values.withLock { values in
                values.entries = values.entries.filter { !isForgotten($0.key) }
                values.replicationID = FakeValkey.newID()
            }
        }

        var role: String {
            get { values.withLock { $0.role } }
            set { values.withLock { $0.role = newValue } }
        }

        /// What CONFIG GET maxmemory-policy says.
        var policy: String {
            get { values.withLock { $0.policy } }
            set { values.withLock { $0.policy = newValue } }
        }

        /// What it remembers.
        var keys: [String] { values.withLock { $0.entries.keys.sorted() } }

        /// Forgets everything, as FLUSHALL.
        func flush() { values.withLock { $0.entries = [:] } }

        /// Forgets everything and has another run id.
        func restart() {
            values.withLock { values in
                values.entries = [:]
                values.runID = FakeValkey.newID()
                values.replicationID = FakeValkey.newID()
            }
        }

        func answer(_ words: [String], _ connection: Int) -> Reply {
            let name = words.first?.uppercased() ?? ""
            if name == "AUTH" { return authenticate(words, connection) }
            return values.withLock { values in
                if password != nil, values.user[connection] == nil { return .error("NOAUTH Authentication required.") }
                switch (name, words.count) {
                case ("PING", _):
                    let subscribes = values.subscribers.values.contains { $0.contains(connection) }
                    return subscribes ? .array(["pong", words.dropFirst().first ?? ""]) : .text("+PONG\r\n")
                case ("SELECT", 2): return .ok
                case ("INFO", _): return .bulk(FakeValkey.info(values, version: oldSet ? "6.2.16" : "7.0.15"))
                case ("CONFIG", 3) where words[2].lowercased() == "maxmemory-policy":
                    return .array(["maxmemory-policy", values.policy])
                case ("CONFIG", 3): return .array([])
                case ("GET", 2): return .bulk(FakeValkey.entry(words[1], &values)?.value)
                case ("SET", 3...): return set(words, &values)
                case ("SUBSCRIBE", 2...): return FakeValkey.subscribe(words.dropFirst(), connection, &values)
                case ("PUBLISH", 3):
                    let subscribers = values.subscribers[words[1]] ?? []
                    let message = WireText.array(["message", words[1], words[2]])
                    let pushes = Dictionary(uniqueKeysWithValues: subscribers.map { ($0, message) })
                    return .pushing(pushes, ":\(subscribers.count)\r\n")
                default: return .error("ERR unknown command or wrong number of arguments")
                }
            }
        }

        private func authenticate(_ words: [String], _ connection: Int) -> Reply {
            guard let password else { return .error("ERR AUTH <password> called without any password configured") }
            guard 2...3 ~= words.count, words.last == password else {
                return .error("WRONGPASS invalid username-password pair or user is disabled.")
            }
            values.withLock { $0.user[connection] = words.count == 3 ? words[1] : "default" }
            return .ok
        }

        private func set(_ words: [String], _ values: inout Values) -> Reply {
            var options = words.dropFirst(3)[...]
            var flags: Set<String> = []
            var end: ContinuousClock.Instant?
            while let option = options.popFirst()?.uppercased() {
                switch option {
                case "NX", "XX", "GET": flags.insert(option)
                case "PX", "EX":
                    guard let count = options.popFirst().flatMap({ Int($0) }), count > 0 else {
                        return .error("ERR invalid expire time in 'set' command")
                    }
                    end = .now + (option == "PX" ? .milliseconds(count) : .seconds(count))
                default: return .error("ERR syntax error")
                }
            }
            if flags.isSuperset(of: ["NX", "XX"]) || oldSet && flags.isSuperset(of: ["NX", "GET"]) {
                return .error("ERR syntax error")
            }
            let old = FakeValkey.entry(words[1], &values)
            let isRefused = flags.contains("NX") && old != nil || flags.contains("XX") && old == nil
            if !isRefused { values.entries[words[1]] = Entry(value: words[2], end: end) }
            if flags.contains("GET") { return .bulk(old?.value) }
            return isRefused ? .bulk(nil) : .ok
        }

        private static func subscribe(_ channels: ArraySlice<String>, _ connection: Int, _ values: inout Values)
            -> Reply
        {
            var text = ""
            for channel in channels {
                values.subscribers[channel, default: []].insert(connection)
                let count = values.subscribers.values.count { $0.contains(connection) }
                text += "*3\r\n" + WireText.bulk("subscribe") + WireText.bulk(channel) + ":\(count)\r\n"
            }
            return .text(text)
        }

        private static func entry(_ key: String, _ values: inout Values) -> Entry? {
            if let end = values.entries[key]?.end, end <= .now { values.entries[key] = nil }
            return values.entries[key]
        }

        private static func info(_ values: Values, version: String) -> String {
            [
                "# Server", "redis_version:\(version)", "run_id:\(values.runID)", "# Replication",
                "role:\(values.role)",
                "connected_slaves:0", "master_replid:\(values.replicationID)", "# Cluster", "cluster_enabled:0", "",
            ].joined(separator: "\r\n")
        }

        private static func newID() -> String {
            (0..<40).map { _ in String(Int.random(in: 0..<16), radix: 16) }.joined()
        }
    }
#endif

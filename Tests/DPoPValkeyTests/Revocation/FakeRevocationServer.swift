#if Valkey
    import DPoPCore

    @testable import DPoPValkey

    /// A server in memory that knows SET, GET and PUBLISH, as Redis 6.2: with NX and GET in one SET it answers an error.
    final class FakeRevocationServer: Sendable {
        struct State {
            var values: [[UInt8]: (value: [UInt8], ends: Int64?)] = [:]
            var sets: [[String]] = []
            var listeners: [Int: @Sendable ([UInt8]) -> Void] = [:]
            var lastListener = 0
            /// Answers a SET in place of the server, or leaves it to that.
            var refusal: (@Sendable ([String]) -> RESPValue?)?
            /// Answers everything in place of the server.
            var answer: RESPValue?
        }

        let time: RevocationTestTime
        let state = Locked(State())
        let prefix = "dpop"

        init(_ time: RevocationTestTime) { self.time = time }

        func run(_ command: Command) -> RESPValue {
            let words = RevocationKit.words(command)
            let parts = words.map { String(decoding: $0, as: UTF8.self) }
            let now = time.milliseconds
            let listeners = state.withLock { $0.listeners.values.map { $0 } }
            if parts[0] == "PUBLISH", state.withLock({ $0.answer }) == nil {
                for listener in listeners { listener(words[2]) }
                return .integer(Int64(listeners.count))
            }
            return state.withLock { state in
                if let answer = state.answer { return answer }
                switch parts[0] {
                case "GET":
                    guard let known = state.values[words[1]], (known.ends ?? .max) > now else { return .null }
                    return .bulk(known.value)
                case "SET":
                    state.sets.append(parts)
                    if let refusal = state.refusal?(parts) { return refusal }
                    if parts.contains("NX"), parts.contains("GET") { return .integer(-1) }
                    if parts.contains("NX"), let known = state.values[words[1]],
                        (known.ends ?? .max) > now
                    {
                        return .null
                    }
                    let ends = parts.firstIndex(of: "PX").flatMap { Int64(parts[$0 + 1]) }.map { now + $0 }
                    state.values[words[1]] = (words[2], ends)
                    return .simple("OK")
                default: return .integer(-2)
                }
            }
        }

        /// All values of slots that have not run out.
        var slots: [String] {
            let now = time.milliseconds
            return state.withLock { $0.values }
                .filter { key, value in
                    let name = String(decoding: key, as: UTF8.self)
                    return (value.ends ?? .max) > now && !name.contains("page") && !name.hasSuffix("version")
                        && !name.hasSuffix("writable")
                }
                .map { String(decoding: $0.value.value, as: UTF8.self) }
        }

        func put(_ value: String, inSlot slot: Int, milliseconds: Int64? = nil) {
            let keys = RevocationKeys(prefix: prefix, database: 0)
            let ends = milliseconds.map { time.milliseconds + $0 }
            state.withLock { $0.values[keys.slot(slot)] = (Array(value.utf8), ends) }
        }

        /// As a node does after each change.
        func announce(page: Int) {
            let keys = RevocationKeys(prefix: prefix, database: 0)
            let random = Array("\(UInt64.random(in: 0 ... .max))".utf8)
            state.withLock {
                $0.values[keys.page(page)] = (random, nil)
                $0.values[keys.version] = (random, nil)
            }
        }

        /// Refuses to write keys with this in their names, so many of them excepted.
        func refuse(_ error: String = "OOM command not allowed", keysWith part: String = "dpop", after count: Int = 0) {
            let left = Locked(count)
            refuse { parts in
                guard parts[1].contains(part) else { return nil }
                let isRefused = left.withLock { left in
                    left -= 1
                    return left < 0
                }
                return isRefused ? .error(ServerError(Array(error.utf8))) : nil
            }
        }

        /// - Parameter refusal: nil: it refuses nothing more.
        func refuse(_ refusal: (@Sendable ([String]) -> RESPValue?)?) { state.withLock { $0.refusal = refusal } }

        func flushAll() { state.withLock { $0.values = [:] } }
    }
#endif

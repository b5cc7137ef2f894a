#if Valkey
    import DPoPCore
    import DPoPServer
    import NIOCore
    import Testing

    @testable import DPoPValkey

    /// Time that stands until it is moved, on the wall and on the monotonic clock.
    final class RevocationTestTime: Sendable {
        private let passed = Locked(Duration.zero)
        private let start = ContinuousClock.now

        var now: UnixTime {
            let (seconds, attoseconds) = passed.withLock { $0.components }
            return UnixTime(
                seconds: 1_700_000_000 + seconds, nanoseconds: Int32(attoseconds / 1_000_000_000))
        }

        var milliseconds: Int64 { now.seconds * 1_000 + Int64(now.nanoseconds / 1_000_000) }

        func pass(_ duration: Duration) { passed.withLock { $0 += duration } }

        var revocationTime: RevocationTime {
            RevocationTime(
                now: { self.now }, instant: { self.start + self.passed.withLock { $0 } },
                // Real, but short: the loops of a node are not what these tests measure.
                sleep: { _ in try? await Task.sleep(for: .milliseconds(2)) })
        }
    }

    /// A server in memory that knows SET, GET and PUBLISH, as Redis 6.2: with NX and GET in one SET it answers an error.
    final class FakeRevocationServer: Sendable {
        struct State {
            var values: [[UInt8]: (value: [UInt8], ends: Int64?)] = [:]
            var sets: [[String]] = []
            var listeners: [Int: @Sendable ([UInt8]) -> Void] = [:]
            var lastListener = 0
            /// Answers each SET in place of the server.
            var refusal: RESPValue?
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
                    if let refusal = state.refusal { return refusal }
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

        func flushAll() { state.withLock { $0.values = [:] } }
    }

    /// One node's connection.
    final class FakeRevocationConnection: RevocationServer {
        enum Fate {
            case passes
            /// Is done, and the reply is lost.
            case replyLost
            /// Never arrives.
            case fails
        }

        let server: FakeRevocationServer
        /// What becomes of the next batches, and of all after them.
        let fates = Locked<(next: [Fate], then: Fate)>((next: [], then: .passes))
        let batches = Locked(0)
        let hearsMessages = Locked(true)
        let subscriptions = Locked(0)

        init(_ server: FakeRevocationServer) { self.server = server }

        func set(_ next: [Fate] = [], then: Fate = .passes) { fates.withLock { $0 = (next, then) } }

        func send(_ commands: [Command]) async throws(ServerUnavailable) -> [RESPValue] {
            await Task.yield()
            batches.withLock { $0 += 1 }
            let fate = fates.withLock { $0.next.isEmpty ? $0.then : $0.next.removeFirst() }
            if fate == .fails { throw ServerUnavailable() }
            let replies = commands.map(server.run)
            if fate == .replyLost { throw ServerUnavailable() }
            return replies
        }

        func listen(
            to channel: [UInt8], onSubscribed: @escaping @Sendable () -> Void,
            _ each: @escaping @Sendable ([UInt8]) -> Void
        ) async {
            if fates.withLock({ $0.then }) == .fails { return }
            let number = subscribe(each)
            onSubscribed()
            subscriptions.withLock { $0 += 1 }
            while !Task.isCancelled, fates.withLock({ $0.then }) != .fails {
                try? await Task.sleep(for: .milliseconds(2))
            }
            server.state.withLock { $0.listeners[number] = nil }
        }

        @discardableResult func subscribe(_ each: @escaping @Sendable ([UInt8]) -> Void) -> Int {
            server.state.withLock { state in
                state.lastListener += 1
                state.listeners[state.lastListener] = { [hearsMessages] in
                    if hearsMessages.withLock({ $0 }) { each($0) }
                }
                return state.lastListener
            }
        }
    }

    /// A node of a fleet, its connection, and what it reported.
    struct RevocationTestNode: Sendable {
        let revocations: ValkeyKeyRevocations
        let connection: FakeRevocationConnection
        let events = Locked<[RevocationEvent]>([])

        /// - Parameter hears: whether messages reach it.
        init(
            _ server: FakeRevocationServer, hears: Bool = false, capacity: Int = ValkeyKeyRevocations.capacity,
            pages: Int = RevocationKeys.mostPages
        ) {
            connection = FakeRevocationConnection(server)
            revocations = ValkeyKeyRevocations(
                server: connection, prefix: server.prefix, capacity: capacity, pages: pages,
                time: server.time.revocationTime,
                report: { [events] event in events.withLock { $0.append(event) } })
            if hears {
                connection.subscribe { [revocations] in revocations.node.hear($0) }
            }
        }

        func poll() async { await revocations.node.poll() }

        func revoke(_ key: Thumbprint, issuedBefore: Int64? = nil, until: Int64? = nil) async throws {
            try await revocations.revoke(
                key, issuedBefore: issuedBefore.map { UnixTime(seconds: $0) },
                until: until.map { UnixTime(seconds: $0) }, now: connection.server.time.now)
        }

        func status(_ key: Thumbprint, issuedAt: Int64? = 1_700_000_000) async -> KeyStatus {
            await revocations.status(
                of: key, tokenIssuedAt: issuedAt.map { UnixTime(seconds: $0) }, now: connection.server.time.now)
        }

        func reported(_ event: RevocationEvent) -> Bool { events.withLock { $0.contains(event) } }
    }

    enum RevocationKit {
        /// The strings of a command, as they are sent.
        static func words(_ command: Command) -> [[UInt8]] {
            var buffer = ByteBuffer()
            command.write(to: &buffer)
            var rest = Array(buffer.readableBytesView)[...]
            func line() -> String {
                let end = rest.firstIndex(of: UInt8(ascii: "\r")) ?? rest.endIndex
                defer { rest = rest[end...].dropFirst(2) }
                return String(decoding: rest[..<end].dropFirst(), as: UTF8.self)
            }
            return (0..<(Int(line()) ?? 0)).map { _ in
                let count = Int(line()) ?? 0
                defer { rest = rest.dropFirst(count + 2) }
                return Array(rest.prefix(count))
            }
        }

        /// The same thumbprint for the same number, all with different first bytes up to 256.
        static func key(_ number: Int) -> Thumbprint {
            let bytes = [UInt8(truncatingIfNeeded: number), UInt8(truncatingIfNeeded: number >> 8)]
            // Of the right length; the other is never made.
            return Thumbprint(bytes: bytes + [UInt8](repeating: 7, count: 30)) ?? Thumbprint(sha256Of: bytes)
        }
    }
#endif

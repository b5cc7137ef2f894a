#if Valkey
    import DPoPCore
    import DPoPServer

    @testable import DPoPValkey

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

        @discardableResult func poll() async -> Bool { await revocations.node.poll() }

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
#endif

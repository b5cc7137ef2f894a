#if Valkey
    internal import DPoPCore
    internal import DPoPServer

    /// The clocks that a node goes by.
    struct RevocationTime: Sendable {
        var now: @Sendable () -> UnixTime = { .now() }
        var instant: @Sendable () -> ContinuousClock.Instant = { .now }
        /// Returns early where the task is cancelled.
        var sleep: @Sendable (Duration) async -> Void = { try? await Task.sleep(for: $0) }
    }

    /// One node's share in what a fleet has revoked: its view, and how it keeps that in step with the server.
    final class RevocationNode: Sendable {
        /// How often the server is asked whether something changed: half of the second within which the fleet has to
        /// know.
        static let pollInterval = Duration.milliseconds(500)
        /// How soon it is asked again after it gave no answer. A connection is there again within 250 ms of the server;
        /// with this and the others' poll they know within a second what could not be said meanwhile.
        static let retryInterval = Duration.milliseconds(100)
        /// Commands in one batch, which has to be answered within one deadline.
        static let batch = 256

        let server: any RevocationServer
        let keys: RevocationKeys
        let time: RevocationTime
        let view: Locked<RevocationView>
        let report: @Sendable (RevocationEvent) -> Void

        init(
            server: any RevocationServer, keys: RevocationKeys, capacity: Int, time: RevocationTime,
            report: @escaping @Sendable (RevocationEvent) -> Void
        ) {
            self.server = server
            self.keys = keys
            self.time = time
            self.report = report
            view = Locked(RevocationView(capacity: capacity, pages: keys.pages))
        }

        func status(of thumbprint: Thumbprint, tokenIssuedAt: UnixTime?, now: UnixTime) -> KeyStatus {
            let instant = time.instant()
            return view.withLock { $0.status(of: thumbprint, tokenIssuedAt: tokenIssuedAt, now: now, at: instant) }
        }

        /// Listens and asks until the task is cancelled.
        func maintain() async {
            await withDiscardingTaskGroup { group in
                group.addTask { await self.keepListening() }
                group.addTask { await self.keepPolling() }
            }
        }

        private func keepListening() async {
            while !Task.isCancelled {
                // What was said before is not heard: all is read once more.
                let onSubscribed: @Sendable () -> Void = { self.view.withLock { $0.askFull() } }
                await server.listen(to: keys.channel, onSubscribed: onSubscribed) { self.hear($0) }
                await time.sleep(Self.pollInterval)
            }
        }

        private func keepPolling() async {
            while !Task.isCancelled {
                let start = time.instant()
                let interval = await poll() ? Self.pollInterval : Self.retryInterval
                // A poll that took long is followed by a pause all the same.
                await time.sleep(max(interval - (time.instant() - start), .milliseconds(50)))
            }
        }

        /// Takes in a message at once. What is no revocation is ignored: the next poll shows what is true.
        func hear(_ message: [UInt8]) {
            guard let revocation = Revocation(bytes: message) else { return }
            let now = time.now()
            let hasRoom = view.withLock { view in
                // Should the server lose it before the next poll, its version does not show that.
                view.askReading()
                return view.add(revocation, slot: nil, reading: view.reading, now: now)
            }
            if !hasRoom { reportOnce(.full) }
        }

        /// Reports trouble that lasts, not each time that it is met.
        func reportOnce(_ event: RevocationEvent) {
            let isNew = view.withLock { view in
                defer { view.saidTrouble = event }
                return view.saidTrouble != event
            }
            if isNew { report(event) }
        }

        /// Asks whether something changed, reads what did, and gives back what the server has lost.
        ///
        /// False if the question had no answer.
        @discardableResult
        func poll() async -> Bool {
            var isAnswered = false
            do {
                let (sent, version) = try await askVersion()
                isAnswered = true
                await writeUnwritten()
                switch view.withLock({ $0.need(version: version, at: sent) }) {
                case .nothing: view.withLock { $0.confirm(sent) }
                case .changes: try await readAndWriteBack(version, sent: sent, full: false)
                case .everything: try await readAndWriteBack(version, sent: sent, full: true)
                }
            } catch {
                // Whether it is confirmed is a question of time.
            }
            let instant = time.instant()
            let (was, isConfirmed) = view.withLock { view in
                let was = view.saidConfirmed
                view.saidConfirmed = view.isConfirmed(at: instant)
                return (was, view.saidConfirmed)
            }
            if was != isConfirmed { report(isConfirmed ? .confirmed : .unconfirmed) }
            return isAnswered
        }

        private func readAndWriteBack(
            _ version: [UInt8]?, sent: ContinuousClock.Instant, full: Bool
        ) async throws(ServerUnavailable) {
            do throws(ServerUnavailable) {
                let reading = try await read(version, sent: sent, full: full)
                // Also what is missing beside something that can not be read.
                try await writeBack(missing(in: reading.number))
                if !reading.isComplete { throw ServerUnavailable() }
            } catch {
                view.withLock { full ? $0.askFull() : $0.askReading() }
                throw error
            }
        }

        /// The version, and when it was asked for. Throws also if the server takes no writes.
        func askVersion() async throws(ServerUnavailable) -> (ContinuousClock.Instant, [UInt8]?) {
            let sent = time.instant()
            let replies = try await send([
                .set(
                    key: keys.writable, value: [UInt8(ascii: "1")], milliseconds: 60_000, onlyIfAbsent: false,
                    returningOld: false),
                .get(key: keys.version),
            ])
            guard replies[0] == .simple("OK") else { throw ServerUnavailable(replies[0]) }
            return (sent, try Self.value(replies[1]))
        }

        /// Sends a batch. As many replies as commands.
        func send(_ commands: [Command]) async throws(ServerUnavailable) -> [RESPValue] {
            let replies = try await server.send(commands)
            guard replies.count == commands.count else { throw ServerUnavailable() }
            return replies
        }

        /// The values of keys, in batches.
        func get(_ keys: [[UInt8]]) async throws(ServerUnavailable) -> [[UInt8]?] {
            var values: [[UInt8]?] = []
            values.reserveCapacity(keys.count)
            for start in stride(from: 0, to: keys.count, by: Self.batch) {
                let batch = keys[start..<min(start + Self.batch, keys.count)]
                for reply in try await send(batch.map { .get(key: $0) }) { values.append(try Self.value(reply)) }
            }
            return values
        }

        static func value(_ reply: RESPValue) throws(ServerUnavailable) -> [UInt8]? {
            switch reply {
            case .bulk(let value): value
            case .null: nil
            default: throw ServerUnavailable(reply)
            }
        }
    }
#endif

#if Valkey
    import DPoPCore
    import NIOCore
    import NIOPosix
    import NIOSSL
    public import ServiceLifecycle

    /// What a fleet's nodes remember together, on one Valkey or Redis (6.2 or later): which proofs were used, and
    /// which keys are revoked. A service (swift-service-lifecycle): claims are answered while it runs, and refused as
    /// `unavailable` before and after.
    ///
    ///     let valkey = try ValkeyStore(ValkeySettings(ValkeyAddress("rediss://valkey.example/0", password: password)))
    ///     let guardian = try ResourceGuard(
    ///         configuration, tokens: tokens, replay: valkey.replay(.resourceServer), keyStatus: valkey.revocations)
    ///     try await ServiceGroup(
    ///         services: [valkey, server], gracefulShutdownSignals: [.sigterm], logger: logger
    ///     ).run()
    ///
    /// One for a process. The server must not drop entries when its memory is full (`maxmemory-policy noeviction`): one
    /// that does is not used. Whenever its memory may be lost (a restart, a failover, `FLUSHALL`), proofs from before are
    /// refused, see ``ReplayMemory/sinceLoss(_:decidedAlone:)``.
    public final class ValkeyStore: Service {
        let settings: ValkeySettings
        let asker: ClaimAsker
        private let tls: NIOSSLContext
        private let end: AsyncStream<ValkeyConfigurationError>
        private let hasRun = Locked(false)
        private let stores = Locked<[Role: ValkeyReplayStore]>([:])

        /// - Parameter observer: is told what happens between this node and the server.
        ///
        /// Throws what must not be set.
        public init(_ settings: ValkeySettings, observer: (any ValkeyObserver)? = nil) throws(ValkeyConfigurationError)
        {
            try settings.check()
            self.settings = settings
            do { tls = try NIOSSLContext(configuration: settings.tls) } catch {
                throw ValkeyConfigurationError("the TLS configuration can not be used")
            }
            let (end, continuation) = AsyncStream.makeStream(of: ValkeyConfigurationError.self)
            self.end = end
            let gate = EngineGate(observer: observer, end: continuation)
            asker = ClaimAsker(gate, on: MultiThreadedEventLoopGroup.singleton.next())
            let database = settings.addresses.first?.database ?? 0
            let keys = RevocationKeys(prefix: settings.prefix, database: database)
            revocations = ValkeyKeyRevocations(
                server: EngineRevocationServer(asker: asker, slot: HashSlot.of(keys.version)), prefix: settings.prefix,
                database: database, report: { gate.observe($0) })
        }

        /// Whose proofs are remembered: each has keys of its own, so that whoever floods one does not meet the other.
        public struct Role: Sendable, Hashable {
            let name: String

            private init(_ name: String) { self.name = name }

            /// Proofs at resources; `rs` in the names of keys.
            public static let resourceServer = Role("rs")
            /// Proofs at a token endpoint; `as` in the names of keys.
            public static let authorizationServer = Role("as")

            /// One of several servers, by a name that all its nodes know: 1…64 letters, digits and `.`, `_`, `-`.
            ///
            /// Throws for another name.
            public static func named(_ name: String) throws(ValkeyConfigurationError) -> Role {
                guard 1...64 ~= name.utf8.count, name.utf8.allSatisfy(KeySpace.isNameCharacter) else {
                    throw ValkeyConfigurationError("a role's name is 1 to 64 letters, digits and . _ -")
                }
                // No colon, so that the last but one of a key's tells where the prefix ends.
                return Role("n." + name)
            }
        }

        /// The replay store of one role; the same each time.
        public func replay(_ role: Role) -> ValkeyReplayStore {
            stores.withLock { stores in
                if let known = stores[role] { return known }
                let new = ValkeyReplayStore(role: role, settings: settings, asker: asker)
                stores[role] = new
                return new
            }
        }

        /// The keys that are revoked for the whole fleet.
        public let revocations: ValkeyKeyRevocations

        /// Connects, and keeps connected until it is told to stop. A server that is absent or goes away is no reason to
        /// end: claims are refused until it is there. What was decided alone is told to the server before the end, if
        /// it answers (``ValkeyEvent/Code/acceptedUntold``): at most 5 s, and one claim more.
        ///
        /// Throws ``ValkeyConfigurationError`` for a server that must not be used, if none was ready before, and for a
        /// second call.
        public func run() async throws {
            let isFirst = hasRun.withLock { hasRun in
                defer { hasRun = true }
                return !hasRun
            }
            guard isFirst else { throw ValkeyConfigurationError("a store runs once") }
            asker.start(settings, tls)
            let reason = await withTaskCancellationOrGracefulShutdownHandler {
                await withTaskGroup(of: Void.self) { group in
                    group.addTask { await self.revocations.maintain() }
                    defer { group.cancelAll() }
                    return await end.first { _ in true }
                }
            } onCancelOrGracefulShutdown: {
                self.asker.gate.finish()
            }
            let alone = stores.withLock { $0.values.compactMap(\.alone) }
            // Not cancelled with this task.
            await Task {
                await withTaskGroup(of: Void.self) { group in
                    for decisions in alone { group.addTask { await decisions.tellLast() } }
                }
            }.value
            await asker.stop()
            for decisions in alone { decisions.reportUntold() }
            if let reason { throw reason }
        }

        /// Returns when claims can be answered for the first time.
        ///
        /// - Parameter timeout: how long that may take, from zero on.
        ///
        /// Throws ``ValkeyConfigurationError`` if it takes longer, also where ``run()`` has ended already, and when the task is
        /// cancelled.
        public func waitUntilReady(timeout: Duration) async throws(ValkeyConfigurationError) {
            let clock = ContinuousClock()
            let latest = clock.now + timeout
            while !asker.gate.isReady {
                guard clock.now < latest, (try? await Task.sleep(for: .milliseconds(5))) != nil else {
                    throw ValkeyConfigurationError("the server is not ready")
                }
            }
        }
    }
#endif

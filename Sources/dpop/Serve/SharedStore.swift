#if Hummingbird
    import DPoPCore
    import DPoPServer
    import ServiceLifecycle

    #if Valkey
        import DPoPValkey
    #endif

    /// What several instances have in common: which proofs were used, and which keys are revoked.
    struct SharedStore: Sendable {
        /// The proofs of the token endpoint and the pushed authorization request endpoint.
        let authorizationServer: any ReplayStore
        /// The resource's.
        let resource: any ReplayStore
        let keyStatus: any KeyStatusSource
        /// Connects, and keeps connected. Throws a ``Failure`` for a server that must not be used.
        let service: any Service
        /// Returns when there are answers, or that time has passed.
        let waitUntilReady: @Sendable (Duration) async -> Void
    }

    /// Listens from when the store answers on, or from a moment later: while it does not, requests get 503 and not no
    /// connection.
    struct Listener: Service {
        let application: any Service
        let store: SharedStore?

        /// Longer than a connection takes, and short enough for whoever waits for the server to start.
        private static let patience = Duration.seconds(1)

        func run() async throws {
            await store?.waitUntilReady(Listener.patience)
            try Task.checkCancellation()
            try await application.run()
        }
    }

    #if Valkey
        extension SharedStore {
            /// Throws a ``Failure`` for what must not be set.
            init(_ settings: ValkeySettings) throws {
                let store: ValkeyStore
                do { store = try ValkeyStore(settings, observer: StoreNotices()) } catch {
                    throw Failure("--replay: \(error)")
                }
                authorizationServer = store.replay(.authorizationServer)
                resource = store.replay(.resourceServer)
                keyStatus = store.revocations
                service = Connection(store: store)
                waitUntilReady = { try? await store.waitUntilReady(timeout: $0) }
            }

            /// Says on standard error when the store is found, is lost or must be looked after; not the same again and
            /// again.
            private final class StoreNotices: ValkeyObserver {
                private let last = Locked<ValkeyEvent.Code?>(nil)

                func record(_ event: ValkeyEvent) {
                    let said: Set<ValkeyEvent.Code> = [
                        .connected, .disconnected, .connectFailed, .accessDenied, .evictingServer,
                        .evictionPolicyUnknown, .memoryLost, .revocationsFull, .revocationUnreadable,
                    ]
                    guard said.contains(event.code) else { return }
                    let isNew = last.withLock { last in
                        defer { last = event.code }
                        return last != event.code
                    }
                    if isNew { writeToStandardError("dpop serve: store: \(event.code.rawValue)\n") }
                }
            }

            private struct Connection: Service {
                let store: ValkeyStore

                func run() async throws {
                    do { try await store.run() } catch let error as ValkeyConfigurationError {
                        throw Failure("--replay: \(error)")
                    }
                }
            }
        }
    #endif
#endif

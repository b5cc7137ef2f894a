#if Valkey
    import DPoPCore
    import DPoPValkey
    import NIOSSL

    /// One node of a fleet: a store of its own, and a verifier on it.
    final class Node: Sendable {
        let store: ValkeyStore
        let verifier: ProofVerifier<ValkeyReplayStore>
        let events: EventLog
        private let run: Task<Void, any Error>

        init(_ settings: ValkeySettings, policy: VerificationPolicy = .default) throws {
            events = EventLog()
            let store = try ValkeyStore(settings, observer: events)
            self.store = store
            verifier = ProofVerifier(policy: policy, replay: store.replay(.resourceServer))
            run = Task { try await store.run() }
        }

        deinit { run.cancel() }

        func ready() async throws { try await store.waitUntilReady(timeout: .seconds(600)) }

        /// Ends the store and waits for that.
        func stop() async throws {
            run.cancel()
            try await run.value
        }
    }

    /// What a store told.
    final class EventLog: ValkeyObserver {
        private let events = Locked<[ValkeyEvent]>([])

        func record(_ event: ValkeyEvent) { events.withLock { $0.append(event) } }

        var all: [ValkeyEvent] { events.withLock { $0 } }

        func count(_ code: ValkeyEvent.Code) -> Int { all.count { $0.code == code } }
    }
#endif

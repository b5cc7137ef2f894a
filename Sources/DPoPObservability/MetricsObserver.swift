#if Observability
    import DPoPCore
    public import DPoPServer
    public import Metrics

    /// Counts decisions and measures what comes with them.
    ///
    /// | name | what | dimensions |
    /// |---|---|---|
    /// | `dpop_decisions_total` | counter: decisions | decision, code, endpoint, scheme |
    /// | `dpop_replay_store_duration` | timer: how long the replay store took | endpoint |
    /// | `dpop_client_clock_skew_seconds` | recorder: how far ahead the client's clock is | endpoint |
    ///
    /// Every dimension's values are from a fixed set: `code` is one of ``DecisionCode/allCases``, `none`, or `other` for a
    /// code that is not among them; `scheme` is `none` without credentials. Clock skew is recorded of proofs whose
    /// signature was verified alone, and as a day where it is more.
    public final class MetricsObserver: DecisionObserver {
        private struct Labels: Hashable {
            let decision: DecisionEvent.Decision
            /// One of the known codes; nil without a code.
            let code: DecisionCode?
            let endpoint: DecisionEvent.Endpoint
            let scheme: DecisionEvent.Scheme?
        }

        private let factory: any MetricsFactory
        private let counters = Locked<[Labels: Counter]>([:])
        private let durations: [DecisionEvent.Endpoint: Timer]
        private let skews: [DecisionEvent.Endpoint: Recorder]

        /// - Parameter factory: where to; by default what the program set up with `MetricsSystem.bootstrap`, which must
        ///   have happened.
        public init(factory: any MetricsFactory = MetricsSystem.factory) {
            self.factory = factory
            var durations: [DecisionEvent.Endpoint: Timer] = [:]
            var skews: [DecisionEvent.Endpoint: Recorder] = [:]
            for endpoint in DecisionEvent.Endpoint.allCases {
                let dimensions = [("endpoint", endpoint.rawValue)]
                durations[endpoint] = Timer(
                    label: "dpop_replay_store_duration", dimensions: dimensions, factory: factory)
                skews[endpoint] = Recorder(
                    label: "dpop_client_clock_skew_seconds", dimensions: dimensions, factory: factory)
            }
            self.durations = durations
            self.skews = skews
        }

        public func record(_ event: DecisionEvent) {
            counter(event).increment()
            if let latency = event.replayLatency { durations[event.endpoint]?.record(duration: latency) }
            if let proof = event.proof, proof.signatureVerified {
                skews[event.endpoint]?.record(min(max(proof.clockSkew, -86_400), 86_400))
            }
        }

        private func counter(_ event: DecisionEvent) -> Counter {
            let labels = Labels(
                decision: event.decision, code: event.code.map { Self.codes.contains($0) ? $0 : Self.other },
                endpoint: event.endpoint, scheme: event.scheme)
            return counters.withLock { counters in
                if let counter = counters[labels] { return counter }
                let counter = Counter(
                    label: "dpop_decisions_total",
                    dimensions: [
                        ("decision", labels.decision.rawValue), ("code", labels.code?.rawValue ?? "none"),
                        ("endpoint", labels.endpoint.rawValue), ("scheme", labels.scheme?.rawValue ?? "none"),
                    ], factory: factory)
                counters[labels] = counter
                return counter
            }
        }

        private static let codes = Set(DecisionCode.allCases)
        private static let other = DecisionCode(rawValue: "other")
    }
#endif

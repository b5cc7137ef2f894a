#if Observability
    import DPoPCore
    import DPoPServer
    import Metrics
    import MetricsTestKit
    import Testing

    @testable import DPoPObservability

    @Suite struct MetricsObserverTests {
        private let metrics = TestMetrics()

        @Test("decisions are counted by what, why, where and how")
        func decisions() throws {
            let observer = MetricsObserver(factory: metrics)
            for _ in 0..<3 { observer.record(Events.event(.granted)) }
            observer.record(Events.event(.denied, DecisionCode(.replayed)))
            observer.record(Events.event(.denied, .noCredentials, scheme: nil))
            func count(_ decision: String, _ code: String, _ scheme: String) throws -> Int64 {
                try metrics.expectCounter(
                    "dpop_decisions_total",
                    [("decision", decision), ("code", code), ("endpoint", "resource"), ("scheme", scheme)]
                ).totalValue
            }
            #expect(try count("granted", "none", "DPoP") == 3)
            #expect(try count("denied", "replayed", "DPoP") == 1)
            #expect(try count("denied", "noCredentials", "none") == 1)
        }

        @Test("attack 123: a code that is not known counts as other, whatever it is")
        func other() throws {
            let observer = MetricsObserver(factory: metrics)
            observer.record(Events.event(.denied, DecisionCode(rawValue: "x\"} 1\nforged{a=\"")))
            observer.record(Events.event(.denied, DecisionCode(rawValue: "none")))
            let counter = try metrics.expectCounter(
                "dpop_decisions_total",
                [("decision", "denied"), ("code", "other"), ("endpoint", "resource"), ("scheme", "DPoP")])
            #expect(counter.totalValue == 2)
            #expect(metrics.counters.count == 1)
        }

        @Test("the values of each dimension are from a fixed set, whatever the requests")
        func bounded() {
            var random = SystemRandomNumberGenerator()
            let observer = MetricsObserver(factory: metrics)
            for _ in 0..<5_000 { observer.record(Events.random(&random)) }
            let codes = Set(DecisionCode.allCases.map(\.rawValue) + ["other"])
            let allowed: [String: Set<String>] = [
                "decision": Set(DecisionEvent.Decision.allCases.map(\.rawValue)), "code": codes,
                "endpoint": Set(DecisionEvent.Endpoint.allCases.map(\.rawValue)),
                "scheme": Set(DecisionEvent.Scheme.allCases.map(\.rawValue) + ["none"]),
            ]
            #expect(metrics.counters.reduce(0) { $0 + $1.totalValue } == 5_000)
            #expect(metrics.counters.count <= 3 * codes.count * 3 * 3)
            let dimensions =
                metrics.counters.map(\.dimensions) + metrics.timers.map(\.dimensions)
                + metrics.recorders.map(\.dimensions)
            for (name, value) in dimensions.flatMap({ $0 }) {
                #expect(allowed[name]?.contains(value) == true, "\(name)")
            }
            #expect(metrics.timers.count == 3 && metrics.recorders.count == 3)
            #expect(metrics.recorders.flatMap(\.values).allSatisfy { -86_400...86_400 ~= $0 })
        }

        @Test("the replay store's time and the client's clock are measured")
        func measures() throws {
            let observer = MetricsObserver(factory: metrics)
            observer.record(Events.event(.granted))
            observer.record(Events.event(.denied, DecisionCode(ProofRejection.Code.badSignature), isVerified: false))
            observer.record(Events.event(.denied, .noCredentials, isVerified: nil))
            let timer = try metrics.expectTimer("dpop_replay_store_duration", [("endpoint", "resource")])
            #expect(timer.values == [25_000, 25_000, 25_000])
            // Of the one proof whose signature was verified.
            let skew = try metrics.expectRecorder("dpop_client_clock_skew_seconds", [("endpoint", "resource")])
            #expect(skew.values == [2])
        }

        @Test("many threads count together")
        func threads() async throws {
            let observer = MetricsObserver(factory: metrics)
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<8 {
                    group.addTask { for _ in 0..<1_000 { observer.record(Events.event(.granted, isVerified: nil)) } }
                }
            }
            #expect(metrics.counters.count == 1)
            #expect(metrics.counters.first?.totalValue == 8_000)
        }
    }
#endif

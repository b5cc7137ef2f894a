#if Valkey
    import DPoPCore
    import DPoPValkey
    import Foundation
    import Testing

    /// Two nodes of a fleet under load, a fault between its beginning and the server's return, and what must hold of it.
    struct FaultScene {
        let name: String
        /// Whether the nodes are there and served before the fault.
        var startsWell = true
        let settings: ValkeySettings
        /// Breaks something.
        let fault: () async throws -> Void
        /// How long it stays broken.
        var lasts = Duration.seconds(1)
        /// Mends it; the server is there when this returns.
        let heal: () async throws -> Void

        /// What was seen.
        struct Figures {
            var accepted = 0
            var refusedInTime = 0
            var refusedOutside = 0
            /// Refused outside while the machine itself was late.
            var excused = 0
            var replaysRefused = 0
            var replaysAccepted = 0
            var falseReplays = 0
            var lateness = Duration.zero
            var longest = Duration.zero
            /// By how much the slowest answer was later than it may be, the machine's own lateness taken off.
            var overdue = Duration.zero
            var codes: [String: Int] = [:]
        }

        /// What a new proof may be refused for: the server's fault, or the start rule.
        static let allowed: Set<ProofRejection.Code> = [
            .replayStoreUnavailable, .replayStoreFull, .issuedBeforeStart,
        ]

        func run(tasks: Int = 6) async throws -> Figures {
            if !startsWell { try await fault() }
            let nodes = try [Node(settings), Node(settings)]
            if startsWell {
                for node in nodes { try await node.ready() }
                try await nextSecond()
            }
            let traffic = try FaultTraffic(nodes)
            let lateness = Lateness()
            async let load: Void = traffic.run(tasks: tasks)
            let started = ContinuousClock.now
            if startsWell {
                try await pause(.seconds(1))
                try await fault()
            }
            let broken = startsWell ? ContinuousClock.now : started
            try await pause(lasts)
            try await earlyInSecond()
            try await heal()
            let returned = ContinuousClock.now
            try await pause(.milliseconds(2_500))
            traffic.stop()
            await load
            // One that saw nothing of it.
            let fresh = try Node(settings)
            try await fresh.ready()
            let replayed = await traffic.replayAll(at: fresh)
            return report(traffic, lateness, broken, returned, replayed)
        }

        /// The wait that a fault or its absence lasts.
        private func pause(_ duration: Duration) async throws { try await Task.sleep(for: duration) }

        /// Into the next whole second, since proofs of the one in which memory begins do not count.
        private func nextSecond() async throws {
            let second = UnixTime.now().seconds
            try await eventually("the next second") { UnixTime.now().seconds > second }
        }

        /// Into the first part of a second: the start rule goes by whole seconds, so a server that returns at the very
        /// end of one and is found at the beginning of the next is served a moment later than a second after its return.
        private func earlyInSecond() async throws {
            try await eventually("the first half of a second") {
                100_000_000..<500_000_000 ~= UnixTime.now().nanoseconds
            }
        }

        private func report(
            _ traffic: FaultTraffic, _ lateness: Lateness, _ broken: ContinuousClock.Instant,
            _ returned: ContinuousClock.Instant, _ replayed: [ProofRejection.Code?: Int]
        ) -> Figures {
            var figures = Figures()
            let patience = settings.deadline + .milliseconds(10)
            for use in traffic.uses {
                let end = use.start + use.took
                let late = lateness.during(use.start, end)
                figures.longest = max(figures.longest, use.took)
                if use.code != nil { figures.overdue = max(figures.overdue, use.took - late - patience) }
                guard use.isFirst else {
                    if use.code == .replayed { figures.replaysRefused += 1 }
                    continue
                }
                guard let code = use.code else {
                    figures.accepted += 1
                    continue
                }
                figures.codes[code.rawValue, default: 0] += 1
                if code == .replayed { figures.falseReplays += 1 }
                // Whatever overlaps the fault is of its time.
                if end >= broken, use.start <= returned + .seconds(1) {
                    figures.refusedInTime += 1
                } else if late > settings.deadline / 4 {
                    figures.excused += 1
                } else {
                    figures.refusedOutside += 1
                }
            }
            figures.replaysAccepted = traffic.replaysAccepted
            figures.lateness = lateness.during(traffic.uses.first?.start ?? broken, .now)
            print(
                """
                fault: \(name): \(figures.accepted) accepted, \(figures.refusedInTime) refused in its time \
                \(figures.codes.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }), \
                \(figures.refusedOutside) outside it (\(figures.excused) while the machine was late), \
                \(figures.replaysAccepted) replays accepted, \(figures.replaysRefused) refused as replayed, \
                slowest answer \(figures.longest), overdue \(max(.zero, figures.overdue)); at a new node \
                \(replayed.map { "\($0.key?.rawValue ?? "accepted") \($0.value)" }.sorted())
                """)
            return figures
        }
    }
#endif

internal import DPoPCore

extension ConformanceRun {
    func cancellation() async throws {
        let store = try await subject.store()
        try await claimFirst(store, try key(-1), until: now.advanced(bySeconds: window), now: now)
        // Cancelled before the claim, and after a growing number of turns of the scheduler.
        let moments = [Int?](repeating: nil, count: 3) + (0..<30).map { $0 }
        for (number, turns) in moments.enumerated() {
            let batch = try (0..<8).map { try key(number * 8 + $0) }
            let claims = batch.map { claim(store, $0, onceCancelled: turns == nil) }
            for _ in 0..<(turns ?? 0) { await Task.yield() }
            for claim in claims { claim.task.cancel() }
            for (key, claim) in zip(batch, claims) {
                try await expectUsedOnce(store, key, cancelled: try await claim.answer(within: subject.patience))
            }
        }
    }

    /// A claim on a task of its own.
    private func claim(_ store: any ReplayStore, _ key: ReplayKey, onceCancelled: Bool) -> CancelledClaim {
        let answer = Locked<ReplayOutcome?>(nil)
        let task = Task {
            while onceCancelled && !Task.isCancelled { await Task.yield() }
            let now = now
            let outcome = await store.admit(key, until: now.advanced(bySeconds: window), now: now)
            answer.withLock { $0 = outcome }
        }
        return CancelledClaim(run: self, task: task, answer: answer)
    }

    private func expectUsedOnce(_ store: any ReplayStore, _ key: ReplayKey, cancelled: ReplayOutcome) async throws {
        var accepted = 0
        switch cancelled {
        case .firstSighting: accepted = 1
        case .unavailable: break
        default: throw failure("expected firstSighting or unavailable of a cancelled claim, came \(cancelled)")
        }
        for _ in 0..<3 {
            let now = now
            let outcome = await store.admit(key, until: now.advanced(bySeconds: window), now: now)
            switch outcome {
            case .firstSighting: accepted += 1
            case .seen: break
            default: throw failure("expected seen after a cancelled claim, came \(outcome)")
            }
            if accepted > 1 { throw failure("expected one firstSighting with a cancelled claim, came \(accepted)") }
        }
    }
}

private struct CancelledClaim: Sendable {
    let run: ConformanceRun
    let task: Task<Void, Never>
    let answer: Locked<ReplayOutcome?>

    /// Not `task.value`, which would wait for ever for a claim that never returns.
    func answer(within patience: Duration) async throws -> ReplayOutcome {
        let end = ContinuousClock.now.advanced(by: patience)
        for turn in 0... {
            if let outcome = answer.withLock({ $0 }) { return outcome }
            guard ContinuousClock.now < end else { break }
            if turn < 100 { await Task.yield() } else { try await Task.sleep(for: .milliseconds(1)) }
        }
        throw run.failure("expected a cancelled claim to return, came nothing in \(patience)")
    }
}

import CBare
import DPoPCore
import DPoPValkey

/// Claims at a real server, against `redis-benchmark` at the same one with the same command.
struct ValkeyRows {
    let quick: Bool

    /// Off the main actor, so that tasks start on the pool's threads at once.
    @concurrent
    func rows(_ table: Table) async throws -> Table {
        var table = table
        guard let server = try FleetServer() else {
            table.note("no redis-server is installed: the rows about a fleet are left out")
            return table
        }
        defer { server.stop() }
        let settings = ValkeySettings(try ValkeyAddress("redis://127.0.0.1:\(server.port)"))
        let store = try ValkeyStore(settings)
        let run = Task { try await store.run() }
        try await store.waitUntilReady(timeout: .seconds(10))
        let replay = store.replay(.resourceServer)
        // Proofs of the second in which the server's memory begins do not count.
        try await Task.sleep(for: .seconds(1))
        try await claims(&table, replay, server)
        try await verifier(&table, replay)
        run.cancel()
        try await run.value
        return table
    }

    private func claims(_ table: inout Table, _ replay: ValkeyReplayStore, _ server: FleetServer) async throws {
        let total = quick ? 4_000 : 100_000
        let limits: [Int: Limit] = [1: .atLeast(0.6), 256: .atLeast(1)]
        for tasks in [1, 16, 256] {
            let count = tasks == 1 ? total / 5 : total
            var (rates, references, ratios, times) = ([Double](), [Double](), [Double](), [Double]())
            for round in 0..<(quick ? 1 : 7) {
                let isFirst = round.isMultiple(of: 2)
                var reference = 0.0
                if !isFirst { reference = try server.reference(connections: tasks, claims: count) }
                let (rate, latencies) = try await claim(count, by: tasks, at: replay)
                if isFirst { reference = try server.reference(connections: tasks, claims: count) }
                rates.append(rate)
                references.append(reference)
                ratios.append(rate / reference)
                times += latencies
            }
            let name = tasks == 1 ? "1 task" : "\(tasks) tasks"
            table.add(
                "claims at a server, \(name), against redis-benchmark", "per s", median(rates), median(references),
                median(ratios), limits[tasks], steady: false)
            times.sort()
            table.add("the same: p50", "us", times[times.count / 2] / 1_000, nil)
            table.add("the same: p99", "us", times[times.count * 99 / 100] / 1_000, nil)
        }
        bare_count_allocations()
        let count = quick ? 2_000 : 20_000
        _ = try await claim(count, by: 256, at: replay, timed: false)
        table.add("allocations a claim, 256 tasks", "", Double(bare_allocations()) / Double(count), nil)
    }

    /// Claims a second, and how many nanoseconds each took.
    private func claim(
        _ total: Int, by tasks: Int, at replay: ValkeyReplayStore, timed: Bool = true
    ) async throws -> (Double, [Double]) {
        let uri = try Inputs.targetURI()
        guard let owner = Thumbprint(bytes: (0..<32).map { _ in UInt8.random(in: 0...255) }) else {
            throw Trouble("no thumbprint")
        }
        let each = total / tasks
        // Made before, since a verifier has them at hand.
        let keys = (0..<tasks).map { task in
            (0..<each).map { ReplayKey(thumbprint: owner, targetURI: uri, jti: "\(task) \($0)") }
        }
        let clock = ContinuousClock()
        let start = clock.now
        let times = try await withThrowingTaskGroup(of: [Double].self) { group in
            for keys in keys {
                group.addTask {
                    var times: [Double] = []
                    if timed { times.reserveCapacity(keys.count) }
                    for key in keys {
                        let start = clock.now
                        let now = UnixTime.now()
                        let outcome = await replay.admit(key, until: now.advanced(bySeconds: 71), now: now)
                        guard outcome == .firstSighting else { throw Trouble("a claim was answered \(outcome)") }
                        if timed { times.append((clock.now - start) / .nanoseconds(1)) }
                    }
                    return times
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        return (Double(each * tasks) / ((clock.now - start) / .seconds(1)), times)
    }

    /// Whole verification by 256 tasks, with the store and with the memory cache, on the same cores.
    private func verifier(_ table: inout Table, _ replay: ValkeyReplayStore) async throws {
        let (tasks, each, rounds) = (256, quick ? 2 : 16, quick ? 1 : 5)
        var turns = Rounds()
        for _ in 0..<rounds {
            let clients = try Inputs.clients(64, proofs: tasks * each / 64)
            let shared = ProofVerifier(policy: Inputs.policy, replay: replay)
            let alone = ProofVerifier(policy: Inputs.policy, replay: MemoryReplayCache(memory: .startsEmpty))
            try await turns.round(of: tasks * each) {
                try await verify(clients, by: tasks, shared)
            } reference: {
                try await verify(clients, by: tasks, alone)
            }
        }
        let pair = turns.result
        table.add(
            "verify by 256 tasks with the server, against the memory cache", "per s", 1e9 / pair.ours,
            1e9 / pair.reference, 1 / pair.ratio, .atLeast(0.75), steady: false)
    }

    private func verify<Store>(_ clients: [Client], by tasks: Int, _ verifier: ProofVerifier<Store>) async throws {
        let uri = try Inputs.targetURI()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<tasks {
                let client = clients[task % clients.count]
                let each = client.proofs.count * clients.count / tasks
                let part = task / clients.count * each
                let proofs = client.proofs[part..<part + each]
                let request = RequestContext.resource(
                    method: Inputs.method, targetURI: uri, accessToken: client.accessToken,
                    boundTo: client.key.publicJWK.thumbprint)
                group.addTask {
                    for proof in proofs { _ = try await verifier.verify(proof, for: request) }
                }
            }
            try await group.waitForAll()
        }
    }
}

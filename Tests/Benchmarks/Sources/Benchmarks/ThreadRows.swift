import CBare
import DPoPCore

/// Two threads against one, each with keys of its own, and beside it what the machine gives to bare signature checks,
/// which share nothing: two cores of a shared machine are seldom two.
struct ThreadRows {
    let quick: Bool
    /// Proofs that one thread verifies in a round: some ten milliseconds, beside which the start of a thread is nothing.
    private let each = 512

    /// What takes turns.
    private enum Side: CaseIterable { case bare, returning, busy }

    func rows(_ table: inout Table, _ busy: BusyKeys) throws {
        let rounds = quick ? 9 : 25
        let clients = busy.clients
        let uri = try Inputs.targetURI()
        let returning = Inputs.verifier()
        for client in clients {
            for _ in 0..<4 { _ = try returning.verify(try client.proof(uri), for: client.request(uri)) }
        }
        // Both halves of the keys have bare cases of their own.
        nonisolated(unsafe) let samples = try halves(clients, proofs: 8).map { try Inputs.samples($0) }
        var turns = Dictionary(uniqueKeysWithValues: Side.allCases.map { ($0, Rounds()) })
        for _ in 0..<rounds {
            // Parts 0 and 1 for two threads, part 2 for one, which takes of both halves of the keys in turn.
            let parts = try parts(clients, uri)
            for side in Side.allCases.shuffled() {
                let work: @Sendable (Int) throws -> Void = { part in
                    switch side {
                    case .bare:
                        let samples = samples[part % 2]
                        for turn in 0..<parts[part].count where bare_verify(samples[turn % samples.count].bare) != 1 {
                            throw Trouble("bare verify failed")
                        }
                    case .returning, .busy:
                        let verifier = side == .busy ? busy.verifier : returning
                        for (proof, request) in parts[part] { _ = try verifier.verify(proof, for: request) }
                    }
                }
                let both = Bool.random()
                var two = both ? try onThreads(2, work) : 0
                let one = try onThreads(1) { _ in try work(2) }
                if !both { two = try onThreads(2, work) }
                turns[side]?.add(ours: two / Double(2 * each), reference: one / Double(each))
            }
        }
        try busy.check()
        guard let bare = turns[.bare]?.result, let known = turns[.returning]?.result, let fast = turns[.busy]?.result
        else { throw Trouble("no turns") }
        let machine = 1 / bare.ratio
        for (name, pair, limit) in [
            ("two threads against one: returning keys without tables", known, Limit.atLeast(1.9)),
            ("two threads against one: busy keys with tables", fast, Limit.atLeast(1.9)),
            ("what this machine gives: bare verify, two threads against one", bare, nil),
        ] {
            table.add(
                name, "per ms", 1_000_000 / pair.ours, 1_000_000 / pair.reference, 1 / pair.ratio, limit,
                machine: machine)
        }
    }

    private func halves(_ clients: [Client], proofs: Int) throws -> [[Client]] {
        let half = clients.count / 2
        return try [clients[..<half], clients[half...]].map { try $0.map { try $0.with(proofs: proofs) } }
    }

    /// Proofs that are new, with their requests: of the first half of the keys, of the second, and of all.
    private func parts(_ clients: [Client], _ uri: TargetURI) throws -> [[(String, RequestContext)]] {
        let half = clients.count / 2
        return try [clients[..<half], clients[half...], clients[...]].map { clients in
            try (0..<each).map { turn in
                let client = clients[clients.startIndex + turn % clients.count]
                return (try client.proof(uri), client.request(uri))
            }
        }
    }
}

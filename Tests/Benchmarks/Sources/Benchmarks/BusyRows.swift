import CBare
import DPoPCore

/// Clients whose keys have earned their tables, and the verifier that knows them.
struct BusyKeys {
    let clients: [Client]
    let verifier: ProofVerifier<MemoryReplayCache>
    /// As many as by default.
    private let keyTables = KeyTables(memory: 16 << 20)

    /// A key needs 64 proofs that were admitted, of which its first two do not count.
    private static let proofs = 80

    /// Waits for the tables, some 20 ms for each: making them may take no more than a twentieth of a core.
    init(count: Int) async throws {
        clients = try (0..<count).map { _ in try Client(.es256) }
        verifier = Inputs.verifier(tables: keyTables)
        let uri = try Inputs.targetURI()
        // All in one minute, after which the count would be halved.
        let now = UnixTime.now()
        for _ in 0..<Self.proofs {
            for client in clients {
                let proof = try client.proof(uri, issuedAt: now)
                _ = try await verifier.verify(proof, for: client.request(uri), now: now)
            }
        }
        // Until no more come, or 30 s: there may be more keys than tables.
        var (last, quiet) = (tables, 0)
        for _ in 0..<300 where tables < count && quiet < 10 {
            try await Task.sleep(for: .milliseconds(100))
            quiet = tables == last ? quiet + 1 : 0
            last = tables
        }
    }

    /// How many keys have tables now.
    var tables: Int { keyTables.statistics.tables }

    /// Throws unless each key still has its table.
    func check() throws {
        guard tables == clients.count else { throw Trouble("\(tables) of \(clients.count) keys have tables") }
    }
}

/// Verifying for keys that have tables, against the bare call that has none.
struct BusyRows {
    let quick: Bool
    private let batch = 16

    func rows(_ table: inout Table, _ busy: BusyKeys) throws {
        try busy.check()
        let all = try Inputs.samples(busy.clients.map { try $0.with(proofs: quick ? 96 : 65) })
        let one = try Inputs.samples([try busy.clients[0].with(proofs: quick ? 1_024 : 4_096)])
        table.add(
            "verify, busy key with tables (\(busy.clients.count) keys)", try verify(all, busy), .atMost(0.45),
            chart: .verify
        )
        table.add("the same, one key", try verify(one, busy), nil)
        try busy.check()
    }

    private func verify(_ samples: [Sample], _ busy: BusyKeys) throws -> Pair {
        let uri = try Inputs.targetURI()
        var rounds = Rounds()
        for start in stride(from: 0, to: samples.count - batch + 1, by: batch) {
            let chunk = samples[start..<start + batch]
            try rounds.round(of: batch) {
                for sample in chunk { _ = try busy.verifier.verify(sample.proof, for: sample.request(uri)) }
            } reference: {
                try bareVerify(chunk)
            }
        }
        return rounds.result
    }
}

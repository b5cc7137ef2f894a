import CBare
import DPoPCore

/// Verifying without tables, and building, against the bare signature calls.
struct ProofRows {
    let quick: Bool
    /// Operations of one side in one round: about a millisecond.
    private let batch = 16

    private var passes: Int { quick ? 1 : 4 }

    func rows(_ table: inout Table) throws {
        let manyKeys = try Inputs.samples(try Inputs.clients(quick ? 1_024 : 4_096, proofs: 1))
        let clients = try Inputs.clients(64, proofs: quick ? 33 : 65)
        let samples = try Inputs.samples(clients)
        let sizes = samples.map { $0.proof.utf8.count }
        table.note(
            "64 keys, every proof distinct, \(sizes.min() ?? 0) to \(sizes.max() ?? 0) bytes each; access tokens of 64 bytes"
        )

        table.add(
            "verify, new key (\(grouped(manyKeys.count)) keys)", try verify(manyKeys, warmed: 0), .atMost(1.12),
            chart: .verify)
        table.add(
            "verify, first proofs of 64 keys", try verify(Array(samples.prefix(64)), warmed: 0, passes: passes * 16),
            .atMost(1.12))
        table.add(
            "verify, returning key without tables (64 keys)", try verify(samples, warmed: 256), .atMost(1.07),
            chart: .verify
        )
        table.add(
            "the same, parsing the server's own URI each time", try verify(samples, warmed: 256, parsingURI: true), nil)
        table.add("build with ath, to bare sign", try build(clients, samples), .atMost(1.10), chart: .sign)
    }

    /// - Parameter warmed: how many of the samples the verifier sees before the clock runs.
    private func verify(
        _ samples: [Sample], warmed: Int, passes: Int? = nil, parsingURI: Bool = false
    ) throws -> Pair {
        let uri = try Inputs.targetURI()
        var rounds = Rounds()
        for _ in 0..<(passes ?? self.passes) {
            // Every proof is used in it once.
            let verifier = Inputs.verifier()
            func ours(_ samples: ArraySlice<Sample>) throws {
                for sample in samples {
                    let request = sample.request(parsingURI ? try Inputs.targetURI() : uri)
                    _ = try verifier.verify(sample.proof, for: request)
                }
            }
            try ours(samples[..<warmed])
            for start in stride(from: warmed, to: samples.count - batch + 1, by: batch) {
                let chunk = samples[start..<start + batch]
                try rounds.round(of: batch) {
                    try ours(chunk)
                } reference: {
                    try bareVerify(chunk)
                }
            }
        }
        return rounds.result
    }

    private func build(_ clients: [Client], _ samples: [Sample]) throws -> Pair {
        let uri = try Inputs.targetURI()
        var rounds = Rounds()
        var bytes = 0
        for turn in 0..<(quick ? 128 : 1_024) {
            let start = (turn * batch) % clients.count
            try rounds.round(of: batch) {
                for client in clients[start..<start + batch] { bytes += try client.proof(uri).utf8.count }
            } reference: {
                try bareSign(samples[start..<start + batch])
            }
        }
        guard bytes > 0 else { throw Trouble("no proof was built") }
        return rounds.result
    }
}

func bareVerify(_ samples: some Sequence<Sample>) throws {
    for sample in samples where bare_verify(sample.bare) != 1 { throw Trouble("bare verify failed") }
}

func bareSign(_ samples: some Sequence<Sample>) throws {
    for sample in samples where bare_sign(sample.bare) != 1 { throw Trouble("bare sign failed") }
}

import CBare
import DPoPCore

/// Verifying and building against the bare signature calls.
struct ProofRows {
    let quick: Bool
    /// Operations of one side in one round: about a millisecond.
    private let batch = 16

    private var passes: Int { quick ? 1 : 4 }

    func rows(_ table: inout Table) throws {
        let manyKeys = try Inputs.samples(
            (0..<(quick ? 1_024 : 4_096)).map { _ in try Inputs.client(.es256, proofs: 1) })
        let clients = try (0..<64).map { _ in try Inputs.client(.es256, proofs: quick ? 17 : 65) }
        let samples = try Inputs.samples(clients)
        let sizes = samples.map { $0.proof.utf8.count }
        table.note(
            "64 keys, every proof distinct, \(sizes.min() ?? 0) to \(sizes.max() ?? 0) bytes each; access tokens of 64 bytes"
        )

        table.add("verify, \(manyKeys.count) keys not seen before", try verify(manyKeys, warmed: 0), .atMost(1.15))
        table.add(
            "verify, first proofs of 64 keys", try verify(Array(samples.prefix(64)), warmed: 0, passes: passes * 16),
            .atMost(1.15))
        table.add("verify, 64 returning keys", try verify(samples, warmed: 128), .atMost(1.10))
        table.add(
            "the same, parsing the server's own URI each time", try verify(samples, warmed: 128, parsingURI: true), nil)
        table.add("build with ath", try build(clients, samples), .atMost(1.20))
        try otherAlgorithms(&table, samples)
    }

    /// - Parameter warmed: how many of the samples the verifier sees before the clock runs.
    private func verify(
        _ samples: [Sample], warmed: Int, passes: Int? = nil, parsingURI: Bool = false
    ) throws -> Pair {
        let uri = try Inputs.targetURI()
        var rounds = Rounds()
        for _ in 0..<(passes ?? self.passes) {
            // Nothing is known to a new verifier; every proof is used in it once.
            let verifier = ProofVerifier(policy: Inputs.policy, replay: MemoryReplayCache(memory: .startsEmpty))
            func ours(_ samples: ArraySlice<Sample>) throws {
                for sample in samples {
                    let request = RequestContext.resource(
                        method: Inputs.method, targetURI: parsingURI ? try Inputs.targetURI() : uri,
                        accessToken: sample.accessToken, boundTo: sample.thumbprint)
                    _ = try verifier.verify(sample.proof, for: request)
                }
            }
            try ours(samples[..<warmed])
            for start in stride(from: warmed, to: samples.count - batch + 1, by: batch) {
                let chunk = samples[start..<start + batch]
                try rounds.round(of: batch) {
                    try ours(chunk)
                } reference: {
                    for sample in chunk where bare_verify(sample.bare) != 1 { throw Trouble("bare verify failed") }
                }
            }
        }
        return rounds.result
    }

    private func build(_ clients: [Client], _ samples: [Sample]) throws -> Pair {
        let uri = try Inputs.targetURI()
        var rounds = Rounds()
        var bytes = 0
        for turn in 0..<(quick ? 64 : 1_024) {
            let start = (turn * batch) % clients.count
            try rounds.round(of: batch) {
                for client in clients[start..<start + batch] {
                    bytes += try client.builder.proof(
                        method: Inputs.method, targetURI: uri, accessToken: client.accessToken
                    ).utf8.count
                }
            } reference: {
                for sample in samples[start..<start + batch] where bare_sign(sample.bare) != 1 {
                    throw Trouble("bare sign failed")
                }
            }
        }
        guard bytes > 0 else { throw Trouble("no proof was built") }
        return rounds.result
    }

    /// What the other algorithms cost to verify, beside the bare P-256 check: for choosing a policy.
    private func otherAlgorithms(_ table: inout Table, _ samples: [Sample]) throws {
        let uri = try Inputs.targetURI()
        for (name, algorithm) in [
            ("verify, PS256 with RSA-2048", SigningAlgorithm.ps256), ("verify, Ed25519", .ed25519),
            ("verify, ES384", .es384), ("verify, ES512", .es512),
        ] {
            let client = try Inputs.client(algorithm, proofs: quick ? 64 : 256)
            let request = RequestContext.resource(
                method: Inputs.method, targetURI: uri, accessToken: client.accessToken,
                boundTo: client.key.publicJWK.thumbprint)
            let verifier = ProofVerifier(policy: Inputs.policy, replay: MemoryReplayCache(memory: .startsEmpty))
            var rounds = Rounds()
            for start in stride(from: 0, to: client.proofs.count, by: batch) {
                try rounds.round(of: batch) {
                    for proof in client.proofs[start..<start + batch] { _ = try verifier.verify(proof, for: request) }
                } reference: {
                    for sample in samples[start..<start + batch] where bare_verify(sample.bare) != 1 {
                        throw Trouble("bare verify failed")
                    }
                }
            }
            table.add(name, rounds.result, nil)
        }
    }
}

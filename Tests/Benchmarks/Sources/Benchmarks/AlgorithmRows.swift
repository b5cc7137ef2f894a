import CBare
import DPoPCore

/// Returning keys of the other algorithms, in microseconds above their own bare verify.
struct AlgorithmRows {
    let quick: Bool

    /// What the library is held against.
    private enum Bare {
        /// ECDSA_do_verify.
        case curve
        case evp(bare_evp_kind)
    }

    func rows(_ table: inout Table) throws {
        for (name, algorithm, bare, batch) in [
            ("RS256 with RSA-2048", SigningAlgorithm.rs256, Bare.evp(bare_rs256), 16),
            ("PS256 with RSA-2048", .ps256, .evp(bare_ps256), 16),
            ("Ed25519", .ed25519, .evp(bare_ed25519), 4),
            ("ES384", .es384, .curve, 1),
            ("ES512", .es512, .curve, 1),
        ] {
            let pair = try verify(algorithm, bare, batch: batch)
            table.add(
                Row(
                    name: "verify, returning key, \(name)", unit: "us", ours: pair.ours / 1_000,
                    reference: pair.reference / 1_000, figure: .difference(pair.difference / 1_000),
                    limit: .atMost(4)))
        }
    }

    private func verify(_ algorithm: SigningAlgorithm, _ bare: Bare, batch: Int) throws -> Pair {
        // The slower a call, the fewer in a round: a round is to be short beside what else the machine does.
        let rounds = quick ? 100 : 600
        let known = 8
        let client = try Inputs.client(algorithm, proofs: known + rounds * batch)
        let request = client.request(try Inputs.targetURI())
        let verifier = Inputs.verifier()
        for proof in client.proofs[..<known] { _ = try verifier.verify(proof, for: request) }
        let check = try reference(client, bare)
        var turns = Rounds()
        for start in stride(from: known, to: client.proofs.count, by: batch) {
            let chunk = start..<start + batch
            try turns.round(of: batch) {
                for proof in client.proofs[chunk] { _ = try verifier.verify(proof, for: request) }
            } reference: {
                for number in chunk where !check(number) { throw Trouble("bare verify failed") }
            }
        }
        return turns.result
    }

    /// The bare check of the client's proof with a number. What it holds lives as long as the process.
    private func reference(_ client: Client, _ bare: Bare) throws -> (Int) -> Bool {
        switch bare {
        case .curve:
            let key = try Inputs.bareKey(client)
            let cases = try client.proofs.map { try Inputs.bareCase($0, key) }
            return { bare_verify(cases[$0]) == 1 }
        case .evp(let kind):
            let prepared = client.pem.withUnsafeBytes { pem in
                bare_evp_new(kind, pem.baseAddress?.assumingMemoryBound(to: CChar.self), pem.count)
            }
            guard let prepared else { throw Trouble("the bare call refuses a key") }
            let parts = try client.proofs.map { try Inputs.parts(of: $0) }
            return { number in
                let (input, signature) = parts[number]
                return bare_evp_verify(prepared, input, input.count, signature, signature.count) == 1
            }
        }
    }
}

import DPoPCore

/// What it costs to stay inside a provider: EVP alone against the direct way, no tables on either side.
struct PathRows {
    let quick: Bool
    private let batch = 16

    func rows(_ table: inout Table) throws {
        let clients = try Inputs.clients(64, proofs: quick ? 17 : 65)
        let known = clients.count * 4
        // One proof of each client after the other.
        let proofs = (0..<clients[0].proofs.count).flatMap { turn in clients.map { ($0, $0.proofs[turn]) } }
        var (new, returning) = (Rounds(), Rounds())
        for _ in 0..<(quick ? 8 : 32) {
            try verify(proofs[..<clients.count], &new, warmed: 0)
        }
        try verify(proofs[...], &returning, warmed: known)
        table.add("provider way to direct way: verify, new key", new.result, nil)
        table.add("provider way to direct way: verify, returning key", returning.result, nil)
        table.add("provider way to direct way: build with ath", try build(), nil)
    }

    private func verify(_ proofs: ArraySlice<(Client, String)>, _ rounds: inout Rounds, warmed: Int) throws {
        let uri = try Inputs.targetURI()
        let (provider, direct) = (Inputs.verifier(path: .provider), Inputs.verifier(path: .direct))
        func run(_ proofs: ArraySlice<(Client, String)>, _ verifier: ProofVerifier<MemoryReplayCache>) throws {
            for (client, proof) in proofs { _ = try verifier.verify(proof, for: client.request(uri)) }
        }
        try run(proofs[..<warmed], provider)
        try run(proofs[..<warmed], direct)
        for start in stride(from: warmed, to: proofs.count - batch + 1, by: batch) {
            let chunk = proofs[start..<start + batch]
            try rounds.round(of: batch) {
                try run(chunk, provider)
            } reference: {
                try run(chunk, direct)
            }
        }
    }

    private func build() throws -> Pair {
        let uri = try Inputs.targetURI()
        let builders = try [CryptoPath.provider, .direct].map {
            ProofBuilder(signer: try SigningKey.generate(.es256, path: $0))
        }
        let token = Inputs.accessToken()
        var bytes = 0
        func run(_ builder: ProofBuilder<SigningKey>) throws {
            for _ in 0..<batch {
                bytes += try builder.proof(method: Inputs.method, targetURI: uri, accessToken: token).utf8.count
            }
        }
        var rounds = Rounds()
        for _ in 0..<(quick ? 64 : 256) {
            try rounds.round(of: batch) {
                try run(builders[0])
            } reference: {
                try run(builders[1])
            }
        }
        guard bytes > 0 else { throw Trouble("no proof was built") }
        return rounds.result
    }
}

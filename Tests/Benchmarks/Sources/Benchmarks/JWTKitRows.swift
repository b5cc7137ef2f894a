import DPoPCore
import JWTKit

/// jwt-kit on the same claims. Its verify checks the signature only; it is given the key's identifier, finished
/// claims and a header without `jwk`, all of which make its work less than ours.
struct JWTKitRows {
    let quick: Bool
    private let batch = 16
    private let clientCount = 64

    private struct Claims: JWTPayload {
        var jti: String
        var htm: String
        var htu: String
        var iat: Int64
        var ath: String

        func verify(using key: some JWTAlgorithm) {}
    }

    /// Off the main actor: there jwt-kit's actor would cost it a change of threads in every call.
    @concurrent
    func rows(_ table: Table) async throws -> Table {
        var table = table
        let turns = quick ? 8 : 64
        let clients = try (0..<clientCount).map { _ in try Inputs.client(.es256, proofs: turns) }
        let privateKeys = JWTKeyCollection()
        let publicKeys = JWTKeyCollection()
        for client in clients {
            let key = try ES256PrivateKey(pem: String(decoding: client.pem, as: UTF8.self))
            await privateKeys.add(ecdsa: key, kid: kid(client))
            await publicKeys.add(ecdsa: key.publicKey, kid: kid(client))
        }
        let uri = try Inputs.targetURI()
        var payloads: [(client: Client, proof: String, claims: Claims, token: String)] = []
        for turn in 0..<turns {
            for client in clients {
                let proof = client.proofs[turn]
                let claims = try claims(of: proof)
                let token = try await privateKeys.sign(
                    claims, kid: kid(client), header: ["typ": "dpop+jwt"])
                payloads.append((client, proof, claims, token))
            }
        }

        let verifier = ProofVerifier(policy: Inputs.policy, replay: MemoryReplayCache(memory: .startsEmpty))
        var (verifying, signing) = (Rounds(), Rounds())
        for start in stride(from: 0, to: payloads.count, by: batch) {
            let chunk = payloads[start..<start + batch]
            try await verifying.round(of: batch) {
                for item in chunk {
                    let request = RequestContext.resource(
                        method: Inputs.method, targetURI: uri, accessToken: item.client.accessToken,
                        boundTo: item.client.key.publicJWK.thumbprint)
                    _ = try await verifier.verify(item.proof, for: request)
                }
            } reference: {
                for item in chunk { _ = try await publicKeys.verify(item.token, as: Claims.self) }
            }
            try await signing.round(of: batch) {
                for item in chunk {
                    _ = try item.client.builder.proof(
                        method: Inputs.method, targetURI: uri, accessToken: item.client.accessToken)
                }
            } reference: {
                for item in chunk {
                    _ = try await privateKeys.sign(item.claims, kid: kid(item.client), header: ["typ": "dpop+jwt"])
                }
            }
        }
        table.add("verify, times faster than jwt-kit", timesFasterThanReference: verifying.result, .atLeast(1.05))
        table.add("build, times faster than jwt-kit's sign", timesFasterThanReference: signing.result, .atLeast(2))
        return table
    }

    private func kid(_ client: Client) -> JWKIdentifier {
        JWKIdentifier(string: client.key.publicJWK.thumbprint.jkt)
    }

    /// Read back from the proof, so that both sides have the same.
    private func claims(of proof: String) throws -> Claims {
        let parts = proof.split(separator: ".")
        guard parts.count == 3 else { throw Trouble("a proof without three parts") }
        return try DefaultJWTParser().parse(Array(proof.utf8), as: Claims.self).payload
    }
}

import Crypto
import DPoPCore
import JWTKit

/// The peers in one run: bare libcrypto, swift-crypto's P-256 and jwt-kit on the same claims.
///
/// jwt-kit's verify checks the signature only; it is given the key's identifier, finished claims and a header without
/// `jwk`, all of which make its work less than ours. swift-crypto is given the digest, as bare libcrypto is.
struct PeerRows {
    let quick: Bool
    private let batch = 16

    private struct Claims: JWTPayload {
        var jti: String
        var htm: String
        var htu: String
        var iat: Int64
        var ath: String

        func verify(using key: some JWTAlgorithm) {}
    }

    /// One proof, and what the peers need to judge the same claims.
    private struct Item {
        let client: Client
        let sample: Sample
        let claims: Claims
        let token: String
        let kid: JWKIdentifier
        let privateKey: P256.Signing.PrivateKey
        let publicKey: P256.Signing.PublicKey
        let digest: SHA256Digest
        let signature: P256.Signing.ECDSASignature
    }

    /// Off the main actor: there jwt-kit's actor would cost it a change of threads in every call.
    @concurrent
    func rows(_ table: Table, _ busy: BusyKeys) async throws -> Table {
        var table = table
        let clients = try busy.clients.map { try $0.with(proofs: quick ? 48 : 65) }
        let (privateKeys, publicKeys) = (JWTKeyCollection(), JWTKeyCollection())
        for client in clients {
            let key = try ES256PrivateKey(pem: String(decoding: client.pem, as: UTF8.self))
            await privateKeys.add(ecdsa: key, kid: kid(client))
            await publicKeys.add(ecdsa: key.publicKey, kid: kid(client))
        }
        let items = try await items(clients, privateKeys)
        try await verifying(&table, items, publicKeys, busy, keys: clients.count)
        try await signing(&table, items, privateKeys)
        return table
    }

    private func verifying(
        _ table: inout Table, _ items: [Item], _ peer: JWTKeyCollection, _ busy: BusyKeys, keys: Int
    ) async throws {
        let uri = try Inputs.targetURI()
        let returning = Inputs.verifier()
        var new = Inputs.verifier()
        // Four proofs of each key, so that it is known.
        let known = 4 * keys
        for item in items[..<known] { _ = try await returning.verify(item.sample.proof, for: item.client.request(uri)) }
        var turns = Turns(sides: 6)
        for start in stride(from: known, to: items.count - batch + 1, by: batch) {
            let chunk = items[start..<start + batch]
            if start.isMultiple(of: keys) { new = Inputs.verifier() }
            try await turns.round(of: batch) { side in
                switch side {
                case 0: try bareVerify(chunk.lazy.map(\.sample))
                case 1:
                    for item in chunk where !item.publicKey.isValidSignature(item.signature, for: item.digest) {
                        throw Trouble("swift-crypto refuses a proof")
                    }
                case 2: for item in chunk { _ = try await peer.verify(item.token, as: Claims.self) }
                default:
                    let verifier = side == 3 ? new : side == 4 ? returning : busy.verifier
                    for item in chunk {
                        _ = try await verifier.verify(item.sample.proof, for: item.client.request(uri))
                    }
                }
            }
        }
        table.add("swift-crypto's bare P-256 verify", turns.pair(1, to: 0), nil, chart: .verify)
        table.add("jwt-kit's verify", turns.pair(2, to: 0), nil, chart: .verify)
        table.add("verify, new key, to jwt-kit's", turns.pair(3, to: 2), .atMost(0.92))
        table.add("verify, returning key without tables, to jwt-kit's", turns.pair(4, to: 2), nil)
        table.add("verify, busy key with tables, to jwt-kit's", turns.pair(5, to: 2), .atMost(0.40))
        try busy.check()
    }

    private func signing(_ table: inout Table, _ items: [Item], _ peer: JWTKeyCollection) async throws {
        let uri = try Inputs.targetURI()
        var turns = Turns(sides: 4)
        for start in stride(from: 0, to: items.count - batch + 1, by: batch) {
            let chunk = items[start..<start + batch]
            try await turns.round(of: batch) { side in
                switch side {
                case 0: try bareSign(chunk.lazy.map(\.sample))
                case 1: for item in chunk { _ = try item.privateKey.signature(for: item.digest) }
                case 2:
                    for item in chunk {
                        _ = try await peer.sign(item.claims, kid: item.kid, header: ["typ": "dpop+jwt"])
                    }
                default: for item in chunk { _ = try item.client.proof(uri) }
                }
            }
        }
        table.add("swift-crypto's bare P-256 sign", turns.pair(1, to: 0), nil, chart: .sign)
        table.add("jwt-kit's sign", turns.pair(2, to: 0), nil, chart: .sign)
        table.add("build with ath, to jwt-kit's sign", turns.pair(3, to: 2), .atMost(0.50))
    }

    /// One proof of each client after the other.
    private func items(_ clients: [Client], _ keys: JWTKeyCollection) async throws -> [Item] {
        let samples = try Inputs.samples(clients)
        let privateKeys = try clients.map {
            try P256.Signing.PrivateKey(pemRepresentation: String(decoding: $0.pem, as: UTF8.self))
        }
        var items: [Item] = []
        for (number, sample) in samples.enumerated() {
            let client = clients[number % clients.count]
            let key = privateKeys[number % clients.count]
            let (input, signature) = try Inputs.parts(of: sample.proof)
            // Read back from the proof, so that both sides have the same.
            let claims = try DefaultJWTParser().parse(Array(sample.proof.utf8), as: Claims.self).payload
            let token = try await keys.sign(claims, kid: kid(client), header: ["typ": "dpop+jwt"])
            items.append(
                Item(
                    client: client, sample: sample, claims: claims, token: token, kid: kid(client), privateKey: key,
                    publicKey: key.publicKey, digest: SHA256.hash(data: input),
                    signature: try P256.Signing.ECDSASignature(rawRepresentation: signature)))
        }
        return items
    }

    private func kid(_ client: Client) -> JWKIdentifier {
        JWKIdentifier(string: client.key.publicJWK.thumbprint.jkt)
    }
}

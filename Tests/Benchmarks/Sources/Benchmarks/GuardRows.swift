import CBare
import DPoPCore
import DPoPServer
import HTTPTypes
import JWTKit

/// What a resource guard costs beyond the verifier in it: header fields, target, the cached access token, the answer.
struct GuardRows {
    let quick: Bool
    private let batch = 16

    private struct AccessTokenClaims: JWTPayload {
        struct Confirmation: Codable, Sendable { var jkt: String }
        var iss: String
        var aud: String
        var sub: String
        var exp: Int64
        var cnf: Confirmation

        func verify(using key: some JWTAlgorithm) {}
    }

    private struct Item {
        let request: HTTPRequest
        let proof: String
        let accessToken: String
        let thumbprint: Thumbprint

        func context(_ uri: TargetURI) -> RequestContext {
            .resource(method: Inputs.method, targetURI: uri, accessToken: accessToken, boundTo: thumbprint)
        }
    }

    /// Off the main actor, as in a server.
    @concurrent
    func rows(_ table: Table) async throws -> Table {
        var table = table
        let clients = try Inputs.clients(64, proofs: 1)
        let samples = try Inputs.samples(clients)
        let issuerKey = try SigningKey.generate(.es256)
        let tokens = try JWTAccessTokenVerifier(
            issuer: "https://as.example.com", audience: "https://api.example.com",
            keys: KeySet([KeySet.Key(keyID: "1", algorithm: .es256, publicJWK: issuerKey.publicJWK)]))
        let items = try await items(clients, issuerKey, turns: quick ? 19 : 65)
        let uri = try Inputs.targetURI()

        var configuration = try ResourceConfiguration(origin: "https://api.example.com")
        configuration.policy = Inputs.policy
        // On neither side: which of two verifiers' keys have tables is chance.
        configuration.tables = KeyTables(memory: 0)
        let guardian = try ResourceGuard(
            configuration, tokens: tokens, replay: MemoryReplayCache(memory: .startsEmpty))
        let verifier = ProofVerifier(
            policy: Inputs.policy, replay: AnyReplayStore(MemoryReplayCache(memory: .startsEmpty)),
            tables: KeyTables(memory: 0))

        var turns = Turns(sides: 3)
        // The first requests of each client look its token up and import its key.
        let known = clients.count * 3
        for item in items[..<known] {
            _ = try await verifier.verify(item.proof, for: item.context(uri))
            guard case .granted = await guardian.authorize(item.request) else { throw Trouble("not granted") }
        }
        for start in stride(from: known, to: items.count, by: batch) {
            let chunk = items[start..<start + batch]
            let bareStart = start % (samples.count - batch + 1)
            try await turns.round(of: batch) { side in
                switch side {
                case 0: for item in chunk { _ = try await verifier.verify(item.proof, for: item.context(uri)) }
                case 1:
                    for item in chunk {
                        guard case .granted = await guardian.authorize(item.request) else {
                            throw Trouble("not granted")
                        }
                    }
                default: try bareVerify(samples[bareStart..<bareStart + batch])
                }
            }
        }
        table.add(
            "guard beyond the verifier in it, in bare verifies", beyond: turns.pair(1, to: 0),
            bare: turns.pair(2, to: 2).ours, .atMost(0.10))
        return table
    }

    private func items(_ clients: [Client], _ issuerKey: SigningKey, turns: Int) async throws -> [Item] {
        let pem = try issuerKey.withPKCS8PEM { text in
            var bytes: [UInt8] = []
            for index in text.indices { bytes.append(text[index]) }
            return String(decoding: bytes, as: UTF8.self)
        }
        let keys = JWTKeyCollection()
        await keys.add(ecdsa: try ES256PrivateKey(pem: pem), kid: "1")
        var tokens: [String] = []
        for client in clients {
            let claims = AccessTokenClaims(
                iss: "https://as.example.com", aud: "https://api.example.com", sub: "alice",
                exp: UnixTime.now().seconds + 3_600, cnf: .init(jkt: client.key.publicJWK.thumbprint.jkt))
            tokens.append(try await keys.sign(claims, kid: "1", header: ["typ": "at+jwt"]))
        }
        let uri = try Inputs.targetURI()
        return try (0..<turns).flatMap { _ in
            try zip(clients, tokens).map { client, token in
                let proof = try client.builder.proof(method: Inputs.method, targetURI: uri, accessToken: token)
                var request = HTTPRequest(
                    method: .get, scheme: "https", authority: "api.example.com", path: "/accounts/7f3e9a1b")
                request.headerFields = [
                    .accept: "application/json", .userAgent: "benchmark", .authorization: "DPoP \(token)", .dpop: proof,
                ]
                return Item(
                    request: request, proof: proof, accessToken: token, thumbprint: client.key.publicJWK.thumbprint)
            }
        }
    }
}

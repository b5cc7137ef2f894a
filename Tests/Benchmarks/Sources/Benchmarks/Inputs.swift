import CBare
import DPoPCore

/// One client: its key, its access token and proofs for one request that are all distinct.
struct Client {
    let key: SigningKey
    let pem: [UInt8]
    let builder: ProofBuilder<SigningKey>
    let accessToken: String
    let proofs: [String]
}

/// A proof with what the verifier is told beside it, and the same signature for the bare call.
struct Sample {
    let proof: String
    let accessToken: String
    let thumbprint: Thumbprint
    let bare: OpaquePointer
}

enum Inputs {
    static let method = "GET"
    static let target = "https://api.example.com/accounts/7f3e9a1b"
    static func targetURI() throws -> TargetURI { try TargetURI(target) }

    /// The default policy, but proofs stay fresh for as long as the run takes.
    static let policy: VerificationPolicy = {
        var policy = VerificationPolicy.default
        policy.maximumAge = 3_600
        return policy
    }()

    static func client(_ algorithm: SigningAlgorithm, proofs count: Int, rsaBits: Int = 2048) throws -> Client {
        let key = try SigningKey.generate(algorithm, rsaBits: rsaBits)
        let builder = ProofBuilder(signer: key)
        let token = accessToken()
        let uri = try targetURI()
        let pem = try key.withPKCS8PEM { text in
            var bytes: [UInt8] = []
            for index in text.indices { bytes.append(text[index]) }
            return bytes
        }
        let proofs = try (0..<count).map { _ in
            try builder.proof(method: method, targetURI: uri, accessToken: token)
        }
        return Client(key: key, pem: pem, builder: builder, accessToken: token, proofs: proofs)
    }

    /// 64 characters.
    private static func accessToken() -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        return String((0..<64).map { _ in alphabet[Int.random(in: 0..<64)] })
    }

    /// The samples of ES256 clients, one proof of each client after the other, so that keys alternate.
    static func samples(_ clients: [Client]) throws -> [Sample] {
        let uri = try targetURI()
        let target = RequestContext.tokenRequest(method: method, targetURI: uri)
        let reader = ProofVerifier(policy: policy, replay: MemoryReplayCache(memory: .startsEmpty))
        var samples: [Sample] = []
        for turn in 0..<(clients.first?.proofs.count ?? 0) {
            for client in clients {
                let proof = client.proofs[turn]
                guard (450...550).contains(proof.utf8.count) else {
                    throw Trouble("a proof of \(proof.utf8.count) bytes")
                }
                // Every input is a good proof: what is refused early would look fast.
                guard try reader.verify(proof, for: target).thumbprint == client.key.publicJWK.thumbprint else {
                    throw Trouble("a proof names another key")
                }
                guard let bare = prepare(proof, client.pem) else { throw Trouble("the bare call refuses a proof") }
                samples.append(
                    Sample(
                        proof: proof, accessToken: client.accessToken, thumbprint: client.key.publicJWK.thumbprint,
                        bare: bare))
            }
        }
        return samples
    }

    private static func prepare(_ proof: String, _ pem: [UInt8]) -> OpaquePointer? {
        guard let dot = proof.utf8.lastIndex(of: UInt8(ascii: ".")) else { return nil }
        let input = Array(proof.utf8[..<dot])
        guard let signature = decode(proof.utf8[proof.utf8.index(after: dot)...]), signature.count == 64 else {
            return nil
        }
        return pem.withUnsafeBytes { pem in
            bare_case_new(
                pem.baseAddress?.assumingMemoryBound(to: CChar.self), pem.count, input, input.count, signature)
        }
    }

    /// base64url, for the signature of a proof that the library accepted.
    private static func decode(_ text: some Sequence<UInt8>) -> [UInt8]? {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        var (bits, count, bytes) = (UInt32(0), 0, [UInt8]())
        for character in text {
            guard let value = alphabet.firstIndex(of: character) else { return nil }
            bits = bits << 6 | UInt32(value)
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        return bytes
    }
}

/// Something that makes the figures meaningless.
struct Trouble: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

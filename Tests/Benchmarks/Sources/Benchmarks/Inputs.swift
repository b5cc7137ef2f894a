import CBare
import DPoPCore

/// One client: its key, its access token and proofs for one request that are all distinct.
struct Client {
    let key: SigningKey
    let pem: [UInt8]
    let builder: ProofBuilder<SigningKey>
    let accessToken: String
    private(set) var proofs: [String] = []

    init(_ algorithm: SigningAlgorithm, rsaBits: Int = 2048) throws {
        key = try SigningKey.generate(algorithm, rsaBits: rsaBits)
        builder = ProofBuilder(signer: key)
        accessToken = Inputs.accessToken()
        pem = try key.withPKCS8PEM { text in
            var bytes: [UInt8] = []
            for index in text.indices { bytes.append(text[index]) }
            return bytes
        }
    }

    /// The same one with so many proofs that are new.
    func with(proofs count: Int) throws -> Client {
        var client = self
        let uri = try Inputs.targetURI()
        client.proofs = try (0..<count).map { _ in try proof(uri) }
        return client
    }

    func proof(_ uri: TargetURI, issuedAt time: UnixTime? = nil) throws -> String {
        try builder.proof(method: Inputs.method, targetURI: uri, accessToken: accessToken, issuedAt: time)
    }

    func request(_ uri: TargetURI) -> RequestContext {
        .resource(
            method: Inputs.method, targetURI: uri, accessToken: accessToken, boundTo: key.publicJWK.thumbprint)
    }
}

/// A proof with what the verifier is told beside it, and the same signature for the bare call.
struct Sample {
    let proof: String
    let accessToken: String
    let thumbprint: Thumbprint
    let bare: OpaquePointer

    func request(_ uri: TargetURI) -> RequestContext {
        .resource(method: Inputs.method, targetURI: uri, accessToken: accessToken, boundTo: thumbprint)
    }
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

    /// Nothing is known to a new verifier. Without tables unless it is given some.
    static func verifier(
        tables: KeyTables = KeyTables(memory: 0), path: CryptoPath = .standard
    ) -> ProofVerifier<MemoryReplayCache> {
        ProofVerifier(
            policy: policy, replay: MemoryReplayCache(keyShare: .unlimited, memory: .startsEmpty), tables: tables,
            path: path)
    }

    static func client(_ algorithm: SigningAlgorithm, proofs count: Int) throws -> Client {
        try Client(algorithm).with(proofs: count)
    }

    static func clients(_ count: Int, proofs: Int) throws -> [Client] {
        try (0..<count).map { _ in try client(.es256, proofs: proofs) }
    }

    /// 64 characters.
    static func accessToken() -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        return String((0..<64).map { _ in alphabet[Int.random(in: 0..<64)] })
    }

    /// The samples of ES256 clients, one proof of each client after the other, so that keys alternate.
    static func samples(_ clients: [Client]) throws -> [Sample] {
        let uri = try targetURI()
        let target = RequestContext.tokenRequest(method: method, targetURI: uri)
        let reader = verifier()
        let keys = try clients.map { try bareKey($0) }
        defer { for key in keys { bare_key_free(key) } }
        var samples: [Sample] = []
        for turn in 0..<(clients.first?.proofs.count ?? 0) {
            for (client, key) in zip(clients, keys) {
                let proof = client.proofs[turn]
                guard (450...550).contains(proof.utf8.count) else {
                    throw Trouble("a proof of \(proof.utf8.count) bytes")
                }
                // Every input is a good proof: what is refused early would look fast.
                guard try reader.verify(proof, for: target).thumbprint == client.key.publicJWK.thumbprint else {
                    throw Trouble("a proof names another key")
                }
                samples.append(
                    Sample(
                        proof: proof, accessToken: client.accessToken, thumbprint: client.key.publicJWK.thumbprint,
                        bare: try bareCase(proof, key)))
            }
        }
        return samples
    }

    /// A client's key for the bare calls. Belongs to the caller.
    static func bareKey(_ client: Client) throws -> OpaquePointer {
        let key = client.pem.withUnsafeBytes { pem in
            bare_key_new(pem.baseAddress?.assumingMemoryBound(to: CChar.self), pem.count)
        }
        guard let key else { throw Trouble("the bare call refuses a key") }
        return key
    }

    static func bareCase(_ proof: String, _ key: OpaquePointer) throws -> OpaquePointer {
        let (input, signature) = try parts(of: proof)
        guard let bare = bare_case_new(key, input, input.count, signature, signature.count) else {
            throw Trouble("the bare call refuses a proof")
        }
        return bare
    }

    /// What is signed, and the signature.
    static func parts(of proof: String) throws -> (input: [UInt8], signature: [UInt8]) {
        guard let dot = proof.utf8.lastIndex(of: UInt8(ascii: ".")),
            let signature = decode(proof.utf8[proof.utf8.index(after: dot)...])
        else { throw Trouble("a proof without a signature") }
        return (Array(proof.utf8[..<dot]), signature)
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

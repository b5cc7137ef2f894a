import DPoPCore
import HTTPTypes
import Testing

@testable import DPoPServer

/// Cheap before dear, and nothing used up by what is refused.
@Suite struct OrderTests {
    /// A good proof with one bit of its signature changed.
    private func badlySigned() throws -> String {
        var bytes = Array(try ServerKit.proof().utf8)
        let index = bytes.count - 10
        bytes[index] = bytes[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test("attack 187: what a proof is refused for costs no look at the token, and a refused token no entry")
    func order() async throws {
        let (tokens, store) = (KnownTokens.all, CountingStore())
        let guardian = try ServerKit.guardian(tokens: tokens, replay: store)
        let proofs = [
            "", "a.b.c", String(repeating: "A", count: 9_000), try ServerKit.proof(method: "POST"),
            try ServerKit.proof(uri: "https://api.example.com/other"), try ServerKit.proof("other"),
            try ServerKit.proof(at: ServerKit.now.advanced(bySeconds: -61)), try badlySigned(),
        ]
        for proof in proofs {
            #expect(await guardian.denied(ServerKit.request(["DPoP bound"], proofs: [proof])) != nil)
        }
        #expect(tokens.count == 0 && store.count == 0)
        for token in ["expired", "unbound", "strange"] {
            #expect(await guardian.denied(try ServerKit.bound(token)) != nil)
        }
        #expect(tokens.count == 3 && store.count == 0)
        #expect(await guardian.denied(try ServerKit.bound()) == nil)
        #expect(tokens.count == 4 && store.count == 1)
    }

    @Test("attack 187: where no bearer token is served one costs no call, with a certificate or where one is it does")
    func bearerCalls() async throws {
        for (answersLocally, calls) in [(false, 0), (true, 1)] {
            let tokens = KnownTokens.all(answersLocally: answersLocally)
            let guardian = try ServerKit.guardian(tokens: tokens)
            let code = await guardian.denied(ServerKit.request(["Bearer bound"]))
            #expect(code == (answersLocally ? .boundTokenAsBearer : .schemeNotServed))
            #expect(tokens.count == calls)
            let connection = ClientConnection(certificate: ServerKit.certificate)
            #expect(await guardian.denied(ServerKit.request(["Bearer certificate"]), connection) == nil)
            let strict = try ServerKit.guardian(
                ServerKit.configuration { $0.metadataRequiresBoundTokens = true }, tokens: tokens)
            let before = tokens.count
            #expect(await strict.denied(ServerKit.request(["Bearer unbound"]), connection) != nil)
            #expect(tokens.count == before + calls)
            let open = try ServerKit.guardian(ServerKit.configuration { $0.dpop = .preferred }, tokens: tokens)
            #expect(await open.denied(ServerKit.request(["Bearer unbound"])) == nil)
        }
    }

    @Test("attack 188: an RSA key above the cap is refused before its signature is looked at, one at the cap is served")
    func largestKey() async throws {
        let policy = VerificationPolicy.default
        #expect(policy.maximumProofSize == 8_192)
        let key = try SigningKey.generate(.ps256, rsaBits: 4_096)
        let tokens = KnownTokens([
            "bound": .success(AccessToken(confirmation: Confirmation(jkt: key.publicJWK.thumbprint)))
        ])
        let guardian = try ServerKit.guardian(tokens: tokens)
        let proof = try ServerKit.proof(key: key)
        #expect(await guardian.denied(ServerKit.request(["DPoP bound"], proofs: [proof])) == nil)
        // The same header with a modulus of 4,104 bits: a byte more in front.
        let parts = proof.split(separator: ".").map(String.init)
        let header = String(decoding: try #require(Base64URL.decode(parts[0])), as: UTF8.self)
        let modulus = try #require(header.split(separator: "\"n\":\"").last?.split(separator: "\"").first)
        let bytes = try #require(Base64URL.decode(String(modulus)))
        let larger = String(decoding: Base64URL.encode(([0xC5] + bytes).span), as: UTF8.self)
        let changed = Array(header.replacing(modulus, with: larger).utf8)
        let text = "\(String(decoding: Base64URL.encode(changed.span), as: UTF8.self)).\(parts[1]).\(parts[2])"
        let code = await guardian.denied(ServerKit.request(["DPoP bound"], proofs: [text]))
        #expect(code == DecisionCode(ProofRejection.Code.weakKey))
        #expect(tokens.count == 1)
    }

    @Test("attack 190: nothing waits on a thread: requests go on while others wait for their token")
    func waiting() async throws {
        let gate = Gate(64)
        let guardian = try ResourceGuard(
            ServerKit.configuration(), tokens: gate, replay: MemoryReplayCache(memory: .startsEmpty))
        // More than there are threads; each waits until all have come.
        let granted = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<64 {
                group.addTask {
                    guard let request = try? ServerKit.bound() else { return false }
                    return await guardian.grant(request) != nil
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(granted == 64)
    }

    /// Lets nobody go on before a number of requests have come.
    private actor Gate: AccessTokenVerifier {
        private let number: Int
        private var waiting: [CheckedContinuation<Void, Never>] = []

        init(_ number: Int) { self.number = number }

        private func wait() async {
            await withCheckedContinuation { continuation in
                waiting.append(continuation)
                if waiting.count == number {
                    for continuation in waiting { continuation.resume() }
                }
            }
        }

        func verify(_ token: String, now: UnixTime) async throws(AccessTokenRejection) -> AccessToken {
            await wait()
            return AccessToken(confirmation: Confirmation(jkt: ServerKit.jkt))
        }
    }

    @Test("attack 191: the same bad request gets the same answer, however often it comes")
    func sameAnswer() async throws {
        let guardian = try ServerKit.guardian()
        let requests = [
            ServerKit.request([]), ServerKit.request(["DPoP bound"]), ServerKit.request(["DPoP bound"], proofs: ["x"]),
            ServerKit.request(["DPoP bound"], proofs: [try badlySigned()]), try ServerKit.bound("expired"),
            try ServerKit.bound(key: ServerKit.thiefsKey),
        ]
        for request in requests {
            let first = try #require(await guardian.denial(request))
            for _ in 0..<20 {
                let again = try #require(await guardian.denial(request))
                #expect(again.code == first.code && again.status == first.status && again.body == first.body)
                #expect(again.headerFields == first.headerFields)
            }
            #expect(await guardian.denied(try ServerKit.bound()) == nil)
        }
    }

    @Test("attack 189: many keys that come once leave the clients that come back served")
    func manyKeys() async throws {
        let keys = try (0..<300).map { _ in try SigningKey.generate(.es256) }
        var tokens = [
            "bound": Result<AccessToken, AccessTokenRejection>.success(
                AccessToken(confirmation: Confirmation(jkt: ServerKit.jkt)))
        ]
        for (index, key) in keys.enumerated() {
            tokens["t\(index)"] = .success(AccessToken(confirmation: Confirmation(jkt: key.publicJWK.thumbprint)))
        }
        // Room for all of them and a few requests more, and one key may have an eighth of it.
        let guardian = try ServerKit.guardian(
            tokens: KnownTokens(tokens), replay: MemoryReplayCache(capacity: 320, memory: .startsEmpty))
        for (index, key) in keys.enumerated() {
            #expect(await guardian.denied(try ServerKit.bound("t\(index)", key: key)) == nil)
        }
        for _ in 0..<20 { #expect(await guardian.denied(try ServerKit.bound()) == nil) }
        #expect(await guardian.denied(try ServerKit.bound()) == DecisionCode(ProofRejection.Code.replayStoreFull))
    }
}

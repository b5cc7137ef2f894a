import Testing

@testable import DPoPCore

/// Keys and headers that are kept or handed on between proofs never change a verdict.
@Suite struct KeyReuseTests {
    /// Whether the verifier knows the header of a proof.
    private func knows(_ proof: String, _ verifier: ProofVerifier<MemoryReplayCache>) throws -> Bool {
        let framing = try CompactJWS.Framing(proof.utf8.span)
        return verifier.headers.find(proof.utf8.span, framing.header) != nil
    }

    @Test("attack 77: authority is never the proof's: no key, another's key and a key beside it are refused")
    func embeddedKey() {
        let verifier = CheckKit.verifier()
        let good = CheckProof()
        #expect(verifier.refused(good.parameter("jwk", nil).text)?.code == .malformedKey)
        #expect(verifier.refused(good.parameter("jwk", "null").text)?.code == .malformedKey)
        // A key that stands elsewhere in the header is not the proof's.
        let beside = good.parameter("jwk", nil).parameter("key", CheckKit.key.publicJWK.json)
        #expect(verifier.refused(beside.text)?.code == .malformedKey)
        // The owner's key in the header does not make the thief's signature good.
        var stolen = CheckProof(key: CheckKit.otherKey)
        #expect(verifier.refused(stolen.text)?.code == .keyBindingMismatch)
        stolen = stolen.parameter("jwk", CheckKit.key.publicJWK.json)
        #expect(verifier.refused(stolen.text)?.code == .badSignature)
        #expect(verifier.refused(good.text) == nil)
    }

    @Test("attack 62: a returning key is checked like a new one")
    func returningKey() throws {
        let verifier = CheckKit.verifier()
        // The second one is what makes it a returning key.
        for jti in ["first", "second"] { #expect(verifier.refused(CheckProof(jti: jti).text) == nil) }
        #expect(try knows(CheckProof().text, verifier))
        let other = CheckProof(key: CheckKit.otherKey, ath: false)
        #expect(verifier.refused(other.text, for: CheckKit.tokenRequest) == nil)
        #expect(try !knows(other.text, verifier))
        let cases: [(CheckProof, ProofRejection.Code)] = [
            (CheckProof(jti: "first"), .replayed),
            (CheckProof().parameter("alg", quoted("ES384")), .keyAlgorithmMismatch),
            (CheckProof().parameter("alg", quoted("none")), .unsupportedAlgorithm),
            (CheckProof().parameter("typ", quoted("jwt")), .wrongType),
            (CheckProof().parameter("crit", "[\"exp\"]"), .criticalHeader),
            (
                CheckProof().parameter("jwk", CheckKit.key.publicJWK.json.dropLast() + ",\"use\":\"enc\"}"),
                .keyAlgorithmMismatch
            ),
            (
                CheckProof().parameter("jwk", CheckKit.key.publicJWK.json.dropLast() + ",\"d\":\"\"}"),
                .privateKeyInProof
            ),
            (CheckProof(ath: false), .missingClaim),
        ]
        for (proof, code) in cases { #expect(verifier.refused(proof.text)?.code == code) }
        #expect(verifier.refused(CheckProof().badlySigned)?.code == .badSignature)
        #expect(verifier.refused(CheckProof().text) == nil)
    }

    @Test("attack 62: a key that was refused stays refused, and the key it resembles is not taken for it")
    func refusedKey() throws {
        let verifier = CheckKit.verifier()
        for jti in ["first", "second"] { #expect(verifier.refused(CheckProof(jti: jti).text) == nil) }
        let json = CheckKit.key.publicJWK.json
        // One coordinate of another key: no point of the curve.
        let start = try #require(json.firstRange(of: "\"x\":\"")).upperBound
        let other = CheckKit.otherKey.publicJWK.json
        let otherStart = try #require(other.firstRange(of: "\"x\":\"")).upperBound
        let mixed = json.replacing(json[start...].prefix(43), with: other[otherStart...].prefix(43))
        for _ in 0..<3 {
            #expect(verifier.refused(CheckProof(jti: "two").parameter("jwk", mixed).text)?.code == .malformedKey)
        }
        #expect(verifier.refused(CheckProof(jti: "two").text) == nil)
    }

    @Test("attack 62: a header is known by all of its bytes: one that differs in any is read anew")
    func knownByAllBytes() throws {
        let verifier = CheckKit.verifier()
        for jti in ["first", "second"] { #expect(verifier.refused(CheckProof(jti: jti).text) == nil) }
        let good = CheckProof(jti: "third").text
        let framing = try CompactJWS.Framing(good.utf8.span)
        #expect(try knows(good, verifier))
        for index in framing.header {
            var bytes = Array(good.utf8)
            bytes[index] = bytes[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            let changed = String(decoding: bytes, as: UTF8.self)
            #expect(try !knows(changed, verifier))
            #expect(verifier.refused(changed) != nil)
        }
        for shorter in 1..<framing.header.count {
            let cut = String(good.dropFirst(shorter))
            #expect(try !knows(cut, verifier))
            #expect(verifier.refused(cut) != nil)
        }
        #expect(verifier.refused(good) == nil)
    }

    @Test("attack 62: headers without end change no verdict")
    func manyHeaders() throws {
        let verifier = CheckKit.verifier()
        for round in 0..<3_000 * CheckKit.scale {
            // Each of its own header, signed twice.
            let proof = CheckProof(jti: "\(round)").parameter("kid", quoted("\(round)"))
            #expect(verifier.refused(proof.text) == nil)
            #expect(verifier.refused(proof.text)?.code == .replayed)
            #expect(verifier.refused(proof.badlySigned)?.code == .badSignature)
        }
    }

    @Test("attack 62: an RSA modulus or exponent of any length is looked up without trapping", arguments: 0..<40)
    func shortModulus(_ length: Int) {
        let verifier = CheckKit.verifier()
        for byte: UInt8 in [1, 3, 0xFF] {
            let number = String(decoding: Base64URL.encode([UInt8](repeating: byte, count: length).span), as: UTF8.self)
            for jwk in [
                "{\"kty\":\"RSA\",\"n\":\"\(number)\",\"e\":\"AQAB\"}",
                "{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"\(number)\"}",
            ] {
                let proof = CheckProof().parameter("alg", quoted("RS256")).parameter("jwk", jwk)
                let code = verifier.refused(proof.text)?.code
                #expect(code == .weakKey || code == .malformedKey)
            }
        }
    }

    @Test("attack 170: keys in use are not disturbed by keys that come and go")
    func manyKeys() throws {
        var random = CheckRandom(seed: 170)
        let keys = (0..<40).map { CheckKit.key($0 % 4 == 0 ? .es384 : .es256) }
        let verifier = CheckKit.verifier()
        var held: [(proof: String, decoded: DecodedProof)] = []
        for round in 0..<400 * CheckKit.scale {
            let proof = CheckProof(key: random.pick(keys), jti: "\(round)", ath: false)
            held.append((proof.text, try DecodedProof(decoding: proof.text)))
            if held.count > 30 { held.remove(at: random.below(held.count)) }
            // What was decoded long ago still verifies with its own key, and only what it signed.
            let old = random.pick(held)
            #expect(refusal { () throws(ProofRejection) in try old.decoded.verifySignature() } == nil)
            #expect(verifier.refused(proof.badlySigned, for: CheckKit.tokenRequest)?.code == .badSignature)
            let verified = try verifier.verify(proof.text, for: CheckKit.tokenRequest, now: CheckKit.now)
            #expect(verified.thumbprint == proof.key.publicJWK.thumbprint)
        }
    }
}

import Testing

@testable import DPoPCore

@Suite struct VerifiedProofTests {
    @Test("the claims, the key and the payload as they were signed")
    func contents() throws {
        let proof = CheckProof(jti: "id \u{E9}\"").claim("nonce", "\"n\\u006f\"").claim("extra", "{\"a\":[1, 2]}")
        let verified = try CheckKit.verifier().verify(proof.text, for: CheckKit.resource, now: .at(7))
        #expect(verified.thumbprint == CheckKit.key.publicJWK.thumbprint)
        #expect(verified.publicKey == CheckKit.key.publicJWK)
        #expect(verified.algorithm == .es256)
        let claims = verified.claims
        #expect(claims.jti == "id \u{E9}\"")
        #expect(claims.htm == "POST")
        #expect(claims.htu == CheckKit.target.spelling)
        #expect(claims.iat == CheckKit.now)
        #expect(claims.ath == AccessTokenHash(of: CheckKit.token).ath)
        #expect(claims.nonce == "no")
        let payload = try #require(proof.text.split(separator: ".").dropFirst().first)
        let bytes = try #require(Base64URL.decode(String(payload)))
        #expect(verified.payloadJSON == String(decoding: bytes, as: UTF8.self))
        #expect(verified.payloadJSON.contains("\"extra\":{\"a\":[1, 2]}"))
    }

    @Test("what a proof does not have is nil")
    func absent() throws {
        let verified = try CheckKit.verifier().verify(
            CheckProof(ath: false).text, for: CheckKit.tokenRequest, now: CheckKit.now)
        #expect(verified.claims.ath == nil)
        #expect(verified.claims.nonce == nil)
    }

    @Test("attack 182: descriptions and dumps name the key and nothing of the proof")
    func silence() throws {
        let proof = CheckProof(jti: "mArKeR").claim("note", quoted("mArKeR")).text
        let verified = try CheckKit.verifier().verify(proof, for: CheckKit.resource, now: CheckKit.now)
        let decoded = try DecodedProof(decoding: proof)
        for subject in [verified as Any, decoded as Any] {
            var dumped = ""
            dump(subject, to: &dumped)
            for text in ["\(subject)", String(reflecting: subject), dumped] {
                #expect(text.contains(CheckKit.key.publicJWK.thumbprint.jkt))
                for secret in ["mArKeR", CheckKit.token, proof, "ath", "jti"] { #expect(!text.contains(secret)) }
            }
        }
    }
}

import Foundation
import Testing

@testable import DPoPCore

@Suite("Thumbprints and hashes of others", .enabled(if: OutsideVectors.present, OutsideVectors.areThere))
struct ThumbprintVectorTests {
    @Test("attacks 59 and 60: RFC 7638 §3.1, RFC 8037 A.3, RFC 9449 §6.1 and nine of other projects")
    func thumbprints() throws {
        var (run, others) = (0, 0)
        let file = try OutsideVectors.object("thumbprints/thumbprints.json")
        for vector in try OutsideVectors.objects(file["vectors"]) {
            let key = try PublicJWK(json: OutsideVectors.json(vector["jwk"]))
            guard vector["hash"] as? String == "sha256" else {
                // RFC 9449 knows SHA-256 thumbprints only; the longer ones are no thumbprints here.
                #expect(Thumbprint(try #require(vector["thumbprint"] as? String)) == nil)
                others += 1
                continue
            }
            run += 1
            #expect(key.thumbprint.jkt == vector["thumbprint"] as? String)
            if let digest = vector["digest_hex"] as? String { #expect(key.thumbprint.bytes == wireHex(digest)) }
        }
        print("vectors: thumbprints: \(run) run, \(run) valid, 0 deviations, \(others) not applicable (not SHA-256)")
        #expect((run, others) == (10, 2))
    }

    @Test("attack 87: the hashes of four access tokens")
    func accessTokens() throws {
        let file = try OutsideVectors.object("thumbprints/ath.json")
        let vectors = try #require(file["vectors"] as? [[String: String]])
        for vector in vectors {
            #expect(AccessTokenHash(of: try #require(vector["access_token"])).ath == vector["ath"])
        }
        print("vectors: ath: \(vectors.count) run, \(vectors.count) valid, 0 deviations")
        #expect(vectors.count == 4)
    }

    @Test("identity-model: key pairs, thumbprints, hashes, binding and sample claims")
    func identityModel() throws {
        var run = 0
        for name in ["es256", "rs256"] {
            let pair = try OutsideVectors.object("identity-model/dpop-keypair-\(name).json")
            let key = try PublicJWK(json: OutsideVectors.json(pair["public"]))
            #expect(key.thumbprint.jkt == pair["thumbprint"] as? String)
            #expect(wireKeyCode(try OutsideVectors.json(pair["private"])) == .privateKeyInProof)
            run += 2
        }
        let thumbprints = try OutsideVectors.object("identity-model/dpop-thumbprint-pairs.json")["pairs"]
        for pair in try OutsideVectors.objects(thumbprints) {
            #expect(
                try PublicJWK(json: OutsideVectors.json(pair["jwk"])).thumbprint.jkt == pair["thumbprint"] as? String)
            run += 1
        }
        let hashes = try OutsideVectors.object("identity-model/dpop-ath-pairs.json")["pairs"]
        for pair in try #require(hashes as? [[String: String]]) {
            #expect(AccessTokenHash(of: try #require(pair["access_token"])).ath == pair["ath"])
            run += 1
        }
        let token = try OutsideVectors.object("identity-model/dpop-bound-token.json")["payload"] as? [String: Any]
        let bound = try #require((token?["cnf"] as? [String: String])?["jkt"])
        for name in ["resource", "token"] {
            // The sample proofs are claims without a signature.
            let sample = try OutsideVectors.object("identity-model/dpop-proof-\(name)-request.json")
            let text = wireBase64(try OutsideVectors.json(sample["header"])) + "."
            let proof = try DecodedProof(
                decoding: text + wireBase64(try OutsideVectors.json(sample["payload"])) + "." + wireBase64([0]))
            #expect(proof.publicKey.thumbprint.jkt == bound)
            let payload = try #require(sample["payload"] as? [String: Any])
            #expect(proof.claims.jti == payload["jti"] as? String)
            #expect(proof.claims.htu == payload["htu"] as? String)
            #expect(proof.claims.iat.seconds == payload["iat"] as? Int64)
            #expect(proof.claims.ath == payload["ath"] as? String)
            run += 1
        }
        print(
            "vectors: identity-model: \(run) run, \(run - 2) valid, 2 invalid, 0 deviations, 1 not applicable (a response)"
        )
        #expect(run == 11)
    }
}

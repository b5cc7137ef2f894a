import Foundation
import Testing

@testable import DPoPCore

/// Signatures of Project Wycheproof, straight through VerifyingKey.
@Suite("Wycheproof", .enabled(if: OutsideVectors.present, OutsideVectors.areThere))
struct WycheproofTests {
    struct File: CustomTestStringConvertible {
        let name: String
        let algorithm: SigningAlgorithm
        let count: Int
        init(_ name: String, _ algorithm: SigningAlgorithm, _ count: Int) {
            (self.name, self.algorithm, self.count) = (name, algorithm, count)
        }
        var testDescription: String { name }
    }

    static let files = [
        File("ecdsa_secp256r1_sha256_p1363", .es256, 262), File("ecdsa_secp384r1_sha384_p1363", .es384, 280),
        File("ecdsa_secp521r1_sha512_p1363", .es512, 318), File("ed25519", .ed25519, 151),
        File("rsa_signature_2048_sha256", .rs256, 259), File("rsa_signature_2048_sha384", .rs384, 258),
        File("rsa_signature_2048_sha512", .rs512, 259), File("rsa_signature_3072_sha256", .rs256, 259),
        File("rsa_signature_4096_sha512", .rs512, 259), File("rsa_pss_2048_sha256_mgf1_32", .ps256, 108),
        File("rsa_pss_2048_sha384_mgf1_48", .ps384, 141), File("rsa_pss_4096_sha512_mgf1_64", .ps512, 179),
    ]

    @Test(
        "attacks 66, 70, 72, 73: every signature has the verdict of its label, in each way",
        // Tables are of P-256 keys alone.
        arguments: files.flatMap { file in SignatureWay.allCases.map { (file, $0) } }
            .filter { $0.0.algorithm == .es256 || $0.1 != .tables })
    func signatures(_ file: File, by way: SignatureWay) throws {
        var tally = OutsideTally("wycheproof \(file.name)")
        let groups = try OutsideVectors.object("wycheproof/\(file.name)_test.json")["testGroups"]
        for group in try OutsideVectors.objects(groups) {
            let key = try way.key(#require(OutsideJOSE.material(ofGroup: group)))
            // The same key in its other spelling is the same key.
            if let jwk = group["publicKeyJwk"] ?? group["keyJwk"] {
                #expect(try PublicJWK(json: OutsideVectors.json(jwk)) == key.key)
            }
            for vector in try OutsideVectors.objects(group["tests"]) {
                try record(vector, key, file.algorithm, in: &tally)
            }
        }
        tally.finish(count: file.count)
    }

    @Test(
        "attack 73: of 150 PSS signatures with mixed parameters only those of PS256, PS384 and PS512 count",
        arguments: [SignatureWay.direct, .provider])
    func mixedPSS(_ way: SignatureWay) throws {
        var tally = OutsideTally("wycheproof rsa_pss_misc")
        let groups = try OutsideVectors.object("wycheproof/rsa_pss_misc_test.json")["testGroups"]
        for group in try OutsideVectors.objects(groups) {
            let key = try way.key(#require(OutsideJOSE.material(ofGroup: group)))
            let parameters = [group["sha"], group["mgfSha"]].compactMap { $0 as? String }
            let salt = try #require(group["sLen"] as? Int)
            let algorithms: [String: (SigningAlgorithm, salt: Int)] = [
                "SHA-256": (.ps256, 32), "SHA-384": (.ps384, 48), "SHA-512": (.ps512, 64),
            ]
            for vector in try OutsideVectors.objects(group["tests"]) {
                if let own = algorithms[parameters[0]], parameters[0] == parameters[1], own.salt == salt {
                    try record(vector, key, own.0, in: &tally)
                    continue
                }
                // Valid under other parameters, so refused by every algorithm there is here.
                let (signature, message) = try bytes(vector)
                for algorithm in SigningAlgorithm.allCases where key.key.fits(algorithm) {
                    #expect(key.verify(signature.span, over: message.span, by: algorithm) == .invalid)
                }
                tally.skip("other digest, MGF1 digest or salt length; refused")
            }
        }
        tally.finish(count: 150)
    }

    private func record(
        _ vector: [String: Any], _ key: SignatureWay.Key, _ algorithm: SigningAlgorithm, in tally: inout OutsideTally
    ) throws {
        let (signature, message) = try bytes(vector)
        let outcome = key.verify(signature.span, over: message.span, by: algorithm)
        let id = String(try #require(vector["tcId"] as? Int))
        #expect(outcome != .failed, "tcId \(id)")
        tally.record(id, labelledValid: vector["result"] as? String != "invalid", accepted: outcome == .valid)
    }

    private func bytes(_ vector: [String: Any]) throws -> (signature: [UInt8], message: [UInt8]) {
        (wireHex(try #require(vector["sig"] as? String)), wireHex(try #require(vector["msg"] as? String)))
    }
}

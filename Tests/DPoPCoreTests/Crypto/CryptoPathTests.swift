import CSslShim
import Foundation
import Testing

@testable import DPoPCore

/// The way by EVP alone: the same keys, signatures and verdicts, by what the process's provider has.
@Suite struct CryptoPathTests {
    private static let request = RequestContext.tokenRequest(method: "POST", targetURI: CheckKit.target)

    private static func code(_ proof: String, by path: CryptoPath) -> ProofRejection.Code? {
        let verifier = ProofVerifier(
            policy: .default, replay: MemoryReplayCache(memory: .startsEmpty), tables: KeyTables(memory: 0), path: path)
        do throws(ProofRejection) {
            _ = try verifier.verify(proof, for: request)
            return nil
        } catch {
            return error.code
        }
    }

    private static func proof(_ key: SigningKey) throws -> String {
        try ProofBuilder(signer: key).proof(method: "POST", targetURI: CheckKit.target)
    }

    @Test("what one way signs the other verifies", arguments: SigningAlgorithm.allCases, CryptoPath.allCases)
    func both(_ algorithm: SigningAlgorithm, made path: CryptoPath) throws {
        let key = try SigningKey.generate(algorithm, rsaBits: 2048, path: path)
        let proof = try Self.proof(key)
        let end = proof.index(proof.endIndex, offsetBy: -6)
        let wrong = proof[..<end] + (proof[end...] == "AAAAAA" ? "BBBBBA" : "AAAAAA")
        for other in CryptoPath.allCases {
            #expect(Self.code(proof, by: other) == nil)
            #expect(Self.code(String(wrong), by: other) == .badSignature)
        }
    }

    @Test("a key goes from one way to the other as PKCS#8", arguments: SigningAlgorithm.allCases)
    func exported(_ algorithm: SigningAlgorithm) throws {
        for (from, to) in [(CryptoPath.direct, CryptoPath.provider), (.provider, .direct), (.provider, .provider)] {
            let key = try SigningKey.generate(algorithm, rsaBits: 2048, path: from)
            for passphrase in [nil, "abc"] {
                let pem = try key.withPKCS8PEM(passphrase: passphrase) {
                    String(decoding: $0.copy(0..<$0.count), as: UTF8.self)
                }
                let read = try SigningKey(pkcs8PEM: pem, passphrase: passphrase, algorithm: algorithm, path: to)
                #expect(read.publicJWK == key.publicJWK)
                #expect(Self.code(try Self.proof(read), by: from) == nil)
            }
        }
    }

    @Test(
        "attack 181: what the process's provider does not have fails, in the way by it alone, and is never done otherwise"
    )
    func missing() async {
        await #expect(processExitsWith: .success) {
            var proofs: [String] = []
            for algorithm in [SigningAlgorithm.es256, .es512, .ed25519, .ps256, .rs256] {
                guard let key = try? SigningKey.generate(algorithm, rsaBits: 2048),
                    let proof = try? CryptoPathTests.proof(key)
                else { exit(10) }
                proofs.append(proof)
            }
            for proof in proofs where CryptoPathTests.code(proof, by: .provider) != nil { exit(11) }
            guard unsafe EVP_set_default_properties(nil, "fips=yes") == 1 else { exit(12) }
            for proof in proofs {
                guard CryptoPathTests.code(proof, by: .provider) == .cryptoFailure else { exit(13) }
                guard CryptoPathTests.code(proof, by: .direct) == nil else { exit(14) }
            }
            for algorithm in SigningAlgorithm.allCases {
                do throws(SigningKeyError) {
                    _ = try SigningKey.generate(algorithm, rsaBits: 2048, path: .provider)
                    exit(15)
                } catch {
                    guard error == .cryptoFailure else { exit(16) }
                }
            }
            exit(EXIT_SUCCESS)
        }
    }

    @Test("a key that was imported before its provider went is refused, never accepted")
    func gone() async {
        await #expect(processExitsWith: .success) {
            guard let key = try? SigningKey.generate(.es256), let proof = try? CryptoPathTests.proof(key),
                let other = try? CryptoPathTests.proof(key), let third = try? CryptoPathTests.proof(key)
            else { exit(10) }
            let verifier = ProofVerifier(
                policy: .default, replay: MemoryReplayCache(memory: .startsEmpty), path: .provider)
            for text in [proof, other] {
                guard (try? verifier.verify(text, for: CryptoPathTests.request)) != nil else { exit(11) }
            }
            guard unsafe EVP_set_default_properties(nil, "provider=none") == 1 else { exit(12) }
            do throws(ProofRejection) {
                _ = try verifier.verify(third, for: CryptoPathTests.request)
                exit(13)
            } catch {
                exit(error.code == .cryptoFailure ? EXIT_SUCCESS : 14)
            }
        }
    }
}

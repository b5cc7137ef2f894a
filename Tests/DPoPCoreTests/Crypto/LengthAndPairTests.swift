import Foundation
import Testing

@testable import DPoPCore

@Suite("What libcrypto takes and we do not")
struct LengthAndPairTests {
    @Test(
        "attack 71: an RSA signature without its leading zero is refused, with it accepted",
        arguments: [SigningAlgorithm.ps256, .rs256])
    func leadingZero(_ algorithm: SigningAlgorithm) throws {
        let builder = ProofBuilder(signer: CheckKit.key(algorithm))
        // One signature in 256 starts with a zero; 20,000 without one do not happen.
        for _ in 0..<20_000 {
            let proof = try builder.proof(method: "POST", targetURI: CheckKit.target, issuedAt: CheckKit.now)
            let segments = proof.split(separator: ".")
            let signature = try #require(Base64URL.decode("\(segments[2])"))
            guard signature.first == 0 else { continue }
            let short = String(decoding: Base64URL.encode(Array(signature.dropFirst()).span), as: UTF8.self)
            let changed = "\(segments[0]).\(segments[1]).\(short)"
            let verifier = CheckKit.verifier()
            #expect(throws: ProofRejection(.badSignature, nil, "")) {
                try verifier.verify(changed, for: CheckKit.tokenRequest, now: CheckKit.now)
            }
            #expect(throws: Never.self) {
                try verifier.verify(proof, for: CheckKit.tokenRequest, now: CheckKit.now)
            }
            return
        }
        Issue.record("no signature started with a zero")
    }

    @Test(
        "an RSA key file whose halves do not belong together, or any with a byte more, is refused",
        arguments: [false, true])
    func changedKeyFile(_ isRSA: Bool) throws {
        let key = CheckKit.key(isRSA ? .ps256 : .ed25519)
        let pem = try key.withPKCS8PEM { text in String(decoding: text.copy(0..<text.count), as: UTF8.self) }
        #expect(throws: Never.self) { try SigningKey(pkcs8PEM: pem) }
        var der = try Self.der(pem)
        if isRSA {
            // In the middle of n, which takes the third 256 bytes after some 30.
            der[160] ^= 1
            #expect(throws: SigningKeyError.unsupported) { try SigningKey(pkcs8PEM: Self.pem(der)) }
        }
        // A byte more than the structure has.
        let longer = try Self.der(pem) + [0]
        #expect(throws: SigningKeyError.malformed) { try SigningKey(pkcs8PEM: Self.pem(longer)) }
    }

    @Test("a key is not sealed with an empty passphrase, with another it is")
    func emptyPassphrase() throws {
        #expect(throws: SigningKeyError.emptyPassphrase) { try CheckKit.key.withPKCS8PEM(passphrase: "") { _ in } }
        #expect(throws: SigningKeyError.emptyPassphrase) { try CheckKit.key.writePKCS8PEM(to: -1, passphrase: "") }
        #expect(throws: Never.self) { try CheckKit.key.withPKCS8PEM(passphrase: "a") { _ in } }
    }

    @Test(
        "a URI that is too long only in the spelling that is sent is refused, a shorter one is built and verified",
        arguments: [("https://[::1]/", 4_082), ("https://", 4_088)])
    func longSpelling(_ start: String, _ letters: Int) throws {
        #expect(throws: TargetURI.Malformed.self) {
            try TargetURI(start + String(repeating: "a", count: letters))
        }
        let target = try TargetURI(start + String(repeating: "a", count: letters - 13))
        let proof = try ProofBuilder(signer: CheckKit.key)
            .proof(method: "POST", targetURI: target, issuedAt: CheckKit.now)
        let request = RequestContext.tokenRequest(method: "POST", targetURI: target)
        #expect(throws: Never.self) { try CheckKit.verifier().verify(proof, for: request, now: CheckKit.now) }
    }

    private static func der(_ pem: String) throws -> [UInt8] {
        let body = pem.split(separator: "\n").dropFirst().dropLast().joined()
        return [UInt8](try #require(Data(base64Encoded: body)))
    }

    private static func pem(_ der: [UInt8]) -> String {
        let body = Data(der).base64EncodedString(options: .lineLength64Characters).replacing("\r", with: "")
        return "-----BEGIN PRIVATE KEY-----\n\(body)\n-----END PRIVATE KEY-----\n"
    }
}

import Foundation
import Testing

@testable import DPoPCore

@Suite("SigningKey")
struct SigningKeyTests {
    static func pem(_ key: SigningKey, passphrase: String? = nil) throws -> String {
        try key.withPKCS8PEM(passphrase: passphrase) { text in
            String(decoding: text.copy(0..<text.count), as: UTF8.self)
        }
    }

    private func error(_ pem: String, passphrase: String? = nil, algorithm: SigningAlgorithm? = nil) -> SigningKeyError?
    {
        do throws(SigningKeyError) {
            _ = try SigningKey(pkcs8PEM: pem, passphrase: passphrase, algorithm: algorithm)
            return nil
        } catch {
            return error
        }
    }

    @Test("a key goes out and comes in by each way, plain and encrypted", arguments: SigningAlgorithm.allCases)
    func roundTrip(_ algorithm: SigningAlgorithm) throws {
        let key = try SigningKey.generate(algorithm, rsaBits: 2048)
        // One sealing takes a third of a second, so each kind of key is sealed once and the odd passphrases are tried
        // on one kind.
        var passphrases: [String?] = [nil]
        if ![.eddsa, .ps256, .ps384, .ps512, .rs384, .rs512].contains(algorithm) {
            passphrases.append("correct horse")
        }
        if algorithm == .es256 { passphrases += ["p\u{E4}ss\0word"] }
        for passphrase in passphrases {
            let text = try Self.pem(key, passphrase: passphrase)
            let label = passphrase == nil ? "PRIVATE KEY" : "ENCRYPTED PRIVATE KEY"
            #expect(text.hasPrefix("-----BEGIN \(label)-----\n"))
            #expect(text.hasSuffix("-----END \(label)-----\n"))
            let again = try SigningKey(pkcs8PEM: text, passphrase: passphrase, algorithm: algorithm)
            #expect(again.publicJWK == key.publicJWK)
            let signature = try again.signature(over: "m".utf8.span)
            #expect(key.publicJWK.verifyingKey.verify(signature.span, over: "m".utf8.span, by: algorithm) == .valid)
            guard passphrase != nil else { continue }
            #expect(error(text) == .passphraseNeeded)
            #expect(error(text, passphrase: "wrong") == .wrongPassphrase)
        }
        let handle = try emptyFile()
        try key.writePKCS8PEM(to: handle.fileDescriptor)
        try handle.seek(toOffset: 0)
        let read = try SigningKey(pkcs8PEMFrom: handle.fileDescriptor, algorithm: algorithm)
        #expect(read.publicJWK == key.publicJWK)
        // The descriptor stays open.
        #expect(try handle.offset() > 0)
        try handle.close()
    }

    /// Open, and gone from its folder already.
    private func emptyFile() throws -> FileHandle {
        let path = NSTemporaryDirectory() + "/dpop-\(UUID().uuidString).pem"
        try Data().write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try #require(FileHandle(forUpdatingAtPath: path))
    }

    @Test("the algorithm of an imported key: its own, another that fits, or refused")
    func algorithms() throws {
        let pems = try [SigningAlgorithm.es256, .es384, .es512, .ed25519, .rs256].map {
            try Self.pem(SigningKey.generate($0, rsaBits: 2048))
        }
        let defaults: [SigningAlgorithm] = [.es256, .es384, .es512, .ed25519, .ps256]
        for (pem, expected) in zip(pems, defaults) {
            let key = try SigningKey(pkcs8PEM: pem)
            #expect(key.algorithm == expected)
            for algorithm in SigningAlgorithm.allCases {
                #expect(error(pem, algorithm: algorithm) == (key.publicJWK.fits(algorithm) ? nil : .algorithmMismatch))
            }
        }
        for bits in [0, 512, 2047, 4097, -1, .max] {
            #expect(throws: SigningKeyError.unsupported) { try SigningKey.generate(.rs256, rsaBits: bits) }
        }
    }

    @Test("what is no PKCS#8 PEM: other labels, cut off, garbage, empty")
    func malformed() throws {
        let pem = try Self.pem(SigningKey.generate(.es256))
        let body = pem.split(separator: "\n").dropFirst().dropLast().joined(separator: "\n")
        for label in ["EC PRIVATE KEY", "RSA PRIVATE KEY", "PUBLIC KEY", "CERTIFICATE", "private key"] {
            #expect(error("-----BEGIN \(label)-----\n\(body)\n-----END \(label)-----\n") == .malformed)
        }
        #expect(error("-----BEGIN PRIVATE KEY-----\n\(body)\n-----END PRIVATE KEY-----\n") == nil)
        let garbage = [
            "", " ", "\0", "PRIVATE KEY", body, "-----BEGIN PRIVATE KEY-----", String(repeating: "A", count: 100_000),
        ]
        for text in garbage { #expect(error(text) == .malformed) }
        for length in stride(from: 0, to: pem.utf8.count - 2, by: 7) {
            #expect(error(String(pem.prefix(length))) == .malformed, "\(length)")
        }
        // Cut off inside: the frame is whole and the structure is not.
        for length in stride(from: 4, to: body.count - 4, by: 4) {
            let cut = body.filter { $0 != "\n" }.prefix(length)
            #expect(error("-----BEGIN PRIVATE KEY-----\n\(cut)\n-----END PRIVATE KEY-----\n") != nil, "\(length)")
            #expect(
                error(
                    "-----BEGIN ENCRYPTED PRIVATE KEY-----\n\(cut)\n-----END ENCRYPTED PRIVATE KEY-----\n",
                    passphrase: "a") != nil)
        }
    }

    @Test("a file whose public half is another key's is refused")
    func mismatchedHalves() {
        #expect(error(WirePEM.good) == nil)
        #expect(error(WirePEM.mismatched) == .unsupported)
    }

    @Test(
        "attack 182: description, dump and reflection show the public half alone", arguments: SigningAlgorithm.allCases)
    func redaction(_ algorithm: SigningAlgorithm) throws {
        let key = try SigningKey.generate(algorithm, rsaBits: 2048)
        var dumped = ""
        dump(key, to: &dumped)
        dump(ProofBuilder(signer: key), to: &dumped)
        let shown = "\(key) \(String(reflecting: key)) \(dumped) \([key]) \(Optional(key) as Any)"
        #expect(shown.contains(key.publicJWK.thumbprint.jkt))
        #expect(Mirror(reflecting: key).children.isEmpty)
        // No address either; a thumbprint may hold these two letters by chance.
        #expect(!shown.split(separator: key.publicJWK.thumbprint.jkt).contains { $0.contains("0x") })
        // The last line may be too short to be found by anything but chance.
        let secret = try Self.pem(key).split(separator: "\n").dropFirst().dropLast().filter { $0.count > 32 }
        #expect(!secret.isEmpty)
        for line in secret { #expect(!shown.contains(line)) }
        #expect(!shown.contains("PRIVATE"))
    }
}

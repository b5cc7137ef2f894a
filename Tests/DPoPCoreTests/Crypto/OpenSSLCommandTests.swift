import Foundation
import Testing

@testable import DPoPCore

/// Keys that go to and come from the `openssl` command.
@Suite("The openssl command", .enabled(if: OpenSSLCommand.isInstalled, "the openssl command is not installed"))
struct OpenSSLCommandTests {
    @Test(
        "keys of the command are read, and it reads ours",
        arguments: [
            ("EC -pkeyopt ec_paramgen_curve:P-256", SigningAlgorithm.es256),
            ("EC -pkeyopt ec_paramgen_curve:P-384", .es384),
            ("EC -pkeyopt ec_paramgen_curve:P-521", .es512), ("ED25519", .ed25519),
            ("RSA -pkeyopt rsa_keygen_bits:2048", .ps256),
        ])
    func bothWays(_ arguments: String, _ algorithm: SigningAlgorithm) throws {
        let theirs = try OpenSSLCommand.run("genpkey -algorithm \(arguments)")
        let key = try SigningKey(pkcs8PEM: theirs)
        #expect(key.algorithm == algorithm)
        // The same bytes as theirs, so the same public half too.
        #expect(try SigningKeyTests.pem(key) == theirs)
        let sealed = try OpenSSLCommand.run("pkcs8 -topk8 -v2 aes-256-cbc -passout pass:abc", input: theirs)
        #expect(try SigningKey(pkcs8PEM: sealed, passphrase: "abc").publicJWK == key.publicJWK)
        #expect(throws: SigningKeyError.wrongPassphrase) { try SigningKey(pkcs8PEM: sealed, passphrase: "abd") }
        let ours = try SigningKeyTests.pem(key, passphrase: "xyz")
        #expect(try OpenSSLCommand.run("pkey -passin pass:xyz", input: ours) == theirs)
    }

    @Test(
        "keys of other kinds and sizes are refused",
        arguments: [
            "EC -pkeyopt ec_paramgen_curve:secp256k1", "EC -pkeyopt ec_paramgen_curve:P-224", "ED448", "X25519",
            "RSA -pkeyopt rsa_keygen_bits:1024", "RSA-PSS -pkeyopt rsa_keygen_bits:2048",
            "EC -pkeyopt ec_paramgen_curve:brainpoolP256r1 -pkeyopt ec_param_enc:explicit",
        ])
    func otherKinds(_ arguments: String) throws {
        let pem = try OpenSSLCommand.run("genpkey -algorithm \(arguments)")
        #expect(throws: SigningKeyError.unsupported) { try SigningKey(pkcs8PEM: pem) }
    }

    @Test("attack 50: explicit parameters that are exactly P-256's make a key of the named curve")
    func explicitParameters() throws {
        let command = "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -pkeyopt ec_param_enc:explicit"
        let pem = try OpenSSLCommand.run(command)
        let named = try SigningKeyTests.pem(SigningKey(pkcs8PEM: pem))
        #expect(named.utf8.count < pem.utf8.count)
        #expect(try SigningKey(pkcs8PEM: named).publicJWK == SigningKey(pkcs8PEM: pem).publicJWK)
    }

    @Test("SEC 1 and PKCS#1 keys are refused, their PKCS#8 twins are read")
    func otherFormats() throws {
        for (arguments, format) in [
            ("EC -pkeyopt ec_paramgen_curve:P-256", "ec"), ("RSA -pkeyopt rsa_keygen_bits:2048", "rsa"),
        ] {
            let pem = try OpenSSLCommand.run("genpkey -algorithm \(arguments)")
            _ = try SigningKey(pkcs8PEM: pem)
            let older = try OpenSSLCommand.run("pkey -traditional", input: pem)
            #expect(older.contains("BEGIN \(format.uppercased()) PRIVATE KEY"))
            #expect(throws: SigningKeyError.malformed) { try SigningKey(pkcs8PEM: older) }
            let half = try OpenSSLCommand.run("pkey -pubout", input: pem)
            #expect(throws: SigningKeyError.malformed) { try SigningKey(pkcs8PEM: half) }
        }
    }
}

enum OpenSSLCommand {
    static let path = "/usr/bin/openssl"
    static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: path) }

    /// What the command prints. Input goes by a file: none of it is longer than a pipe holds.
    static func run(_ arguments: String, input: String? = nil) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments.split(separator: " ").map(String.init)
        let (stdin, stdout) = (Pipe(), Pipe())
        process.standardInput = stdin
        process.standardOutput = stdout
        process.standardError = FileHandle.nullDevice
        try process.run()
        if let input { try stdin.fileHandleForWriting.write(contentsOf: Data(input.utf8)) }
        try stdin.fileHandleForWriting.close()
        let output = try stdout.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "openssl \(arguments)")
        return String(decoding: output, as: UTF8.self)
    }
}

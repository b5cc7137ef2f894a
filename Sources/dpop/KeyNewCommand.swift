import ArgumentParser
import DPoPCore

struct KeyNewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new", abstract: "Make a key as a PKCS#8 PEM file of mode 0600; prints its jkt.")

    @Option(
        help: ArgumentHelp(
            "The kind of key, by an algorithm that it can sign with; an RSA key's is chosen again by proof --alg.",
            discussion: "One of \(Read.algorithmNames).", valueName: "name"),
        transform: Read.algorithm)
    var alg = SigningAlgorithm.es256

    @Option(help: ArgumentHelp("The new file. An existing one is never overwritten.", valueName: "file"))
    var out: String

    @Option(help: ArgumentHelp("The size of an RSA key, 2048 to 4096. (default: 3072)", valueName: "bits"))
    var rsaBits: Int?

    @Option(help: ArgumentHelp("Encrypt with the passphrase in this file.", valueName: "file"))
    var passphraseFile: String?

    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws {
        guard out != "-", !out.isEmpty else { throw ValidationError("--out: expected the name of a new file") }
        guard let rsaBits else { return }
        guard alg.isRSA else { throw ValidationError("--rsa-bits: expected only with an RSA algorithm in --alg") }
        guard (2048...4096).contains(rsaBits) else { throw ValidationError("--rsa-bits: expected 2048 to 4096") }
    }

    func run() throws {
        let passphrase = try passphraseFile.map { try readSecret($0, option: "--passphrase-file") }
        let key: SigningKey
        let failure: Failure?
        do {
            key = try SigningKey.generate(alg, rsaBits: rsaBits ?? 3072)
            // All that takes time is done before the file is there: nothing is left of an interrupted command.
            failure = try key.withPKCS8PEM(passphrase: passphrase) { pem in createPrivateFile(out, pem, keeping: "key")
            }
        } catch {
            throw Failure("--alg \(alg.rawValue): \(error)")
        }
        if let failure { throw failure }
        let jkt = key.publicJWK.thumbprint.jkt
        try printAnswer(
            json: json, .object([("jkt", .string(jkt)), ("alg", .string(alg.rawValue)), ("file", .string(out))]),
            text: jkt)
    }
}

extension SigningAlgorithm {
    fileprivate var isRSA: Bool { rawValue.hasPrefix("RS") || rawValue.hasPrefix("PS") }
}

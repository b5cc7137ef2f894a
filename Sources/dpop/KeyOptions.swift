import ArgumentParser
import DPoPCore

/// The key that proofs are made with.
struct KeyOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The private key, a PKCS#8 PEM file; - is standard input.", valueName: "file"))
    var key: String

    @Option(help: ArgumentHelp("The passphrase of an encrypted key, in a file.", valueName: "file"))
    var passphraseFile: String?

    @Option(
        help: "What to sign with. (default: the key's own, PS256 for RSA, Ed25519 for that curve)",
        transform: Read.algorithm)
    var alg: SigningAlgorithm?

    func signer() throws -> SigningKey {
        try readKey(key, option: "--key", passphraseFile: passphraseFile, algorithm: alg)
    }
}

import ArgumentParser
import DPoPCore

struct KeyShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a key's public JWK and jkt.")

    @Argument(help: "The PKCS#8 PEM file; - is standard input.")
    var file: String

    @Option(help: ArgumentHelp("The passphrase of an encrypted key, in a file.", valueName: "file"))
    var passphraseFile: String?

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() throws {
        try requireOneStandardInput([file, passphraseFile])
        let key = try readKey(file, option: "FILE", passphraseFile: passphraseFile)
        let jwk = key.publicJWK
        let algorithms = SigningAlgorithm.allCases.filter { jwk.fits($0) }.map(\.rawValue)
        try printAnswer(
            json: json,
            .object([
                ("jwk", .verbatim(jwk.json)), ("jkt", .string(jwk.thumbprint.jkt)),
                ("algorithms", .array(algorithms.map(JSONOutput.string))),
            ]),
            text: """
                jwk  \(jwk.json)
                jkt  \(jwk.thumbprint.jkt)
                alg  \(algorithms.joined(separator: ", "))
                """)
    }
}

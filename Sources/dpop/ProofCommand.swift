import ArgumentParser
import DPoPClient
import DPoPCore

struct ProofCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "proof", abstract: "Build a proof for one request.",
        discussion: "Prints the proof and nothing else: the value of the request's DPoP header field.")

    @OptionGroup var key: KeyOptions

    @Option(help: "The request's method, such as GET.")
    var method: String

    @Option(help: "The request's target URI.", transform: Read.targetURI)
    var url: TargetURI

    @Option(
        help: ArgumentHelp(
            "The access token that the request carries, or a token response in JSON.", valueName: "file"))
    var accessTokenFile: String?

    // Unconditional, here and for the identifier: one base64url value in 64 begins with "-".
    @Option(parsing: .unconditional, help: "The server's latest DPoP-Nonce.")
    var nonce: String?

    @Option(parsing: .unconditional, help: "The proof's identifier. (default: 128 random bits)")
    var jti: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("When the proof is made, in seconds since 1970. (default: now)", valueName: "seconds"),
        transform: Read.time)
    var iat: UnixTime?

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() throws {
        try requireOneStandardInput([key.key, key.passphraseFile, accessTokenFile])
        let signer = try key.signer()
        let jkt = signer.publicJWK.thumbprint
        let token = try accessTokenFile.map { try AccessTokenFile(reading: $0).bound(to: jkt) }
        let proof: String
        do {
            proof = try ProofBuilder(signer: signer).proof(
                method: method, targetURI: url, accessToken: token?.accessToken, nonce: nonce, jti: jti, issuedAt: iat)
        } catch {
            throw Failure(explanation(of: error))
        }
        try printAnswer(json: json, .object([("proof", .string(proof)), ("jkt", .string(jkt.jkt))]), text: proof)
    }

    /// Names the option that the builder could not use.
    private func explanation(of error: ProofBuildingError) -> String {
        switch error {
        case .invalidMethod: "--method: expected an HTTP method, such as GET"
        case .invalidIdentifier: "--jti: expected 1 to 256 bytes without control characters"
        case .invalidTime: "--iat: expected seconds since 1970, at most 253402300799"
        case .tooLarge: "--nonce, --url: too long; expected a proof of at most 8192 bytes"
        default: "--key \(key.key): signing failed"
        }
    }
}

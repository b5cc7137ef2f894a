import ArgumentParser
import DPoPCore

struct DecodeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decode", abstract: "Show what a proof says. Verifies nothing.")

    @Argument(help: "The proof's file; - is standard input.")
    var file = "-"

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() throws {
        let text = try readProof(file, option: "FILE")
        do {
            let proof = try DecodedProof(decoding: text)
            let header = JSONOutput.verbatim(proof.headerJSON)
            let claims = JSONOutput.verbatim(proof.payloadJSON)
            let jkt = proof.publicKey.thumbprint.jkt
            try printAnswer(
                json: json,
                .object([
                    ("verified", .bool(false)), ("header", header), ("claims", claims), ("jkt", .string(jkt)),
                ]),
                text: """
                    NOTHING WAS VERIFIED. This is what the proof says, whoever made it.
                    header  \(header.text)
                    claims  \(claims.text)
                    jkt     \(jkt)
                    """)
        } catch let rejection as ProofRejection {
            try printAnswer(json: json, .object(rejection.members), text: rejection.text)
            throw Refused()
        }
    }
}

import ArgumentParser
import DPoPClient
import DPoPCore
import HTTPTypes

struct RequestCommand: AwaitedCommand {
    static let configuration = CommandConfiguration(
        commandName: "request", abstract: "Send a request that carries an access token and its proof.",
        discussion: """
            Prints the body of the answer. A nonce that the server asks for is sent with a second proof, and a redirect \
            within the origin is followed; neither token nor proof goes to another. --trace prints each request and \
            answer on standard error, with the proofs' claims and with secrets shortened.

            Without --json and --include the status of an error is said on standard error.

            Exit status: 0 for an answer below 400, 1 for another or a server that no proof satisfies, 2 where there is \
            no answer.
            """)

    @OptionGroup var key: KeyOptions
    @OptionGroup var network: NetworkOptions

    @Option(
        help: ArgumentHelp(
            "The access token, or a token response in JSON, such as of dpop token --out.", valueName: "file"))
    var accessTokenFile: String

    @Option(help: "The request's method. (default: GET, or POST with --body-file)")
    var method: String?

    @Option(help: "Where to send it.", transform: Read.requestURI)
    var url: RequestURI

    @Option(help: ArgumentHelp("A field of the request; may be repeated.", valueName: "name: value"))
    var header: [String] = []

    @Option(help: ArgumentHelp("The body; - is standard input.", valueName: "file"))
    var bodyFile: String?

    @Flag(help: "Print the answer's status and fields before its body.")
    var include = false

    @Flag(help: "Print one JSON object.")
    var json = false

    func runAwaited() async throws {
        try requireOneStandardInput([key.key, key.passphraseFile, accessTokenFile, bodyFile])
        guard let method = HTTPRequest.Method(method ?? (bodyFile == nil ? "GET" : "POST")) else {
            throw Failure("--method: expected an HTTP method, such as GET")
        }
        var request = url.request(method)
        for text in header { request.headerFields.append(try field(text)) }
        let signer = try key.signer()
        let token = try AccessTokenFile(reading: accessTokenFile).bound(to: signer.publicJWK.thumbprint)
        let body = try bodyFile.map { try readBody($0, option: "--body-file") } ?? []
        let session = DPoPSession(signer: signer)
        try await network.run(json: json) { transport in
            let answer = try await session.requests(with: token).send(
                request, body: body, over: transport, upTo: NetworkOptions.largestAnswer)
            let status = answer.response.status.code
            return Outcome(
                isGood: status < 400, members: members(answer), text: text(answer),
                complaint: status < 400 || include ? nil : "\(status)")
        }
    }

    private func field(_ text: String) throws -> HTTPField {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let value = parts.count == 2 ? parts[1].drop { $0 == " " } : ""
        guard parts.count == 2, let name = HTTPField.Name(String(parts[0])), HTTPField.isValidValue(String(value))
        else {
            throw Failure("--header: expected NAME: VALUE")
        }
        guard !RequestCommand.ownFields.contains(name.canonicalName) else {
            throw Failure(
                "--header: expected another name than Authorization, DPoP, Host, Content-Length and Transfer-Encoding")
        }
        return HTTPField(name: name, value: String(value))
    }

    /// What follows from the other options. In lower case.
    private static let ownFields: Set<String> = [
        "authorization", "dpop", "host", "content-length", "transfer-encoding",
    ]

    private func members(_ answer: (response: HTTPResponse, body: [UInt8])) -> [(String, JSONOutput)] {
        let fields = answer.response.headerFields.map { field -> JSONOutput in
            .array([.string(field.name.rawName), .string(field.value)])
        }
        let text = String(validating: answer.body, as: UTF8.self)
        let body: (String, JSONOutput) =
            if let text { ("body", .string(text)) } else { ("bodyBase64URL", .string(base64URL(answer.body))) }
        return [("status", .integer(answer.response.status.code)), ("fields", .array(fields)), body]
    }

    private func text(_ answer: (response: HTTPResponse, body: [UInt8])) -> [UInt8] {
        guard include else { return answer.body }
        let head = ["\(answer.response.status.code)"] + answer.response.headerFields.map { "\($0.name): \($0.value)" }
        return Array((head.joined(separator: "\n") + "\n\n").utf8) + answer.body
    }

    private func base64URL(_ bytes: [UInt8]) -> String {
        let text = Base64URL.encode(bytes.span)
        return String(decoding: text, as: UTF8.self)
    }
}

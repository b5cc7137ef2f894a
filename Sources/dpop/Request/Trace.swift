import DPoPCore
import HTTPTypes

/// What was sent and answered, request by request, with the claims of each proof and with secrets shortened.
struct Trace {
    let hops: [RecordingTransport.Hop]

    /// Lines for a person: ">" a request, "<" its answer, each ended by a newline.
    var text: String {
        var lines: [String] = []
        for hop in hops {
            lines.append("> \(hop.request.method.rawValue) \(Trace.url(hop.request))")
            lines += hop.request.headerFields.map { "> \($0.name): \(Trace.shown($0))" }
            lines += Trace.claims(hop.request).map { name, value in ">     \(name): \(value.text)" }
            guard let response = hop.response else {
                lines.append("< no answer")
                continue
            }
            lines.append("< \(response.status.code)")
            lines += response.headerFields.map { "< \($0.name): \(Trace.shown($0))" }
            if let error = hop.error { lines.append("<     error: \(error)") }
        }
        return lines.map { printable($0) + "\n" }.joined()
    }

    /// The same as members of a JSON object each.
    var json: JSONOutput {
        .array(
            hops.map { hop in
                var members: [(String, JSONOutput)] = [
                    ("method", .string(hop.request.method.rawValue)), ("url", .string(Trace.url(hop.request))),
                    ("fields", Trace.fields(hop.request.headerFields)), ("proof", .object(Trace.claims(hop.request))),
                ]
                if let response = hop.response {
                    members.append(("status", .integer(response.status.code)))
                    members.append(("answer", Trace.fields(response.headerFields)))
                }
                if let error = hop.error { members.append(("error", .string(error))) }
                return .object(members)
            })
    }

    private static func url(_ request: HTTPRequest) -> String {
        "\(request.scheme ?? "")://\(request.authority ?? "")\(request.path ?? "")"
    }

    private static func fields(_ fields: HTTPFields) -> JSONOutput {
        .array(fields.map { .array([.string($0.name.rawName), .string(shown($0))]) })
    }

    /// A field's value, of a secret one its beginning and its length.
    private static func shown(_ field: HTTPField) -> String {
        guard secretFields.contains(field.name.canonicalName) else { return field.value }
        let words = field.value.split(separator: " ", maxSplits: 1)
        guard words.count == 2, field.name == .authorization else { return shortened(field.value[...]) }
        return "\(words[0]) \(shortened(words[1]))"
    }

    private static let secretFields: Set<String> = [
        "authorization", "proxy-authorization", "dpop", "dpop-nonce", "cookie", "set-cookie",
    ]

    static func shortened(_ secret: Substring) -> String {
        "\(secret.utf8.count > 16 ? secret.prefix(4) : "")… (\(secret.utf8.count) bytes)"
    }

    /// The claims of the request's proof and the thumbprint of its key, the nonce shortened; empty without a proof.
    private static func claims(_ request: HTTPRequest) -> [(String, JSONOutput)] {
        guard let name = HTTPField.Name("DPoP"), let field = request.headerFields[name],
            let proof = try? DecodedProof(decoding: field)
        else { return [] }
        let claims = proof.claims
        var members: [(String, JSONOutput)] = [
            ("jti", .string(claims.jti)), ("htm", .string(claims.htm)), ("htu", .string(claims.htu)),
            ("iat", .integer(claims.iat.seconds)),
        ]
        if let ath = claims.ath { members.append(("ath", .string(ath))) }
        if let nonce = claims.nonce { members.append(("nonce", .string(shortened(nonce[...])))) }
        return members + [("jkt", .string(proof.publicKey.thumbprint.jkt))]
    }
}

/// With a mark for each character that does something to a terminal.
private func printable(_ text: String) -> String {
    var line = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { line.append(isPrintable(scalar) ? scalar : "?") }
    return String(line)
}

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
            lines += hop.request.headerFields.map { "> \($0.name): \(TraceField.sent($0))" }
            lines += Trace.claims(hop.request).map { name, value in ">     \(name): \(value.text)" }
            guard let response = hop.response else {
                lines.append("< no answer")
                continue
            }
            lines.append("< \(response.status.code)")
            lines += response.headerFields.map { "< \($0.name): \(TraceField.received($0))" }
            if let error = hop.error { lines.append("<     error: \(Trace.code(error))") }
        }
        return lines.map { printable($0) + "\n" }.joined()
    }

    /// The same as members of a JSON object each.
    var json: JSONOutput {
        .array(
            hops.map { hop in
                var members: [(String, JSONOutput)] = [
                    ("method", .string(hop.request.method.rawValue)), ("url", .string(Trace.url(hop.request))),
                    ("fields", Trace.fields(hop.request.headerFields, TraceField.sent)),
                    ("proof", .object(Trace.claims(hop.request))),
                ]
                if let response = hop.response {
                    members.append(("status", .integer(response.status.code)))
                    members.append(("answer", Trace.fields(response.headerFields, TraceField.received)))
                }
                if let error = hop.error { members.append(("error", .string(Trace.code(error)))) }
                return .object(members)
            })
    }

    private static func url(_ request: HTTPRequest) -> String {
        "\(request.scheme ?? "")://\(request.authority ?? "")\(TraceField.withoutQuery(request.path ?? ""))"
    }

    private static func fields(_ fields: HTTPFields, _ shown: (HTTPField) -> String) -> JSONOutput {
        .array(fields.map { .array([.string($0.name.rawName), .string(shown($0))]) })
    }

    /// An error code where it is like one (RFC 6749 §5.2 names them so), of at most 64 bytes: servers have been seen to
    /// repeat what they were sent.
    private static func code(_ text: String) -> String {
        let isPlain =
            1...64 ~= text.utf8.count && text.utf8.allSatisfy { ASCII.isLetter($0) || ASCII.isDigit($0) || $0 == 0x5F }
        return isPlain ? text : "an error code that is none"
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
        if let nonce = claims.nonce { members.append(("nonce", .string(TraceField.shortened(nonce[...])))) }
        return members + [("jkt", .string(proof.publicKey.thumbprint.jkt))]
    }
}

/// With a mark for each character that does something to a terminal.
private func printable(_ text: String) -> String {
    var line = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { line.append(isPrintable(scalar) ? scalar : "?") }
    return String(line)
}

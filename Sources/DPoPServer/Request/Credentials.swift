import DPoPCore
import HTTPTypes

/// The credentials of a request to a resource (RFC 9110 §11.6.2, RFC 6750 §2.1, RFC 9449 §7.1).
///
/// One Authorization field line at most, its value a scheme, one space and a token68: more lines, other white space,
/// quotes or commas are refused. So is a token in the query, beside a good one too (RFC 6750 §2).
enum Credentials {
    /// No Authorization, or one of another scheme.
    case none
    case bearer(token: String)
    /// The values of the DPoP field lines; a proof needs exactly one.
    case dpop(token: String, proofs: [String])

    init(_ request: HTTPRequest) throws(Refusal) {
        if let path = request.path, FormBody.queryHasAccessToken(path) { throw Refusal(.tokenInQuery, .badRequest) }
        let values = request.headerFields[values: .authorization]
        guard values.count <= 1 else { throw Refusal(.authorizationRepeated, .badRequest) }
        guard let value = values.first else {
            self = .none
            return
        }
        let bytes = value.utf8
        let schemeEnd = bytes.firstIndex(of: UInt8(ascii: " ")) ?? bytes.endIndex
        let scheme = bytes[..<schemeEnd]
        let isDPoP = Credentials.isName("dpop", scheme)
        guard isDPoP || Credentials.isName("bearer", scheme) else {
            // A scheme that is joined to another by a comma is none of ours and no good one either.
            guard Credentials.isToken(scheme) else { throw Refusal(.authorizationMalformed, .badRequest) }
            self = .none
            return
        }
        guard schemeEnd < bytes.endIndex else { throw Refusal(.authorizationMalformed, .badRequest) }
        let token = bytes[bytes.index(after: schemeEnd)...]
        guard Credentials.isToken68(token) else { throw Refusal(.authorizationMalformed, .badRequest) }
        let text = String(Substring(token))
        self = isDPoP ? .dpop(token: text, proofs: request.headerFields[values: .dpop]) : .bearer(token: text)
    }

    /// - Parameter name: in lower case.
    private static func isName(_ name: StaticString, _ bytes: Substring.UTF8View) -> Bool {
        guard bytes.count == name.utf8CodeUnitCount else { return false }
        return zip(bytes, "\(name)".utf8).allSatisfy { ASCII.lowercased($0) == $1 }
    }

    /// RFC 9110 §11.2: letters, digits and -._~+/ and then any number of "=".
    private static func isToken68(_ bytes: Substring.UTF8View) -> Bool {
        var hasCharacter = false
        var inPadding = false
        for byte in bytes {
            if byte == UInt8(ascii: "=") {
                inPadding = true
            } else {
                let isAllowed = ASCII.isUnreserved(byte) || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "/")
                guard !inPadding, isAllowed else { return false }
                hasCharacter = true
            }
        }
        return hasCharacter
    }

    /// RFC 9110 §5.6.2.
    private static func isToken(_ bytes: Substring.UTF8View) -> Bool {
        !bytes.isEmpty && bytes.allSatisfy(ASCII.isTokenCharacter)
    }
}

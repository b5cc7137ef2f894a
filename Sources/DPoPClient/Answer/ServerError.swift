import DPoPCore
package import HTTPTypes

/// What a server says is wrong (RFC 6749 §5.2, RFC 6750 §3, RFC 9449 §7.1, §8).
public struct ServerError: Sendable, Hashable {
    /// Such as `invalid_dpop_proof`; the server's text, not to be shown unseen.
    public let code: String

    /// The server's text for developers.
    public let description: String?

    package init(code: String, description: String?) {
        self.code = code
        self.description = description
    }

    /// The bytes of a body that are looked at.
    package static let maximumBody = 65_536

    /// From a 400 or 401: of the DPoP challenge that names an error, else of the body. Servers of either role answer in
    /// either way. Nil where neither is there or is what it should be.
    package init?(_ response: HTTPResponse, body: [UInt8]) {
        guard response.status.code == 400 || response.status.code == 401 else { return nil }
        for challenge in AuthenticationChallenge.all(in: response) where challenge.isScheme("DPoP") {
            if let code = challenge["error"] {
                self.init(code: code, description: challenge["error_description"])
                return
            }
        }
        self.init(body: body)
    }

    /// From the body of an error answer of an authorization server.
    package init?(body: [UInt8]) {
        guard body.count <= ServerError.maximumBody, let answer = try? ClaimValue(json: body),
            let code = answer["error"]?.text
        else { return nil }
        self.init(code: code, description: answer["error_description"]?.text)
    }

    /// The code where it is like a code, for messages.
    var shownCode: String {
        let isPlain =
            1...64 ~= code.utf8.count && code.utf8.allSatisfy { ASCII.isLetter($0) || $0 == 0x5F || ASCII.isDigit($0) }
        return isPlain ? code : "an error code that is none"
    }
}

extension ServerError: CustomDebugStringConvertible, CustomReflectable {
    /// The code where it is like one. Servers have been seen to repeat what they were sent.
    public var debugDescription: String { "ServerError(\(shownCode))" }
    public var customMirror: Mirror { Mirror(self, children: ["code": shownCode]) }
}

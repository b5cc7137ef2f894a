import DPoPCore
import HTTPTypes

/// The request that an answer sends a client to (RFC 9110 §15.4). Within the origin alone: neither token nor proof goes
/// anywhere else.
struct Redirect {
    let request: HTTPRequest
    let keepsBody: Bool

    static func isOne(_ response: HTTPResponse) -> Bool {
        [301, 302, 303, 307, 308].contains(response.status.code)
            && !response.headerFields[fields: .location].isEmpty
    }

    /// Nil where the answer is no redirect. Throws `redirectRefused` for one that must not be followed.
    init?(_ response: HTTPResponse, of request: HTTPRequest, _ signed: SignedRequest, followed: Int)
        throws(DPoPClientError)
    {
        guard Redirect.isOne(response) else { return nil }
        func refused(_ reason: String) -> DPoPClientError {
            DPoPClientError(.redirectRefused, reason, response: response)
        }
        guard signed.credential != nil else {
            throw refused("an authorization server redirects, which must not be followed")
        }
        let settings = signed.memory.settings
        guard followed < min(max(settings.maximumRedirects, 0), 20) else { throw refused("too many redirects") }
        let lines = response.headerFields[fields: .location]
        guard let line = lines.first, lines.count == 1, let location = LocationReference(line.value) else {
            throw refused("the redirect's Location is no URI of a server")
        }
        var next = request
        location.resolve(&next)
        let target: WireTarget
        do { target = try WireTarget(next, spellings: [:]) } catch {
            throw refused("the redirect's Location is no target URI")
        }
        guard target.origin == signed.origin else { throw refused("the redirect leads to another origin") }
        let becomesGet =
            response.status.code == 303
            ? request.method != .head : response.status.code < 303 && request.method == .post
        if becomesGet {
            next.method = .get
            for name in [HTTPField.Name.contentType, .contentLength, .contentEncoding, .transferEncoding] {
                next.headerFields[name] = nil
            }
        }
        self.request = next
        keepsBody = !becomesGet
    }
}

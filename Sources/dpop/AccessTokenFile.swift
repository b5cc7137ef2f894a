import DPoPClient
import DPoPCore

/// What `--access-token-file` names: a token's text alone, or a token response in JSON (RFC 6749 §5.1), such as
/// `dpop token --out` writes.
struct AccessTokenFile {
    /// 1 to 16,384 visible ASCII characters.
    let accessToken: String

    /// How messages name the file.
    private let name: String

    /// Nil for a token's text.
    private let response: ClaimValue?

    /// Throws a ``Failure`` for what is neither.
    init(reading path: String) throws {
        let text = try readSecret(path, option: "--access-token-file")
        name = displayName(path, option: "--access-token-file")
        // JSON may begin with white space, and a token has none.
        if text.utf8.first(where: { !"\t\n\r ".utf8.contains($0) }) == UInt8(ascii: "{") {
            guard let response = try? ClaimValue(json: Array(text.utf8)), let token = response["access_token"]?.text
            else { throw Failure("\(name): expected an access token, or a token response in JSON") }
            self.response = response
            accessToken = token
        } else {
            response = nil
            accessToken = text
        }
        guard TokenResponse.isToken(accessToken) else {
            throw Failure("\(name): expected an access token of up to 16384 visible ASCII characters")
        }
    }

    /// The token, to be used with the key of that thumbprint.
    ///
    /// Throws a ``Failure`` for a response whose token is not bound, or to another key where it names one (`jkt`). A
    /// token's text says nothing of this.
    func bound(to jkt: Thumbprint) throws -> BoundToken {
        if let response {
            guard let type = response["token_type"]?.text, type.utf8.map(ASCII.lowercased).elementsEqual("dpop".utf8)
            else { throw Failure("\(name): expected a token of type DPoP; this one is bound to no key") }
            if let own = response["jkt"], own.text != jkt.jkt {
                throw Failure("\(name): the token is bound to another key than that of --key")
            }
        }
        return BoundToken(accessToken: accessToken, jkt: jkt, expiresAt: nil)
    }
}

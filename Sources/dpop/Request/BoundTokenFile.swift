import DPoPClient
import DPoPCore

/// A file with an access token: its text alone, or the JSON of a token response.
enum BoundTokenFile {
    /// Throws a ``Failure`` for what is neither, and for a response whose token is not bound, or to another key where it
    /// names one (`jkt`).
    static func read(_ path: String, boundTo jkt: Thumbprint) throws -> BoundToken {
        let text = try readSecret(path, option: "--access-token-file")
        let name = displayName(path, option: "--access-token-file")
        guard text.utf8.first == UInt8(ascii: "{") else { return try token(text, jkt, name) }
        guard let response = try? ClaimValue(json: Array(text.utf8)), let accessToken = response["access_token"]?.text,
            let type = response["token_type"]?.text
        else { throw Failure("\(name): expected an access token, or a token response in JSON") }
        guard type.utf8.map(ASCII.lowercased).elementsEqual("dpop".utf8) else {
            throw Failure("\(name): expected a token of type DPoP; this one is bound to no key")
        }
        if let own = response["jkt"]?.text, own != jkt.jkt {
            throw Failure("\(name): the token is bound to another key than that of --key")
        }
        return try token(accessToken, jkt, name)
    }

    private static func token(_ text: String, _ jkt: Thumbprint, _ name: String) throws -> BoundToken {
        guard TokenResponse.isToken(text) else {
            throw Failure("\(name): expected an access token of up to 16384 visible ASCII characters")
        }
        return BoundToken(accessToken: text, jkt: jkt, expiresAt: nil)
    }
}

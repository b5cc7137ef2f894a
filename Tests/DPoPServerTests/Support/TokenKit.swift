@testable import DPoPCore
@testable import DPoPServer

/// What the tests of access tokens share: one issuer, its key, one resource, one time.
enum TokenKit {
    static let now = UnixTime(seconds: 1_700_000_000)
    static let issuer = "https://as.example.com"
    static let audience = "https://api.example.com"
    static let jkt = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"
    static let key = key(.es256)
    static let otherKey = key(.es256)

    /// A fresh key. Only libcrypto's failure could prevent it, and then no test means anything.
    static func key(_ algorithm: SigningAlgorithm) -> SigningKey {
        do {
            return try SigningKey.generate(algorithm, rsaBits: 2048)
        } catch {
            fatalError("no key: \(error)")
        }
    }

    private static let rsaPEM: [UInt8] = {
        do {
            return try key(.rs256).withPKCS8PEM { text in text.indices.map { text[$0] } }
        } catch {
            fatalError("no key: \(error)")
        }
    }()

    /// One RSA key, made anew each time: the leak check does not see through the tagged references in one that a global
    /// holds.
    static var rsa: SigningKey {
        do {
            return try SigningKey(pkcs8PEM: String(decoding: rsaPEM, as: UTF8.self), algorithm: .rs256)
        } catch {
            fatalError("no key: \(error)")
        }
    }

    static func set(_ keys: (String?, SigningKey)...) -> KeySet {
        do {
            return try KeySet(
                keys.map { (kid, key) throws(KeySetError) in
                    try KeySet.Key(keyID: kid, algorithm: key.algorithm, publicJWK: key.publicJWK)
                })
        } catch {
            fatalError("no key set: \(error)")
        }
    }

    /// `key` as "1".
    static let keys = set(("1", key))

    static func verifier(
        keys: KeySet = keys, refresh: TrustedIssuer.KeyRefresh? = nil,
        _ settings: JWTAccessTokenVerifier.Settings = .init()
    ) throws -> JWTAccessTokenVerifier {
        try JWTAccessTokenVerifier(
            issuer: issuer, audience: audience, keys: keys, refresh: refresh, settings: settings)
    }
}

extension UnixTime {
    /// `TokenKit.now` moved by some seconds.
    static func token(_ offset: Int64) -> UnixTime { TokenKit.now.advanced(bySeconds: offset) }
}

extension AccessTokenVerifier {
    /// What the token is refused for, nil if it is accepted.
    func refused(_ token: String, now: UnixTime = TokenKit.now) async -> AccessTokenRejection.Code? {
        do throws(AccessTokenRejection) {
            _ = try await verify(token, now: now)
            return nil
        } catch {
            return error.code
        }
    }
}

/// A JWT whose every member a test can set, as JSON text, so that a test can also write what no issuer would.
struct TokenText: Sendable {
    var key = TokenKit.key
    var header: [(String, String)]
    var payload: [(String, String)]

    /// A good access token at `TokenKit.now`, for ten minutes.
    init(key: SigningKey = TokenKit.key, kid: String? = "1") {
        self.key = key
        header = [("typ", "\"at+jwt\""), ("alg", "\"\(key.algorithm.rawValue)\"")]
        if let kid { header.append(("kid", "\"\(kid)\"")) }
        payload = [
            ("iss", "\"\(TokenKit.issuer)\""), ("aud", "\"\(TokenKit.audience)\""), ("sub", "\"alice\""),
            ("client_id", "\"c1\""), ("exp", "\(TokenKit.now.seconds + 600)"), ("iat", "\(TokenKit.now.seconds)"),
            ("jti", "\"t1\""), ("scope", "\"read write\""), ("cnf", "{\"jkt\":\"\(TokenKit.jkt)\"}"),
        ]
    }

    /// The same with one claim set to a JSON text; nil removes it.
    func claim(_ name: String, _ json: String?) -> TokenText {
        var copy = self
        copy.payload = set(payload, name, json)
        return copy
    }

    /// The same with one header parameter set to a JSON text; nil removes it.
    func parameter(_ name: String, _ json: String?) -> TokenText {
        var copy = self
        copy.header = set(header, name, json)
        return copy
    }

    private func set(_ members: [(String, String)], _ name: String, _ json: String?) -> [(String, String)] {
        let others = members.filter { $0.0 != name }
        return json.map { others + [(name, $0)] } ?? others
    }

    /// What is signed.
    var signingInput: String { Self.encode(Self.object(header)) + "." + Self.encode(Self.object(payload)) }

    /// The token, signed by `key`.
    var text: String {
        let input = signingInput
        do {
            let signature = try key.signature(over: input.utf8.span)
            return input + "." + String(decoding: Base64URL.encode(signature.span), as: UTF8.self)
        } catch {
            fatalError("no signature: \(error)")
        }
    }

    static func object(_ members: [(String, String)]) -> String {
        "{" + members.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}"
    }

    static func encode(_ text: String) -> String {
        String(decoding: Base64URL.encode(text.utf8.span), as: UTF8.self)
    }
}

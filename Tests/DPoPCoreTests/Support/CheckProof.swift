@testable import DPoPCore

/// A proof whose every member a test can set, signed by a real key. Members are JSON text, so that a test can also
/// write what no builder would.
struct CheckProof {
    var key = CheckKit.key
    var header: [(String, String)]
    var payload: [(String, String)]

    /// A good proof for `CheckKit.tokenRequest`, and with `ath` also for `CheckKit.resource`, at `CheckKit.now`.
    init(key: SigningKey = CheckKit.key, jti: String = "one", ath: Bool = true, iat: Int64 = CheckKit.now.seconds) {
        self.key = key
        header = [
            ("typ", quoted("dpop+jwt")), ("alg", quoted(key.algorithm.rawValue)), ("jwk", key.publicJWK.json),
        ]
        payload = [
            ("jti", quoted(jti)), ("htm", quoted("POST")), ("htu", quoted(CheckKit.target.spelling)),
            ("iat", "\(iat)"),
        ]
        if ath { payload.append(("ath", quoted(AccessTokenHash(of: CheckKit.token).ath))) }
    }

    /// The same with one claim set to a JSON text; nil removes it.
    func claim(_ name: String, _ json: String?) -> CheckProof {
        var copy = self
        set(&copy.payload, name, json)
        return copy
    }

    /// The same with one header parameter set to a JSON text; nil removes it.
    func parameter(_ name: String, _ json: String?) -> CheckProof {
        var copy = self
        set(&copy.header, name, json)
        return copy
    }

    private func set(_ members: inout [(String, String)], _ name: String, _ json: String?) {
        let index = members.firstIndex { $0.0 == name }
        switch (index, json) {
        case (let index?, let json?): members[index].1 = json
        case (let index?, nil): members.remove(at: index)
        case (nil, let json?): members.append((name, json))
        case (nil, nil): break
        }
    }

    /// The compact text.
    var text: String { signed(badly: false) }

    /// The compact text with another message's signature.
    var badlySigned: String { signed(badly: true) }

    private func signed(badly: Bool) -> String {
        let input = encoded(object(header)) + "." + encoded(object(payload))
        do {
            let bytes = [UInt8]((badly ? input + "x" : input).utf8)
            return try input + "." + encoded(key.signature(over: bytes.span))
        } catch {
            fatalError("no signature: \(error)")
        }
    }

    private func object(_ members: [(String, String)]) -> [UInt8] {
        [UInt8](("{" + members.map { quoted($0.0) + ":" + $0.1 }.joined(separator: ",") + "}").utf8)
    }

    private func encoded(_ bytes: [UInt8]) -> String { String(decoding: Base64URL.encode(bytes.span), as: UTF8.self) }
}

/// A JSON string.
func quoted(_ text: String) -> String {
    var json: [UInt8] = []
    JSONWriter.append(text, to: &json)
    return String(decoding: json, as: UTF8.self)
}

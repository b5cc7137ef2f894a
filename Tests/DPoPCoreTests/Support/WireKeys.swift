@testable import DPoPCore

/// A JWK as its members' JSON, to be changed one member at a time.
struct WireKey {
    var members: [(name: String, json: String)]

    /// The key of RFC 9449 §4.1.
    static let ec = WireKey(members: [
        ("kty", "\"EC\""), ("crv", "\"P-256\""), ("x", "\"l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs\""),
        ("y", "\"9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA\""),
    ])

    /// The key of RFC 8037 A.2.
    static let ed25519 = WireKey(members: [
        ("kty", "\"OKP\""), ("crv", "\"Ed25519\""), ("x", "\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\""),
    ])

    /// An odd number of 2048 bits: the modulus is checked no further.
    static let rsa = WireKey(members: [
        ("kty", "\"RSA\""), ("n", "\"\(wireBase64(modulus(bits: 2048)))\""), ("e", "\"AQAB\""),
    ])

    static let all = [ec, ed25519, rsa]

    static func modulus(bits: Int, lastByte: UInt8 = 0xFB) -> [UInt8] {
        var bytes = [UInt8](repeating: 0xA7, count: (bits + 7) / 8)
        bytes[0] = UInt8(1 << ((bits - 1) % 8))
        bytes[bytes.count - 1] = lastByte
        return bytes
    }

    var json: String {
        "{" + members.map { "\"\($0.name)\":\($0.json)" }.joined(separator: ",") + "}"
    }

    /// The member replaced, or added at the end; nil removes it.
    func with(_ name: String, _ json: String?) -> WireKey {
        var key = self
        let index = key.members.firstIndex { $0.name == name }
        if let json {
            if let index { key.members[index].json = json } else { key.members.append((name, json)) }
        } else if let index {
            key.members.remove(at: index)
        }
        return key
    }

    func with(_ name: String, bytes: [UInt8]) -> WireKey { with(name, "\"\(wireBase64(bytes))\"") }

    func bytes(_ name: String) -> [UInt8] {
        guard let json = members.first(where: { $0.name == name })?.json else { return [] }
        return Base64URL.decode(String(json.dropFirst().dropLast())) ?? []
    }
}

import Testing

@testable import DPoPCore

@Suite("Thumbprint and AccessTokenHash")
struct ThumbprintTests {
    static let rfc9449 = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"

    @Test("attack 60: order, escapes, white space and further members do not change it")
    func spelling() throws {
        let key = WireKey.ec
        #expect(try PublicJWK(json: key.json).thumbprint.jkt == Self.rfc9449)
        var turned = key
        for _ in 0..<4 {
            turned.members.append(turned.members.removeFirst())
            #expect(try PublicJWK(json: turned.json).thumbprint.jkt == Self.rfc9449)
        }
        let more = key.with("kid", "\"a\"").with("use", "\"sig\"").with("x5c", "[\"AA\"]").with("jku", "{\"d\":1}")
        #expect(try PublicJWK(json: more.json).thumbprint.jkt == Self.rfc9449)
        let spaced =
            " { \"kty\" : \"\\u0045C\" ,\n"
            + key.members.dropFirst().map { "\"\($0.name)\"\t:\r\($0.json)" }.joined(separator: " , ") + " } "
        #expect(try PublicJWK(json: spaced).thumbprint.jkt == Self.rfc9449)
        #expect(try PublicJWK(json: spaced).json == PublicJWK(json: key.json).json)
    }

    @Test("attack 61: a key with a private member has none")
    func privateKey() {
        #expect(wireKeyCode(WireKey.ec.with("d", "\"AQ\"").json) == .privateKeyInProof)
        // Before anything else is wrong with the key.
        #expect(wireKeyCode("{\"d\":\"AQ\"}") == .privateKeyInProof)
        #expect(wireKeyCode("{\"kty\":\"oct\",\"k\":\"AQ\"}") == .privateKeyInProof)
    }

    @Test(
        "attack 59: RFC 7638 written anew gives the same for random keys",
        arguments: [
            SigningAlgorithm.es256, .es384, .es512, .ed25519,
        ])
    func reference(_ algorithm: SigningAlgorithm) throws {
        for _ in 0..<20 * CheckKit.scale {
            let key = try SigningKey.generate(algorithm).publicJWK
            let tree = try WireJSON(parsing: key.json)
            guard case .object(let members) = tree else {
                Issue.record("not an object")
                return
            }
            let sorted = members.sorted { $0.name.lexicographicallyPrecedes($1.name) }.map { member in
                "\"\(String(decoding: member.name, as: UTF8.self))\":\"\(tree[String(decoding: member.name, as: UTF8.self)]?.text ?? "")\""
            }
            let text = "{" + sorted.joined(separator: ",") + "}"
            #expect(text == key.json)
            #expect(AccessTokenHash(of: text).ath == key.thumbprint.jkt)
            #expect(try PublicJWK(json: key.json) == key)
        }
    }

    @Test(
        "attack 89: a jkt is 43 characters of canonical base64url",
        arguments: [
            "", "0", "42", String(rfc9449.dropLast()), rfc9449 + "A", rfc9449 + "=", " " + rfc9449,
            String(rfc9449.dropLast()) + "J",
            rfc9449.replacing("-", with: "+"), String(rfc9449.dropLast()) + "\u{E9}", "null",
        ])
    func malformed(_ jkt: String) { #expect(Thumbprint(jkt) == nil) }

    @Test("a jkt and its bytes go both ways")
    func bytes() throws {
        let thumbprint = try #require(Thumbprint(Self.rfc9449))
        #expect(thumbprint.jkt == Self.rfc9449)
        #expect(thumbprint.bytes.count == 32)
        #expect(Thumbprint(bytes: thumbprint.bytes) == thumbprint)
        #expect(Thumbprint(bytes: Array(thumbprint.bytes.dropLast())) == nil)
        #expect(Thumbprint(bytes: thumbprint.bytes + [0]) == nil)
        #expect("\(thumbprint)" == Self.rfc9449)
    }

    @Test("attack 87: ath of the token's exact octets, in one spelling")
    func accessToken() throws {
        let hash = AccessTokenHash(of: "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU")
        let ath = "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo"
        #expect(hash.ath == ath)
        func isSpelled(_ text: String) -> Bool { hash.isSpelled(by: text.utf8.span, 0..<text.utf8.count) }
        #expect(isSpelled(ath))
        let hex = "7d41f23b6af66770d9e7712c36b5816f4c565e868dcb9f4888a080aa4b26404a"
        for wrong in ["", ath + "=", ath + " ", hex, ath.dropLast() + "p", String(ath.dropLast()), ath.uppercased()] {
            #expect(!isSpelled(String(wrong)))
        }
        for token in ["Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU ", " Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU"] {
            #expect(AccessTokenHash(of: token) != hash)
        }
    }
}

import Testing

@testable import DPoPCore

@Suite("PublicJWK")
struct PublicJWKTests {
    @Test("attack 41: what is no JWK at all", arguments: ["{}", "{\"keys\":[]}", "{\"keys\":[\(WireKey.ec.json)]}"])
    func noKey(_ json: String) { #expect(wireKeyCode(json) == .malformedKey) }

    @Test("attack 41: what is no object", arguments: ["", "null", "[]", "\"a\"", "1", "[\(WireKey.ec.json)]"])
    func noObject(_ json: String) { #expect(wireKeyCode(json) == .malformedProof) }

    @Test(
        "attack 42: private members by presence, on every kind of key",
        arguments: [
            "d", "p", "q", "dp", "dq", "qi", "oth", "k",
        ])
    func privateMembers(_ name: String) {
        for key in WireKey.all {
            #expect(wireKeyCode(key.json) == nil)
            for value in ["\"AQ\"", "\"\"", "null", "1", "[]", "{}", "false"] {
                #expect(wireKeyCode(key.with(name, value).json) == .privateKeyInProof)
            }
            let escaped = "\\u00\(String(name.utf8.first ?? 0, radix: 16))\(name.dropFirst())"
            #expect(wireKeyCode(key.with(escaped, "null").json) == .privateKeyInProof)
            // Names that only look alike are unknown members.
            #expect(wireKeyCode(key.with(name.uppercased(), "null").json) == nil)
            #expect(wireKeyCode(key.with(name + "x", "null").json) == nil)
        }
    }

    @Test(
        "attacks 29 and 43: kty and crv",
        arguments: [
            ("kty", "\"oct\""), ("kty", "\"ec\""), ("kty", "\"EC \""), ("kty", "\"\""), ("kty", "\"RSA\""),
            ("kty", "\"OKP\""), ("crv", "\"P-384\""), ("crv", "\"P-521\""), ("crv", "\"P-224\""), ("crv", "\"p-256\""),
            ("crv", "\"P-256K\""), ("crv", "\"secp256k1\""), ("crv", "\"brainpoolP256r1\""), ("crv", "\"Ed25519\""),
            ("crv", "1"), ("crv", "415"), ("crv", "\"prime256v1\""),
        ])
    func kinds(_ name: String, _ value: String) {
        #expect(wireKeyCode(WireKey.ec.with(name, value).json) == .malformedKey)
    }

    @Test("attack 36: other curves of OKP", arguments: ["Ed448", "X25519", "X448", "ed25519", "P-256"])
    func otherCurves(_ curve: String) {
        #expect(wireKeyCode(WireKey.ed25519.with("crv", "\"\(curve)\"").json) == .malformedKey)
    }

    @Test("attack 29: the wrong JSON type for each known member, and its absence")
    func types() {
        let wrong = ["null", "true", "1", "[]", "{}", "[\"sig\"]"]
        for (key, names) in zip(WireKey.all, [["kty", "crv", "x", "y"], ["kty", "crv", "x"], ["kty", "n", "e"]]) {
            for name in names {
                for value in wrong + ["\"\""] { #expect(wireKeyCode(key.with(name, value).json) == .malformedKey) }
                #expect(wireKeyCode(key.with(name, nil).json) == .malformedKey)
            }
            for name in ["use", "alg"] {
                for value in wrong { #expect(wireKeyCode(key.with(name, value).json) == .malformedKey) }
            }
            for value in ["null", "true", "1", "{}", "\"verify\"", "[1]", "[\"verify\",null]"] {
                #expect(wireKeyCode(key.with("key_ops", value).json) == .malformedKey)
            }
        }
    }

    @Test("attack 44: use, key_ops and alg")
    func purpose() throws {
        for key in WireKey.all {
            #expect(wireKeyCode(key.with("use", "\"sig\"").json) == nil)
            #expect(wireKeyCode(key.with("use", "\"enc\"").json) == .keyAlgorithmMismatch)
            #expect(wireKeyCode(key.with("use", "\"SIG\"").json) == .keyAlgorithmMismatch)
            for operations in [#"["verify"]"#, #"["sign"]"#, #"["sign","verify"]"#, #"["deriveKey","verify"]"#] {
                #expect(wireKeyCode(key.with("key_ops", operations).json) == nil)
            }
            for operations in ["[]", #"["encrypt"]"#, #"["Verify"]"#, #"["deriveBits","wrapKey"]"#] {
                #expect(wireKeyCode(key.with("key_ops", operations).json) == .keyAlgorithmMismatch)
            }
        }
        let key = WireKey.ec.with("alg", "\"ES256\"").json
        #expect(try OutsideJOSE.key(key, for: .es256).fits(.es256))
        let other = WireKey.ec.with("alg", "\"ES384\"").json
        #expect(
            wireCode { () throws(ProofRejection) in try OutsideJOSE.key(other, for: .es256) } == .keyAlgorithmMismatch)
    }

    @Test("attack 34: every pair of algorithm and kind of key but the legal ones", arguments: SigningAlgorithm.allCases)
    func pairs(_ algorithm: SigningAlgorithm) throws {
        let kinds = try [SigningAlgorithm.es256, .es384, .es512, .ed25519].map {
            try SigningKey.generate($0).publicJWK.json
        }
        let legal: [SigningAlgorithm: Int] = [.es256: 0, .es384: 1, .es512: 2, .ed25519: 3, .eddsa: 3]
        for (index, json) in (kinds + [WireKey.rsa.json]).enumerated() {
            let code = wireCode { () throws(ProofRejection) in try OutsideJOSE.key(json, for: algorithm) }
            #expect(code == (index == legal[algorithm] ?? 4 ? nil : .keyAlgorithmMismatch), "kind \(index)")
            #expect(try PublicJWK(json: json).fits(algorithm) == (code == nil))
        }
    }

    @Test("attacks 6 and 9: each field in canonical base64url only")
    func canonical() {
        for (key, name) in [(WireKey.ec, "x"), (.ec, "y"), (.ed25519, "x"), (.rsa, "n"), (.rsa, "e")] {
            let text = wireBase64(key.bytes(name))
            #expect(wireKeyCode(key.with(name, "\"\(text)\"").json) == nil)
            var wrong = [text + "=", " " + text, text + "\\n", "+" + text.dropFirst(), "/" + text.dropFirst()]
            #expect(wireKeyCode(key.with(name, "\"\(text)A\"").json) != nil)
            // The last character's unused bits.
            if let last = text.last, key.bytes(name).count % 3 != 0, let scalar = last.unicodeScalars.first {
                wrong.append(text.dropLast() + String(Unicode.Scalar(UInt8(scalar.value) + 1)))
            }
            for text in wrong { #expect(wireKeyCode(key.with(name, "\"\(text)\"").json) == .malformedKey, "\(text)") }
        }
    }
}

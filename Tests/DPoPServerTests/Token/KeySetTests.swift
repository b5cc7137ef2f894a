import Testing

@testable import DPoPCore
@testable import DPoPServer

@Suite struct KeySetTests {
    private static let ec = jwk(TokenKit.key)

    /// A key's JSON with more members.
    private static func jwk(_ key: SigningKey, _ members: String = "") -> String {
        members.isEmpty ? key.publicJWK.json : key.publicJWK.json.dropLast() + "," + members + "}"
    }

    private static func read(_ keys: String..., rsaAlgorithm: SigningAlgorithm? = nil) throws -> KeySet {
        let document = "{\"keys\":[" + keys.joined(separator: ",") + "],\"more\":1}"
        return try KeySet(json: Array(document.utf8), rsaAlgorithm: rsaAlgorithm)
    }

    @Test(
        "a key without alg is pinned to its curve's algorithm",
        arguments: [.es256, .es384, .es512, .ed25519] as [SigningAlgorithm])
    func curves(_ algorithm: SigningAlgorithm) throws {
        let key = TokenKit.key(algorithm)
        let set = try Self.read(Self.jwk(key, "\"kid\":\"a\""))
        #expect(set.keys.map(\.algorithm) == [algorithm] && set.keys.first?.keyID == "a" && set.skippedKeys == 0)
        #expect(set.keys.first?.publicJWK == key.publicJWK)
    }

    @Test("an RSA key is pinned to its alg, and without one left out unless the caller names one")
    func rsa() throws {
        #expect(try Self.read(Self.jwk(TokenKit.rsa, "\"alg\":\"PS384\"")).keys.map(\.algorithm) == [.ps384])
        let without = try Self.read(Self.jwk(TokenKit.rsa))
        #expect(without.keys.isEmpty && without.skippedKeys == 1)
        #expect(try Self.read(Self.jwk(TokenKit.rsa), rsaAlgorithm: .rs256).keys.map(\.algorithm) == [.rs256])
        let named = try Self.read(Self.jwk(TokenKit.rsa, "\"alg\":\"RS512\""), rsaAlgorithm: .rs256)
        #expect(named.keys.map(\.algorithm) == [.rs512])
        #expect(throws: KeySetError.algorithmMismatch) { try Self.read(Self.ec, rsaAlgorithm: .es256) }
    }

    @Test("both names of Ed25519 find one key, and no other algorithm does")
    func ed25519() throws {
        let key = TokenKit.key(.ed25519)
        for alg in ["EdDSA", "Ed25519"] {
            let set = try Self.read(Self.jwk(key, "\"alg\":\"\(alg)\",\"kid\":\"a\""))
            for algorithm in [SigningAlgorithm.eddsa, .ed25519] {
                guard case .key(let found) = set.find("a", algorithm) else {
                    Issue.record("\(algorithm) does not find \(alg)")
                    continue
                }
                #expect(found == key.publicJWK)
            }
            guard case .otherAlgorithm = set.find("a", .es256) else {
                Issue.record("ES256 finds \(alg)")
                continue
            }
        }
    }

    @Test(
        "keys that are of no use are left out and the others taken",
        arguments: [
            #"{"kty":"AKP","alg":"ML-DSA-44","pub":"AAAA"}"#, #"{"kty":"OKP","crv":"X25519","x":"AAAA"}"#,
            #"{"kty":"EC","crv":"secp256k1","x":"AAAA","y":"AAAA"}"#, #"{"kty":"EC","crv":"P-256","x":"AAAA"}"#,
            #"{"kty":1}"#, "{}", KeySetTests.jwk(TokenKit.otherKey, #""use":"enc""#),
            KeySetTests.jwk(TokenKit.otherKey, #""use":null"#),
            KeySetTests.jwk(TokenKit.otherKey, #""key_ops":["deriveKey"]"#),
            KeySetTests.jwk(TokenKit.otherKey, #""key_ops":"verify""#),
            KeySetTests.jwk(TokenKit.otherKey, #""alg":"ES384""#),
            KeySetTests.jwk(TokenKit.otherKey, #""alg":"ECDH-ES""#),
            KeySetTests.jwk(TokenKit.otherKey, #""alg":null"#), KeySetTests.jwk(TokenKit.otherKey, #""kid":1"#),
            KeySetTests.jwk(TokenKit.rsa, #""alg":"none""#),
            KeySetTests.jwk(TokenKit.rsa, #""alg":"HS256""#),
            #"{"kty":"RSA","alg":"RS256","e":"AQAB","n":"wAAAAAAAAAE"}"#,
        ])
    func leftOut(_ key: String) throws {
        let set = try Self.read(key, Self.ec)
        #expect(set.keys.map(\.publicJWK) == [TokenKit.key.publicJWK] && set.skippedKeys == 1)
    }

    @Test(
        "keys that say that they are for signatures are taken",
        arguments: [
            #""use":"sig""#, #""key_ops":["verify"]"#, #""key_ops":["sign"]"#, #""x5c":["AAAA"],"nbf":1"#,
        ])
    func taken(_ members: String) throws {
        #expect(try Self.read(Self.jwk(TokenKit.key, members)).keys.count == 1)
    }

    @Test(
        "a set with a private or symmetric key is refused, whatever the member's value and the key's kind",
        arguments: ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"])
    func privateKeys(_ member: String) throws {
        for value in ["\"AAAA\"", "null", "[]"] {
            for other in [
                Self.jwk(TokenKit.otherKey, "\"\(member)\":\(value)"), "{\"kty\":\"?\",\"\(member)\":\(value)}",
            ] {
                #expect(throws: KeySetError.privateKey) { try Self.read(Self.ec, other) }
            }
        }
        #expect(try Self.read(Self.ec, Self.jwk(TokenKit.otherKey, "\"kid\":\"\(member)\"")).keys.count == 2)
    }

    @Test("two keys with one kid need different algorithms")
    func duplicates() throws {
        let a = Self.jwk(TokenKit.key, #""kid":"a""#)
        #expect(throws: KeySetError.duplicateKey) { try Self.read(a, Self.jwk(TokenKit.otherKey, #""kid":"a""#)) }
        #expect(throws: KeySetError.duplicateKey) { try Self.read(Self.ec, Self.jwk(TokenKit.otherKey)) }
        let eddsa = Self.jwk(TokenKit.key(.ed25519), #""kid":"a","alg":"EdDSA""#)
        let ed25519 = Self.jwk(TokenKit.key(.ed25519), #""kid":"a","alg":"Ed25519""#)
        #expect(throws: KeySetError.duplicateKey) { try Self.read(eddsa, ed25519) }
        #expect(try Self.read(a, Self.jwk(TokenKit.otherKey, #""kid":"A""#), eddsa).keys.count == 3)
        // Equal as characters, not as bytes.
        let (composed, decomposed) = ("\"kid\":\"\u{E9}\"", "\"kid\":\"e\u{301}\"")
        #expect(
            try Self.read(Self.jwk(TokenKit.key, composed), Self.jwk(TokenKit.otherKey, decomposed)).keys.count == 2)
    }

    @Test(
        "what is no key set is refused",
        arguments: [
            "", "[]", "{}", #"{"keys":{}}"#, #"{"keys":[1]}"#, #"{"keys":[],"keys":[]}"#, #"{"keys":[]}x"#,
            #"{"keys":[{"kty":"EC","kty":"EC"}]}"#,
        ])
    func malformed(_ document: String) {
        #expect(throws: KeySetError.malformed) { try KeySet(json: Array(document.utf8)) }
    }

    @Test("a set is bounded in keys and bytes")
    func bounds() throws {
        func document(_ count: Int) -> [UInt8] {
            Array(#"{"keys":[\#(Array(repeating: #"{"kty":"?"}"#, count: count).joined(separator: ","))]}"#.utf8)
        }
        #expect(try KeySet(json: document(128)).skippedKeys == 128)
        #expect(throws: KeySetError.tooLarge) { try KeySet(json: document(129)) }
        let (head, tail) = (Array(#"{"keys":[]"#.utf8), Array("}".utf8))
        let padding = [UInt8](repeating: 0x20, count: KeySet.maximumSize - head.count - tail.count)
        #expect(try KeySet(json: head + padding + tail) == .empty)
        #expect(throws: KeySetError.tooLarge) { try KeySet(json: head + padding + [0x20] + tail) }
        let key = try KeySet.Key(keyID: nil, algorithm: .es256, publicJWK: TokenKit.key.publicJWK)
        #expect(throws: KeySetError.tooLarge) { try KeySet(Array(repeating: key, count: 129)) }
    }

    @Test("a published set has public members only and reads as the same set")
    func publishing() throws {
        let set = TokenKit.set(("a\"b", TokenKit.key), (nil, TokenKit.key(.eddsa)), ("r", TokenKit.rsa))
        let json = try set.json()
        #expect(try KeySet(json: json) == set)
        guard case .array(let keys)? = try ClaimValue(json: json)["keys"] else {
            Issue.record("no keys")
            return
        }
        for (key, members) in zip(keys, [["crv", "x", "y"], ["crv", "x"], ["e", "n"]]) {
            guard case .object(let written) = key else {
                Issue.record("no object")
                continue
            }
            #expect(Set(written.keys).subtracting(["kid"]) == Set(members + ["kty", "alg", "use"]))
        }
        #expect(throws: KeySetError.algorithmMismatch) {
            try KeySet.Key(keyID: nil, algorithm: .es384, publicJWK: TokenKit.key.publicJWK)
        }
    }
}

import Testing

@testable import DPoPCore

@Suite struct ProofBuilderTests {
    private let builder = ProofBuilder(signer: CheckKit.key)

    private func resource(_ key: SigningKey) -> RequestContext {
        .resource(
            method: "POST", targetURI: CheckKit.target, accessToken: CheckKit.token, boundTo: key.publicJWK.thumbprint)
    }

    @Test("what is built verifies, by every algorithm", arguments: SigningAlgorithm.allCases)
    func roundTrip(_ algorithm: SigningAlgorithm) throws {
        let key = CheckKit.key(algorithm)
        let proof = try ProofBuilder(signer: key).proof(
            method: "POST", targetURI: CheckKit.target, accessToken: CheckKit.token, nonce: "n\"\u{E9}\n",
            issuedAt: .at(0, nanoseconds: 999_999_999), extraClaims: ["note": "\u{1F600}"])
        let verifier = CheckKit.verifier()
        let verified = try verifier.verify(proof, for: resource(key), now: CheckKit.now)
        #expect(verified.algorithm == algorithm)
        #expect(verified.thumbprint == key.publicJWK.thumbprint)
        #expect(verified.claims.nonce == "n\"\u{E9}\n")
        #expect(verified.claims.iat == CheckKit.now)
        #expect(verified.claims.ath == AccessTokenHash(of: CheckKit.token).ath)
        #expect(verified.payloadJSON.contains("\"note\":\"\u{1F600}\""))
        #expect(verifier.refused(proof, for: resource(key))?.code == .replayed)
        #expect(
            DecodedProof.headerOf(proof)
                == "{\"typ\":\"dpop+jwt\",\"alg\":\"\(algorithm.rawValue)\",\"jwk\":\(key.publicJWK.json)}")
    }

    @Test("without a time the system's clock is written, without a token no ath")
    func tokenRequest() throws {
        let proof = try builder.proof(method: "POST", targetURI: CheckKit.target)
        let verified = try CheckKit.verifier().verify(proof, for: CheckKit.tokenRequest)
        #expect(verified.claims.ath == nil)
        #expect(verified.claims.nonce == nil)
    }

    @Test("attack 128: every proof has a jti of its own, of 128 bits")
    func freshIdentifiers() throws {
        var random: Set<String> = []
        let payload = ProofPayload(
            method: "GET", targetURI: CheckKit.target, accessToken: nil, nonce: nil, jti: nil,
            issuedAt: CheckKit.now, extraClaims: [:])
        let count = 100_000 * CheckKit.scale
        var ones = 0
        for _ in 0..<count {
            let json = try payload.json()
            let jti = String(decoding: json[8..<30], as: UTF8.self)
            random.insert(jti)
            ones += (Base64URL.decode(jti) ?? []).reduce(0) { $0 + $1.nonzeroBitCount }
        }
        #expect(random.count == count)
        #expect(random.allSatisfy { Base64URL.decode($0)?.count == 16 })
        // Half of the bits; 0.5 percent is more than a dozen standard deviations.
        #expect(abs(ones - 64 * count) < 128 * count / 200)
        let proofs = try (0..<100).map { _ in try builder.proof(method: "GET", targetURI: CheckKit.target) }
        #expect(Set(try proofs.map { try DecodedProof(decoding: $0).claims.jti }).count == 100)
    }

    @Test(
        "extra claims can not replace what the builder sets", arguments: ["jti", "htm", "htu", "iat", "ath", "nonce"])
    func reserved(_ name: String) {
        for value in [ClaimValue.string("x"), .integer(1), .null, .array([])] {
            #expect(
                error { try builder.proof(method: "GET", targetURI: CheckKit.target, extraClaims: [name: value]) }
                    == "reservedClaim")
        }
    }

    @Test("exp and nbf can be set, to times only", arguments: ["exp", "nbf"])
    func times(_ name: String) throws {
        for value in [
            ClaimValue.string("1"), .integer(-1), .integer(253_402_300_800), .bool(true), .null, .object([:]),
        ] {
            #expect(
                error { try builder.proof(method: "GET", targetURI: CheckKit.target, extraClaims: [name: value]) }
                    == "reservedClaim")
        }
        for value in [Int64(0), 253_402_300_799] {
            let proof = try builder.proof(
                method: "GET", targetURI: CheckKit.target, extraClaims: [name: .integer(value)])
            #expect(try DecodedProof(decoding: proof).payloadJSON.hasSuffix("\"\(name)\":\(value)}"))
        }
    }

    @Test("names that only look like reserved ones are one's own, and names are escaped")
    func names() throws {
        let extra: [String: ClaimValue] = [
            "JTI": 1, "jti ": true, "\"": .null, "\u{0}": "\u{1F}\\", "e\u{301}": .array([.object(["a": -5])]),
        ]
        let proof = try builder.proof(
            method: "POST", targetURI: CheckKit.target, issuedAt: CheckKit.now, extraClaims: extra)
        let verified = try CheckKit.verifier().verify(proof, for: CheckKit.tokenRequest, now: CheckKit.now)
        let expected = "\"\\u0000\":\"\\u001f\\\\\",\"\\\"\":null,\"JTI\":1,\"e\u{301}\":[{\"a\":-5}],\"jti \":true}"
        #expect(Array(verified.payloadJSON.utf8).suffix(expected.utf8.count) == Array(expected.utf8)[...])
    }

    @Test("a method that is no token is refused, any other is written as it is")
    func methods() throws {
        for method in ["", "GET ", "G T", "G\r\nT", "G\0", "G\u{CB}T", "GET/1", "\"", "(GET)", "PO\u{17F}T"] {
            #expect(error { try builder.proof(method: method, targetURI: CheckKit.target) } == "invalidMethod")
        }
        for method in ["GET", "get", "M-SEARCH", "x!#$%&'*+-.^_`|~0"] {
            let proof = try builder.proof(method: method, targetURI: CheckKit.target)
            #expect(try DecodedProof(decoding: proof).claims.htm == method)
        }
    }

    @Test("attack 85: a jti of one's own has 1 to 256 bytes and no control characters")
    func identifiers() throws {
        for jti in [
            "", "a\0", "a\n", "\u{7F}", String(repeating: "a", count: 257), String(repeating: "\u{E9}", count: 129),
        ] {
            #expect(
                error { try builder.proof(method: "GET", targetURI: CheckKit.target, jti: jti) }
                    == "invalidIdentifier")
        }
        for jti in ["a", "\"\\/", String(repeating: "a", count: 256), String(repeating: "\u{E9}", count: 128)] {
            let proof = try builder.proof(method: "GET", targetURI: CheckKit.target, jti: jti)
            #expect(try Array(DecodedProof(decoding: proof).claims.jti.utf8) == Array(jti.utf8))
        }
    }

    @Test("a time that no verifier reads is refused")
    func issuedAt() throws {
        for seconds in [Int64.min, -1, 253_402_300_800, .max] {
            #expect(
                error {
                    try builder.proof(
                        method: "GET", targetURI: CheckKit.target, issuedAt: UnixTime(seconds: seconds, nanoseconds: 5))
                } == "invalidTime")
        }
        for seconds in [Int64(0), 253_402_300_799] {
            let proof = try builder.proof(
                method: "GET", targetURI: CheckKit.target, issuedAt: UnixTime(seconds: seconds, nanoseconds: 5))
            #expect(try DecodedProof(decoding: proof).claims.iat == UnixTime(seconds: seconds))
        }
    }

    @Test("a proof that verifiers would not read for its size is not built, the largest one is read")
    func size() throws {
        var largest = 0
        for length in 5_000..<7_000 {
            let nonce = String(repeating: "n", count: length)
            guard let proof = try? builder.proof(method: "POST", targetURI: CheckKit.target, nonce: nonce) else {
                break
            }
            largest = proof.utf8.count
            guard largest > 8_180 else { continue }
            #expect(try DecodedProof(decoding: proof).claims.nonce == nonce)
        }
        #expect(largest == 8_192 || largest == 8_191)
        let nonce = String(repeating: "n", count: 7_000)
        #expect(error { try builder.proof(method: "POST", targetURI: CheckKit.target, nonce: nonce) } == "tooLarge")
    }

    @Test("extra claims nest as deeply as verifiers read, and no deeper")
    func depth() throws {
        func nested(_ levels: Int, _ wrap: (ClaimValue) -> ClaimValue) -> ClaimValue {
            (0..<levels).reduce(ClaimValue.null) { value, _ in wrap(value) }
        }
        for wrap in [{ ClaimValue.array([$0]) }, { ClaimValue.object(["a": $0]) }] {
            let proof = try builder.proof(
                method: "POST", targetURI: CheckKit.target, issuedAt: CheckKit.now,
                extraClaims: ["a": nested(15, wrap)])
            #expect(CheckKit.verifier().refused(proof, for: CheckKit.tokenRequest) == nil)
            #expect(
                error {
                    try builder.proof(
                        method: "POST", targetURI: CheckKit.target, extraClaims: ["a": nested(16, wrap)])
                } == "nestedTooDeeply")
        }
    }

    @Test("htu keeps the path as it was given")
    func spelling() throws {
        let target = CheckKit.uri("HTTPS://Server.example.com:443/%7ea/../b%2f?q#f")
        let proof = try builder.proof(method: "POST", targetURI: target, issuedAt: CheckKit.now)
        #expect(try DecodedProof(decoding: proof).claims.htu == "https://server.example.com/%7ea/../b%2f")
        let request = RequestContext.tokenRequest(
            method: "POST", targetURI: CheckKit.uri("https://server.example.com/b%2F"))
        #expect(CheckKit.verifier().refused(proof, for: request) == nil)
    }

    /// The name of the error that building ends in.
    private func error(_ body: () throws -> String) -> String? {
        do {
            _ = try body()
            return nil
        } catch {
            return String("\(error)".prefix { $0 != ":" })
        }
    }
}

extension DecodedProof {
    fileprivate static func headerOf(_ proof: String) -> String? { try? DecodedProof(decoding: proof).headerJSON }
}

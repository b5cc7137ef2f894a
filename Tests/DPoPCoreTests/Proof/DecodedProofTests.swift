import Testing

@testable import DPoPCore

@Suite("DecodedProof")
struct DecodedProofTests {
    private let wire: WireProof

    init() throws { wire = try WireProof() }

    private func code(iat: String) throws -> ProofRejection.Code? {
        let payload = "{\"jti\":\"a\",\"htm\":\"GET\",\"htu\":\"https://a.example/\",\"iat\":\(iat)}"
        return wireDecodeCode(try wire.compact(payload: payload))
    }

    @Test(
        "attacks 80 and 81: times that are read, a fraction dropped",
        arguments: [
            ("0", 0), ("1700000000", 1_700_000_000), ("1700000000.0", 1_700_000_000),
            ("1700000000.999999", 1_700_000_000),
            ("0.5", 0), ("2147483648", 2_147_483_648), ("253402300799", 253_402_300_799),
            ("253402300799.9", 253_402_300_799), ("1.00000000000000000000000000000000000000000000000001", 1),
        ] as [(String, Int64)])
    func times(_ text: String, _ seconds: Int64) throws {
        let payload = "{\"jti\":\"a\",\"htm\":\"GET\",\"htu\":\"https://a.example/\",\"iat\":\(text)}"
        #expect(try DecodedProof(decoding: wire.compact(payload: payload)).claims.iat == UnixTime(seconds: seconds))
    }

    @Test(
        "attacks 79, 81 and 83: times that are refused, none traps",
        arguments: [
            "\"1700000000\"", "true", "null", "[1700000000]", "{\"a\":1}", "1e9", "1.7e9", "1E0", "0e0", "-1", "-0",
            "-0.5",
            "253402300800", "1700000000000", "9007199254740992", "9007199254740993", "9223372036854775807",
            "9223372036854775808", "-9223372036854775808", "18446744073709551616", "1e308", "1e400", "1e-400",
            String(repeating: "9", count: 400), "1" + String(repeating: "0", count: 2_000),
        ])
    func refusedTimes(_ text: String) throws {
        #expect(try code(iat: text) == .malformedClaim)
        for name in ["exp", "nbf"] {
            let payload = "{\"jti\":\"a\",\"htm\":\"GET\",\"htu\":\"https://a.example/\",\"iat\":1,\"\(name)\":\(text)}"
            #expect(wireDecodeCode(try wire.compact(payload: payload)) == .malformedClaim)
        }
    }

    @Test("attack 81: exp and nbf at the ends of their range do not trap where they are compared")
    func farTimes() throws {
        for time in ["0", "253402300799"] {
            let payload =
                "{\"jti\":\"a\",\"htm\":\"GET\",\"htu\":\"https://a.example/\",\"iat\":1,\"exp\":\(time),\"nbf\":\(time)}"
            let ranges = try DecodedProof(decoding: wire.compact(payload: payload)).ranges
            for now in [Int64.min, -1, 0, 1, 253_402_300_799, .max] {
                let code = wireCode { () throws(ProofRejection) in
                    try VerificationPolicy.mcp.checkTime(
                        ranges, .notRequired, now: UnixTime(seconds: now, nanoseconds: 999_999_999))
                }
                #expect((code == nil) == (time == "0" && (-1...1).contains(now)))
            }
        }
    }

    @Test("attack 182: description, dump and reflection show nothing of the proof")
    func redaction() throws {
        let compact = try wire.compact()
        let proof = try DecodedProof(decoding: compact)
        var dumped = ""
        dump(proof, to: &dumped)
        let shown =
            "\(proof) \(String(reflecting: proof)) \(dumped) \(Mirror(reflecting: proof).children.map { "\($0)" })"
        #expect(shown.contains(wire.key.publicJWK.thumbprint.jkt))
        for segment in compact.split(separator: ".") { #expect(!shown.contains(segment.prefix(12))) }
        #expect(!shown.contains("a.example"))
        #expect(proof.headerJSON == wire.header)
        #expect(proof.payloadJSON == WireProof.claims)
    }

    @Test("attack 26: a NUL in a claim is a byte like others where text is compared, and refused in jti")
    func nul() throws {
        let payload = #"{"jti":"a\u0000","htm":"GET","htu":"https://a.example/","iat":1}"#
        #expect(wireDecodeCode(try wire.compact(payload: payload)) == .malformedClaim)
        let method = #"{"jti":"a","htm":"GET\u0000","htu":"https://a\u0000.example/","iat":1}"#
        let claims = try DecodedProof(decoding: wire.compact(payload: method)).claims
        #expect(Array(claims.htm.utf8) == Array("GET\0".utf8))
        #expect(Array(claims.htu.utf8) == Array("https://a\0.example/".utf8))
    }

    @Test("attacks 28 and 40: unknown members are ignored, and nothing that names a key elsewhere counts")
    func unknownMembers() throws {
        let more =
            #","jku":"https://a.example/","x5u":"https://a.example/","x5c":["AA"],"x5t":"AA","kid":"a","x":{"y":[1]}}"#
        let header = wire.header.dropLast() + more
        let payload = WireProof.claims.dropLast() + #","unknown":{"jti":1,"iat":"x"},"":[null]}"#
        let proof = try DecodedProof(decoding: wire.compact(header: String(header), payload: String(payload)))
        #expect(proof.publicKey == wire.key.publicJWK)
        try proof.verifySignature()
    }
}

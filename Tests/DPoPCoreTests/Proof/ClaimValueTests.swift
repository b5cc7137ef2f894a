import Testing

@testable import DPoPCore

@Suite("ClaimValue, JSONWriter, SigningAlgorithm")
struct ClaimValueTests {
    private func json(_ value: ClaimValue, depth: Int = 1) throws -> String {
        var bytes: [UInt8] = []
        try value.write(to: &bytes, depth: depth)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test("values are written in one spelling")
    func spelling() throws {
        let value: ClaimValue = .object([
            "b": .array([1, true, .null, "x"]), "a": .object([:]), "é": -7, "": .integer(.min), "Z": .integer(.max),
        ])
        #expect(
            try json(value)
                == #"{"":-9223372036854775808,"Z":9223372036854775807,"a":{},"b":[1,true,null,"x"],"é":-7}"#)
    }

    @Test("every character that is written is read as itself")
    func characters() throws {
        let all = String(String.UnicodeScalarView((0..<0x250).compactMap { Unicode.Scalar($0) })) + "\u{2028}\u{FFFF}😀"
        var text: [UInt8] = []
        JSONWriter.append(all, to: &text)
        #expect(try WireJSON(parsing: Array("{\"a\":".utf8) + text + Array("}".utf8))["a"] == .string(Array(all.utf8)))
        #expect(text.allSatisfy { $0 >= 0x20 })
    }

    @Test("what a verifier would refuse as nested too deeply is not written")
    func depth() throws {
        var value: ClaimValue = 1
        for _ in 0..<15 { value = .array([value]) }
        let text = try json(value)
        #expect(wireAccepts("{\"v\":\(text)}"))
        #expect(throws: ProofBuildingError.self) { try json(.array([value])) }
        #expect(throws: ProofBuildingError.self) { try json(.object(["a": value])) }
    }

    @Test("attack 33: algorithms are named exactly")
    func algorithms() {
        func named(_ text: String) -> SigningAlgorithm? { SigningAlgorithm(text.utf8.span, 0..<text.utf8.count) }
        for algorithm in SigningAlgorithm.allCases { #expect(named(algorithm.rawValue) == algorithm) }
        for text in [
            "", "none", "None", "HS256", "HS512", "es256", "ES256 ", " ES256", "ES25", "ES256K", "Ed448", "RS1",
            "ES256\0",
        ] {
            #expect(named(text) == nil)
        }
        #expect(SigningAlgorithm.allCases.count == 11)
    }
}

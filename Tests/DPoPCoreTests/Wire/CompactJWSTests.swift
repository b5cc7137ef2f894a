import Testing

@testable import DPoPCore

@Suite("CompactJWS")
struct CompactJWSTests {
    @Test("three segments are split and decoded")
    func segments() throws {
        let jws = try CompactJWS("Zm9v.YmE.cQ".utf8.span)
        #expect(Array(jws.bytes[jws.header]) == Array("foo".utf8))
        #expect(Array(jws.bytes[jws.payload]) == Array("ba".utf8))
        #expect(Array(jws.bytes[jws.signature]) == Array("q".utf8))
        #expect(jws.signingInputLength == 8)
    }

    @Test(
        "attacks 1, 11, 12 and 14: other numbers of segments, empty ones, other serialisations",
        arguments: [
            "", ".", "..", "...", "Zm9v", "Zm9v.", "Zm9v.YmE", "Zm9v.YmE.", "Zm9v.YmE.cQ.", "Zm9v.YmE.cQ.cQ", ".YmE.cQ",
            "Zm9v..cQ", "..cQ", "Zm9v.YmE.cQ.cQ.cQ", ".Zm9v.YmE.cQ", "\"Zm9v.YmE.cQ\"", "Zm9v%2EYmE%2EcQ",
            #"{"payload":"YmE","protected":"Zm9v","signature":"cQ"}"#,
            #"{"payload":"YmE","signatures":[{"protected":"Zm9v","signature":"cQ"}]}"#, "Zm9v.YmE.cQ, Zm9v.YmE.cQ",
            " Zm9v.YmE.cQ", "Zm9v.YmE.cQ\n", "Zm9v.YmE.cQ\0",
        ])
    func framing(_ text: String) {
        #expect(wireCode { () throws(ProofRejection) in try CompactJWS(text.utf8.span) } == .malformedProof)
    }

    @Test("attack 2: a mebibyte of dots is refused at the third, and reading a proof refuses its size")
    func dots() {
        let dots = String(repeating: ".", count: 1 << 20)
        #expect(wireCode { () throws(ProofRejection) in try CompactJWS(dots.utf8.span) } == .malformedProof)
        #expect(wireDecodeCode(dots) == .proofTooLarge)
        #expect(wireDecodeCode(String(repeating: ".", count: 8_192)) == .malformedProof)
    }

    @Test("attacks 5 to 9: each segment must be canonical base64url", arguments: [0, 1, 2])
    func canonical(_ segment: Int) throws {
        let good = ["Zm9v", "Zm9vYmE", "cQ"]
        _ = try CompactJWS(good.joined(separator: ".").utf8.span)
        let stray = [" ", "\t", "\r", "\n", "\0", "!", "@", "$", "%", "?", "+", "/", "=", "\u{80}", "\u{E9}", "\u{11}"]
        for stray in stray {
            for wrong in [stray + good[segment], good[segment] + stray, "Zm" + stray + "v"] {
                var segments = good
                segments[segment] = wrong
                let text = segments.joined(separator: ".")
                #expect(wireCode { () throws(ProofRejection) in try CompactJWS(text.utf8.span) } == .malformedProof)
            }
        }
    }

    @Test("attack 3: a proof of the largest size is read, one byte more is not")
    func size() throws {
        let wire = try WireProof()
        var policy = VerificationPolicy.default
        let proof = try wire.compact()
        policy.maximumProofSize = proof.utf8.count
        #expect(wireDecodeCode(proof, policy) == nil)
        policy.maximumProofSize -= 1
        #expect(wireDecodeCode(proof, policy) == .proofTooLarge)
    }
}

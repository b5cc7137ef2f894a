import Testing

@testable import DPoPCore

@Suite("Bit flips")
struct BitFlipTests {
    /// Reads and verifies without the checks that need a request.
    static func isGood(_ proof: String) -> Bool {
        do throws(ProofRejection) {
            try DecodedProof(decoding: proof).verifySignature()
            return true
        } catch {
            #expect(error.code != .cryptoFailure)
            return false
        }
    }

    @Test(
        "attack 74: every single bit of a good proof, decoded and as text",
        arguments: [SigningAlgorithm.es256, .ed25519])
    func everyBit(_ algorithm: SigningAlgorithm) throws {
        let proof = try WireProof(algorithm).compact()
        #expect(Self.isGood(proof))
        var flips = 0
        // As text: what is not base64url any more, or not canonical, or another character.
        let text = Array(proof.utf8)
        for index in text.indices {
            for bit in 0..<7 {
                var flipped = text
                flipped[index] ^= 1 << UInt8(bit)
                #expect(!Self.isGood(String(decoding: flipped, as: UTF8.self)), "byte \(index), bit \(bit)")
                flips += 1
            }
        }
        // As bytes, encoded again.
        let segments = proof.split(separator: ".").compactMap { Base64URL.decode(String($0)) }
        for segment in segments.indices {
            for index in segments[segment].indices {
                for bit in 0..<8 {
                    var changed = segments
                    changed[segment][index] ^= 1 << UInt8(bit)
                    let flipped = changed.map { wireBase64($0) }.joined(separator: ".")
                    #expect(!Self.isGood(flipped), "segment \(segment), byte \(index), bit \(bit)")
                    flips += 1
                }
            }
        }
        print("bit flips: \(algorithm.rawValue): \(flips) refused")
        #expect(flips > 3_000)
    }

    @Test("attack 74: sampled bits of proofs by the other algorithms", arguments: SigningAlgorithm.allCases)
    func sampled(_ algorithm: SigningAlgorithm) throws {
        let proof = try WireProof(algorithm).compact()
        #expect(Self.isGood(proof))
        var random = CheckRandom(seed: 74)
        let text = Array(proof.utf8)
        for _ in 0..<100 * CheckKit.scale {
            var flipped = text
            flipped[Int.random(in: text.indices, using: &random)] ^= 1 << UInt8.random(in: 0..<7, using: &random)
            #expect(!Self.isGood(String(decoding: flipped, as: UTF8.self)))
        }
    }

    @Test("attacks 16 and 75: the signature covers the octets that were received, and no other proof's")
    func receivedOctets() throws {
        let wire = try WireProof()
        let spaced = " {\n\"jwk\" : \(wire.key.publicJWK.json), \"alg\":\"ES256\", \"typ\":\"dpop\\u002bjwt\" }\r\n"
        let reordered = #"{ "iat" : 1700000000, "htu":"https:\/\/a.example/", "x":[{}], "htm":"GET", "jti":"b" } "#
        let odd = try wire.compact(header: spaced, payload: reordered)
        let plain = try wire.compact()
        #expect(Self.isGood(odd))
        #expect(try DecodedProof(decoding: odd).claims.htu == "https://a.example/")
        let (a, b) = (odd.split(separator: "."), plain.split(separator: "."))
        #expect(!Self.isGood("\(a[0]).\(a[1]).\(b[2])"))
        #expect(!Self.isGood("\(a[0]).\(b[1]).\(b[2])"))
        #expect(!Self.isGood("\(b[0]).\(a[1]).\(b[2])"))
        #expect(Self.isGood("\(b[0]).\(b[1]).\(b[2])"))
    }
}

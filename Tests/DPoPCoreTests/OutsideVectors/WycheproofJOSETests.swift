import Foundation
import Testing

@testable import DPoPCore

/// Compact texts and keys of Project Wycheproof, through CompactJWS, StrictJSON, PublicJWK and VerifyingKey.
@Suite("Wycheproof JOSE", .enabled(if: OutsideVectors.present, OutsideVectors.areThere))
struct WycheproofJOSETests {
    @Test(
        "attacks 10, 35, 44, 76: the JWS and JWK files", arguments: [("json_web_signature", 401), ("json_web_key", 26)])
    func files(_ name: String, _ count: Int) throws {
        var tally = OutsideTally("wycheproof \(name)")
        let groups = try OutsideVectors.object("wycheproof/\(name)_test.json")["testGroups"]
        for group in try OutsideVectors.objects(groups) {
            var key = group["public"] as? [String: Any]
            if let keys = key?["keys"] { key = try OutsideVectors.objects(keys).first }
            for vector in try OutsideVectors.objects(group["tests"]) {
                let compact = try compactText(vector["jws"])
                guard let key else {
                    // A shared key: there is no algorithm here that uses one.
                    let secret = group["private"] as? [String: Any]
                    for key in try OutsideVectors.objects(secret?["keys"] ?? secret) {
                        #expect(!OutsideJOSE.accepts(compact, key: try OutsideVectors.json(key)))
                        #expect(
                            !OutsideJOSE.accepts(compact, key: try OutsideVectors.json(OutsideJOSE.publicHalf(key))))
                    }
                    tally.skip("symmetric; refused")
                    continue
                }
                let id = String(try #require(vector["tcId"] as? Int))
                let accepted = OutsideJOSE.accepts(compact, key: try OutsideVectors.json(key))
                tally.record(id, labelledValid: vector["result"] as? String == "valid", accepted: accepted)
            }
        }
        tally.finish(count: count)
    }

    /// The "base64" group is signed with a shared key, so only its framing can be judged here. 372 and 373 are
    /// labelled valid in spite of a stray character; 367 and 370 repeat 357 and are labelled invalid.
    @Test("attack 10: stray characters and slack bits are refused by framing alone")
    func framing() throws {
        let groups = try OutsideVectors.object("wycheproof/json_web_signature_test.json")["testGroups"]
        let group = try #require(try OutsideVectors.objects(groups).first { $0["comment"] as? String == "base64" })
        var framed: [Int] = []
        for vector in try OutsideVectors.objects(group["tests"]) {
            let compact = try compactText(vector["jws"])
            if (try? CompactJWS(compact.utf8.span)) != nil { framed.append(try #require(vector["tcId"] as? Int)) }
        }
        #expect(framed == [357, 358, 359, 367, 370, 376, 377])
    }

    /// A vector of the JSON serialisation is handed over as its text.
    private func compactText(_ jws: Any?) throws -> String {
        if let text = jws as? String { return text }
        return try OutsideVectors.json(jws)
    }
}

import Foundation
import Testing

@testable import DPoPCore

/// The keys and signatures of RFC 7515, 7517, 7520 and 8037.
@Suite("RFC 7515, 7517, 7520, 8037", .enabled(if: OutsideVectors.present, OutsideVectors.areThere))
struct JOSEVectorTests {
    /// A file of rfc-jose; some only name another file.
    private func file(_ name: String) throws -> String {
        let text = try OutsideVectors.text("rfc-jose/\(name)")
        return text.hasSuffix(".jwk") ? try file(text) : text
    }

    private func object(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    private func isSymmetric(_ key: [String: Any]) -> Bool { key["kty"] as? String == "oct" }

    @Test("attacks 42 and 43: every key is refused with its private half, and read without it unless it is symmetric")
    func keys() throws {
        var tally = OutsideTally("rfc-jose and jose-cookbook keys")
        var keys: [(String, [String: Any])] = []
        for name in try OutsideVectors.names(in: "rfc-jose") {
            if name.hasSuffix(".jwk") {
                keys.append((name, try object(file(name))))
            } else if name.hasSuffix(".jwkset") {
                let set = try OutsideVectors.objects(object(file(name))["keys"])
                keys += set.enumerated().map { ("\(name) \($0.offset)", $0.element) }
            }
        }
        for name in try OutsideVectors.names(in: "jose-cookbook/jwk") {
            keys.append((name, try OutsideVectors.object("jose-cookbook/jwk/\(name)")))
        }
        for (name, key) in keys {
            let stripped = OutsideJOSE.publicHalf(key)
            if stripped.count < key.count {
                let code = wireKeyCode(try OutsideVectors.json(key))
                #expect(code == .privateKeyInProof, "\(name)")
                tally.record(name, labelledValid: false, accepted: code == nil)
            }
            let code = wireKeyCode(try OutsideVectors.json(stripped))
            if isSymmetric(key) {
                #expect(code == .malformedKey, "\(name)")
            } else {
                let isForEncryption = stripped["use"] as? String == "enc"
                #expect(code == (isForEncryption ? .keyAlgorithmMismatch : nil), "\(name)")
                tally.record("\(name), public", labelledValid: !isForEncryption, accepted: code == nil)
            }
        }
        tally.finish(count: 63)
        let thumbprint = try file("rfc7638_3.1.thp")
        #expect(try PublicJWK(json: file("rfc7638_3.1.jwk")).thumbprint.jkt == thumbprint)
    }

    @Test("attacks 12, 13 and 194: compact signatures verify, the JSON serialisations are no proofs")
    func signatures() throws {
        var tally = OutsideTally("rfc-jose signatures")
        for name in try OutsideVectors.names(in: "rfc-jose") {
            let text = try file(name)
            let stem = name.split(separator: ".").dropLast().joined(separator: ".")
            if name.hasSuffix(".jwsc") {
                // The unsecured example has no key.
                let key = (try? object(file("\(stem).jwk"))) ?? ["kty": "oct"]
                try record(name, text, key, in: &tally)
            } else if name.hasSuffix(".jwsf") {
                #expect((try? CompactJWS(text.utf8.span)) == nil, "\(name)")
                let jws = try object(text)
                try record(name, compact(jws, jws), object(file("\(stem).jwk")), in: &tally)
            } else if name.hasSuffix(".jwsg") {
                #expect((try? CompactJWS(text.utf8.span)) == nil, "\(name)")
                let jws = try object(text)
                for (index, signature) in try OutsideVectors.objects(jws["signatures"]).enumerated() {
                    let own = try? object(file("\(stem).\(index + 1).jwk"))
                    try record(
                        "\(name) \(index)", compact(jws, signature), own ?? object(file("\(stem).jwk")), in: &tally)
                }
            }
        }
        tally.finish(count: 30)
    }

    @Test("jose-cookbook signatures")
    func cookbook() throws {
        var tally = OutsideTally("jose-cookbook signatures")
        var files = try OutsideVectors.names(in: "jose-cookbook/jws").map { "jose-cookbook/jws/\($0)" }
        files.append("jose-cookbook/curve25519/jws.json")
        for name in files {
            let example = try OutsideVectors.object(name)
            let input = try #require(example["input"] as? [String: Any])
            let keys = try OutsideVectors.objects(input["key"])
            let output = try #require(example["output"] as? [String: Any])
            if let compact = output["compact"] as? String {
                try record(name, compact, keys[0], in: &tally)
                continue
            }
            let json = try #require(output["json"] as? [String: Any])
            for (index, signature) in try OutsideVectors.objects(json["signatures"]).enumerated() {
                try record("\(name) \(index)", compact(json, signature), keys[index], in: &tally)
            }
        }
        tally.finish(count: 11)
    }

    /// The compact spelling of a signature of a JSON serialisation. What stands in an unprotected header is lost.
    private func compact(_ jws: [String: Any], _ signature: [String: Any]) throws -> String {
        let header = signature["protected"] as? String ?? ""
        let payload = jws["payload"] as? String ?? ""
        return "\(header).\(payload).\(try #require(signature["signature"] as? String))"
    }

    private func record(
        _ id: String, _ compact: String, _ key: [String: Any], in tally: inout OutsideTally
    ) throws {
        let accepted = OutsideJOSE.accepts(compact, key: try OutsideVectors.json(OutsideJOSE.publicHalf(key)))
        if isSymmetric(key) {
            #expect(!accepted, "\(id)")
            tally.skip("symmetric or unsecured; refused")
        } else if compact.hasPrefix(".") {
            #expect(!accepted, "\(id)")
            tally.skip("nothing protected; refused")
        } else {
            tally.record(id, labelledValid: true, accepted: accepted)
        }
    }
}

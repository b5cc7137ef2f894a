import Foundation

@testable import DPoPCore

/// Reads keys and signed texts of any JOSE profile through the library's own rooms.
enum OutsideJOSE {
    /// Whether the library's framing, key reading and signature check accept a compact JWS under a key. The rules on
    /// `typ` and claims, which only proofs have, stay out of it.
    static func accepts(_ compact: String, key: String) -> Bool {
        do throws(ProofRejection) {
            let jws = try CompactJWS(compact.utf8.span)
            let header = try WireJSON(parsing: Array(jws.bytes[jws.header]))
            guard let name = header["alg"]?.text, header["crit"] == nil, header["b64"] == nil,
                let algorithm = SigningAlgorithm(rawValue: name)
            else { return false }
            let key = try OutsideJOSE.key(key, for: algorithm)
            let input = compact.utf8.span.extracting(0..<jws.signingInputLength)
            let signature = jws.bytes.span.extracting(jws.signature)
            return key.verifyingKey.verify(signature, over: input, by: algorithm) == .valid
        } catch {
            return false
        }
    }

    /// A JWK read as a proof's `jwk` is read, for the algorithm.
    static func key(_ json: String, for algorithm: SigningAlgorithm) throws(ProofRejection) -> PublicJWK {
        var bytes = [UInt8](json.utf8)
        var span = bytes.mutableSpan
        var reader = StrictJSON(0..<span.count, maximumDepth: VerificationPolicy.maximumDepth)
        let members = try JWKMembers(&reader, &span)
        try reader.finish(&span)
        return try PublicJWK(members, for: algorithm, span.span, by: .standard)
    }

    /// The key without its private members.
    static func publicHalf(_ key: [String: Any]) -> [String: Any] {
        key.filter { !["d", "p", "q", "dp", "dq", "qi", "oth", "k"].contains($0.key) }
    }

    /// The key of a Wycheproof group, as the file gives it in numbers.
    static func material(ofGroup group: [String: Any]) -> PublicJWK.Material? {
        guard let key = group["publicKey"] as? [String: Any] else { return nil }
        if let modulus = key["modulus"] as? String, let exponent = key["publicExponent"] as? String {
            return .rsa(modulus: number(modulus), exponent: number(exponent))
        }
        if let point = key["uncompressed"] as? String {
            for curve in Curve.allCases where wireHex(point).count == 1 + 2 * curve.coordinateLength {
                return .ec(curve, point: wireHex(point))
            }
        }
        if let point = key["pk"] as? String { return .ed25519(wireHex(point)) }
        return nil
    }

    private static func number(_ text: String) -> [UInt8] { Array(wireHex(text).drop { $0 == 0 }) }
}

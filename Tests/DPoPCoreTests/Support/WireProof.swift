@testable import DPoPCore

/// Makes proofs with any header and payload, right and wrong, for the reading side's tests.
struct WireProof {
    let key: SigningKey

    init(_ algorithm: SigningAlgorithm = .es256) throws {
        key = try SigningKey.generate(algorithm, rsaBits: 2048)
    }

    static let claims = #"{"jti":"a","htm":"GET","htu":"https://a.example/","iat":1700000000}"#

    var header: String {
        #"{"typ":"dpop+jwt","alg":"\#(key.algorithm.rawValue)","jwk":\#(key.publicJWK.json)}"#
    }

    /// A signed compact text with this header and payload; nil takes the good one.
    func compact(header: String? = nil, payload: String = WireProof.claims) throws -> String {
        let input = wireBase64(header ?? self.header) + "." + wireBase64(payload)
        let signature = try key.signature(over: input.utf8.span)
        return input + "." + wireBase64(signature)
    }
}

func wireBase64(_ text: String) -> String { wireBase64([UInt8](text.utf8)) }

func wireBase64(_ bytes: [UInt8]) -> String {
    String(decoding: Base64URL.encode(bytes.span), as: UTF8.self)
}

/// The code that `body` is refused with; nil if it is not refused.
func wireCode<Value>(_ body: () throws(ProofRejection) -> Value) -> ProofRejection.Code? {
    do {
        _ = try body()
        return nil
    } catch {
        return error.code
    }
}

/// The code that a JWK's text is refused with; nil if it is accepted.
func wireKeyCode(_ json: String) -> ProofRejection.Code? {
    wireCode { () throws(ProofRejection) in try PublicJWK(json: json) }
}

/// The code that a proof is refused with by reading alone; nil if it is read.
func wireDecodeCode(_ proof: String, _ policy: VerificationPolicy = .default) -> ProofRejection.Code? {
    wireCode { () throws(ProofRejection) in try DecodedProof(decoding: proof, policy: policy) }
}

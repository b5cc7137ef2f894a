/// A JWT in a JWS of compact serialization (RFC 7519, RFC 7515), signed by somebody whose key is known beforehand: an
/// access token, say. Reading it verifies nothing.
///
/// A key in the token's own header (`jwk`, `jku`, `x5c`, `x5u`) is never looked at. `crit` and `b64` are refused, as
/// is every algorithm that ``SigningAlgorithm`` does not name, so `none` and symmetric ones.
package struct SignedJWT: Sendable {
    package enum Defect: Error, Sendable {
        /// Too large, or not three segments of canonical base64url that hold two strict JSON objects and a signature.
        case malformed
        case unsupportedAlgorithm
        /// `crit` or `b64` is present.
        case criticalHeader
        /// The signature is not one by that key and the key's algorithm.
        case badSignature
        case cryptoFailure
    }

    /// The header's `typ`, as it was written.
    package let type: String?

    package let algorithm: SigningAlgorithm

    /// The header's `kid`.
    package let keyID: String?

    private let text: String
    private let jws: CompactJWS
    private let payload: ClaimValue

    /// - Parameter maximumSize: the most bytes that are read.
    package init(_ text: String, maximumSize: Int) throws(Defect) {
        guard text.utf8.count <= maximumSize else { throw .malformed }
        let (jws, header, payload) = try SignedJWT.read(text)
        guard header["crit"] == nil, header["b64"] == nil else { throw .criticalHeader }
        guard let alg = header["alg"]?.text, let algorithm = SigningAlgorithm(rawValue: alg) else {
            throw .unsupportedAlgorithm
        }
        for name in ["typ", "kid"] {
            if let value = header[name], value.text == nil { throw .malformed }
        }
        self.algorithm = algorithm
        self.text = text
        self.jws = jws
        self.payload = payload
        type = header["typ"]?.text
        keyID = header["kid"]?.text
    }

    private static func read(
        _ text: String
    ) throws(Defect) -> (jws: CompactJWS, header: ClaimValue, payload: ClaimValue) {
        do {
            let jws = try CompactJWS(text.utf8.span)
            let header = try ClaimValue(json: Array(jws.bytes[jws.header]))
            return (jws, header, try ClaimValue(json: Array(jws.bytes[jws.payload])))
        } catch {
            throw .malformed
        }
    }

    /// The payload's `iss`, which nobody vouches for yet: to choose among issuers whose keys are known.
    package var unverifiedIssuer: String? { payload["iss"]?.text }

    /// The payload, an object, once its signature is verified.
    ///
    /// - Parameter pinned: the one algorithm that the key is used with; the token's must be the same.
    package func verified(by key: PublicJWK, pinnedTo pinned: SigningAlgorithm) throws(Defect) -> ClaimValue {
        guard algorithm == pinned, key.fits(pinned) else { throw .badSignature }
        let signingInput = text.utf8.span.extracting(0..<jws.signingInputLength)
        let signature = jws.bytes.span.extracting(jws.signature)
        switch key.verifyingKey.verify(signature, over: signingInput, by: pinned) {
        case .valid: return payload
        case .invalid: throw .badSignature
        case .failed: throw .cryptoFailure
        }
    }
}

extension SignedJWT {
    /// A signed JWT of one's own.
    ///
    /// - Parameters:
    ///   - type: `typ`.
    ///   - keyID: `kid`; nil for none.
    package static func text(
        type: String, keyID: String?, claims: [String: ClaimValue], signedBy key: SigningKey
    ) throws(ProofBuildingError) -> String {
        var header: [String: ClaimValue] = ["typ": .string(type), "alg": .string(key.algorithm.rawValue)]
        if let keyID { header["kid"] = .string(keyID) }
        let (headerJSON, payloadJSON) = (try ClaimValue.object(header).json(), try ClaimValue.object(claims).json())
        var text = Base64URL.encode(headerJSON.span)
        text.append(UInt8(ascii: "."))
        text += Base64URL.encode(payloadJSON.span)
        let signature = try key.signature(over: text.span)
        text.append(UInt8(ascii: "."))
        text += Base64URL.encode(signature.span)
        return String(decoding: text, as: UTF8.self)
    }
}

/// Builds DPoP proofs (RFC 9449 §4.2): claims in, signed proof out.
///
///     let builder = try ProofBuilder(signer: SigningKey.generate(.es256))
///     let proof = try builder.proof(method: "GET", targetURI: uri, accessToken: token)
///
/// Each call makes a proof with a fresh `jti` of 128 random bits. Send it in the `DPoP` header field of one request
/// and never again. With a ``ProofSigner``, whose key is elsewhere, `proof` is asynchronous.
public struct ProofBuilder<Signer: Sendable>: Sendable {
    /// What signs.
    public let signer: Signer

    private let signatureLength: Int

    /// The first segment and its dot; the same in every proof of one key.
    private let header: [UInt8]

    fileprivate init(signer: Signer, algorithm: SigningAlgorithm, publicJWK: PublicJWK) {
        self.signer = signer
        signatureLength = publicJWK.signatureLength
        let json = "{\"typ\":\"dpop+jwt\",\"alg\":\"\(algorithm.rawValue)\",\"jwk\":\(publicJWK.json)}"
        header = Base64URL.encode(json.utf8.span) + [UInt8(ascii: ".")]
    }

    /// Everything up to the signature.
    private func signingInput(_ claims: ProofPayload) throws(ProofBuildingError) -> [UInt8] {
        let payload = try claims.json()
        let length = header.count + Base64URL.encodedLength(payload.count)
        guard length + 1 + Base64URL.encodedLength(signatureLength) <= VerificationPolicy.default.maximumProofSize
        else { throw .tooLarge }
        return [UInt8](capacity: length + 1 + Base64URL.encodedLength(signatureLength)) { output in
            output.append(contentsOf: header.span)
            Base64URL.encode(payload.span, into: &output)
        }
    }

    private func proof(_ signingInput: consuming [UInt8], _ signature: [UInt8]) throws(ProofBuildingError) -> String {
        guard signature.count == signatureLength else { throw .malformedSignature }
        signingInput.append(UInt8(ascii: "."))
        signingInput.append(contentsOf: Base64URL.encode(signature.span))
        return String(decoding: signingInput, as: UTF8.self)
    }
}

extension ProofBuilder where Signer: LocalProofSigner {
    /// - Parameter signer: a key in this process.
    public init(signer: Signer) {
        self.init(signer: signer, algorithm: signer.algorithm, publicJWK: signer.publicJWK)
    }

    /// A proof for one request.
    ///
    /// - Parameters:
    ///   - method: the request's method, written as `htm` as it is.
    ///   - targetURI: the request's target URI.
    ///   - accessToken: the token that the request carries, exactly as it stands in the Authorization field; nil for
    ///     a token request.
    ///   - nonce: the server's latest `DPoP-Nonce`, if it sent one.
    ///   - jti: an identifier of your own, 1…256 bytes, never used before; nil makes one.
    ///   - issuedAt: `iat`, its fraction dropped; nil reads the system clock.
    ///   - extraClaims: claims of a profile or of your own; not jti, htm, htu, iat, ath or nonce.
    public func proof(
        method: String, targetURI: TargetURI, accessToken: String? = nil, nonce: String? = nil, jti: String? = nil,
        issuedAt: UnixTime? = nil, extraClaims: [String: ClaimValue] = [:]
    ) throws(ProofBuildingError) -> String {
        let input = try signingInput(
            ProofPayload(
                method: method, targetURI: targetURI, accessToken: accessToken, nonce: nonce, jti: jti,
                issuedAt: issuedAt, extraClaims: extraClaims))
        let signature = try signer.signature(over: input.span)
        return try proof(input, signature)
    }
}

extension ProofBuilder where Signer: ProofSigner {
    /// - Parameter signer: a key that is held elsewhere.
    public init(signer: Signer) {
        self.init(signer: signer, algorithm: signer.algorithm, publicJWK: signer.publicJWK)
    }

    /// A proof for one request. Parameters as of a local signer's `proof`.
    public func proof(
        method: String, targetURI: TargetURI, accessToken: String? = nil, nonce: String? = nil, jti: String? = nil,
        issuedAt: UnixTime? = nil, extraClaims: [String: ClaimValue] = [:]
    ) async throws(ProofBuildingError) -> String {
        let input = try signingInput(
            ProofPayload(
                method: method, targetURI: targetURI, accessToken: accessToken, nonce: nonce, jti: jti,
                issuedAt: issuedAt, extraClaims: extraClaims))
        let signature: [UInt8]
        do {
            signature = try await signer.signature(over: input)
        } catch {
            throw .signerFailed(error)
        }
        return try proof(input, signature)
    }
}

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
    private let keyFits: Bool

    /// The first segment and its dot; the same in every proof of one key.
    private let header: [UInt8]

    fileprivate init(signer: Signer, algorithm: SigningAlgorithm, publicJWK: PublicJWK) {
        self.signer = signer
        signatureLength = publicJWK.signatureLength
        keyFits = publicJWK.fits(algorithm)
        let json = "{\"typ\":\"dpop+jwt\",\"alg\":\"\(algorithm.rawValue)\",\"jwk\":\(publicJWK.json)}"
        header = Base64URL.encode(json.utf8.span) + [UInt8(ascii: ".")]
    }

    /// The proof with room left for its signature, and how long the signing input at its start is.
    private func unsigned(_ claims: ProofPayload) throws(ProofBuildingError) -> (proof: [UInt8], signingInput: Int) {
        guard keyFits else { throw .algorithmMismatch }
        let payload = try claims.json()
        let signingInput = header.count + Base64URL.encodedLength(payload.count)
        let length = signingInput + 1 + Base64URL.encodedLength(signatureLength)
        guard length <= VerificationPolicy.default.maximumProofSize else { throw .tooLarge }
        var proof = header
        proof.reserveCapacity(length)
        proof.append(contentsOf: repeatElement(UInt8(ascii: "."), count: length - header.count))
        var output = proof.mutableSpan
        Base64URL.encode(payload.span, into: &output, at: header.count)
        return (proof, signingInput)
    }

    private func signed(
        _ proof: consuming [UInt8], _ signature: [UInt8], at signingInput: Int
    ) throws(ProofBuildingError) -> String {
        guard signature.count == signatureLength else { throw .malformedSignature }
        var output = proof.mutableSpan
        Base64URL.encode(signature.span, into: &output, at: signingInput + 1)
        return String(decoding: proof, as: UTF8.self)
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
    ///   - method: the request's method, a token (RFC 9110 §5.6.2), written as `htm` as it is.
    ///   - targetURI: the request's target URI.
    ///   - accessToken: the token that the request carries, exactly as it stands in the Authorization field; nil for
    ///     a token request.
    ///   - nonce: the server's latest `DPoP-Nonce`, if it sent one.
    ///   - jti: an identifier of your own, 1…256 bytes, never used before; nil makes one.
    ///   - issuedAt: `iat`, its fraction dropped, 0…253402300799 s; nil reads the system clock.
    ///   - extraClaims: claims of a profile or of your own; not jti, htm, htu, iat, ath or nonce, and exp and nbf only
    ///     as whole seconds.
    ///
    /// Throws `invalidMethod`, `invalidIdentifier`, `invalidTime`, `reservedClaim`, `nestedTooDeeply`, `tooLarge`
    /// (over 8,192 bytes), `algorithmMismatch` for a signer whose key does not fit its algorithm, `malformedSignature`
    /// or `signingFailed`.
    @specialized(where Signer == SigningKey)
    public func proof(
        method: String, targetURI: TargetURI, accessToken: String? = nil, nonce: String? = nil, jti: String? = nil,
        issuedAt: UnixTime? = nil, extraClaims: [String: ClaimValue] = [:]
    ) throws(ProofBuildingError) -> String {
        let (unsigned, length) = try unsigned(
            ProofPayload(
                method: method, targetURI: targetURI, accessToken: accessToken, nonce: nonce, jti: jti,
                issuedAt: issuedAt, extraClaims: extraClaims))
        let signature = try signer.signature(over: unsigned.span.extracting(0..<length))
        return try signed(unsigned, signature, at: length)
    }
}

extension ProofBuilder where Signer: ProofSigner {
    /// - Parameter signer: a key that is held elsewhere.
    public init(signer: Signer) {
        self.init(signer: signer, algorithm: signer.algorithm, publicJWK: signer.publicJWK)
    }

    /// A proof for one request. Parameters and errors as of a local signer's `proof`, and `signerFailed` with what the
    /// signer threw.
    public func proof(
        method: String, targetURI: TargetURI, accessToken: String? = nil, nonce: String? = nil, jti: String? = nil,
        issuedAt: UnixTime? = nil, extraClaims: [String: ClaimValue] = [:]
    ) async throws(ProofBuildingError) -> String {
        let (unsigned, length) = try unsigned(
            ProofPayload(
                method: method, targetURI: targetURI, accessToken: accessToken, nonce: nonce, jti: jti,
                issuedAt: issuedAt, extraClaims: extraClaims))
        let signature: [UInt8]
        do {
            signature = try await signer.signature(over: Array(unsigned[..<length]))
        } catch {
            throw .signerFailed(error)
        }
        return try signed(unsigned, signature, at: length)
    }
}

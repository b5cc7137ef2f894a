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

    /// The claims as JSON, and how long the proof will be.
    private func payload(_ claims: ProofPayload) throws(ProofBuildingError) -> (json: [UInt8], length: Int) {
        guard keyFits else { throw .algorithmMismatch }
        let json = try claims.json()
        let length = signingInputLength(json) + 1 + Base64URL.encodedLength(signatureLength)
        guard length <= VerificationPolicy.default.maximumProofSize else { throw .tooLarge }
        return (json, length)
    }

    private func signingInputLength(_ payload: [UInt8]) -> Int {
        header.count + Base64URL.encodedLength(payload.count)
    }

    /// Writes the proof, but for what stands behind its second dot, to where there is room for all of it.
    private func writeSigningInput(_ payload: [UInt8], to proof: inout MutableSpan<UInt8>) {
        for index in header.indices { proof[index] = header[index] }
        let end = Base64URL.encode(payload.span, into: &proof, at: header.count)
        proof[end] = UInt8(ascii: ".")
    }

    private func write(
        _ signature: [UInt8], to proof: inout MutableSpan<UInt8>, behind signingInput: Int
    ) throws(ProofBuildingError) {
        guard signature.count == signatureLength else { throw .malformedSignature }
        Base64URL.encode(signature.span, into: &proof, at: signingInput + 1)
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
        let (payload, length) = try payload(
            ProofPayload(
                method: method, targetURI: targetURI, accessToken: accessToken, nonce: nonce, jti: jti,
                issuedAt: issuedAt, extraClaims: extraClaims))
        let signingInput = signingInputLength(payload)
        var failure: ProofBuildingError?
        // Made where it stays: the text has the string's own memory.
        let proof = unsafe String(unsafeUninitializedCapacity: length) { buffer in
            unsafe buffer.initialize(repeating: 0)
            var output = unsafe buffer.mutableSpan
            writeSigningInput(payload, to: &output)
            do throws(ProofBuildingError) {
                let signature = try signer.signature(over: output.span.extracting(0..<signingInput))
                try write(signature, to: &output, behind: signingInput)
                return length
            } catch {
                failure = error
                return 0
            }
        }
        if let failure { throw failure }
        return proof
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
        let (payload, length) = try payload(
            ProofPayload(
                method: method, targetURI: targetURI, accessToken: accessToken, nonce: nonce, jti: jti,
                issuedAt: issuedAt, extraClaims: extraClaims))
        let signingInput = signingInputLength(payload)
        var proof = [UInt8](zeros: length)
        var output = proof.mutableSpan
        writeSigningInput(payload, to: &output)
        let signature: [UInt8]
        do {
            signature = try await signer.signature(over: Array(proof[..<signingInput]))
        } catch {
            throw .signerFailed(error)
        }
        output = proof.mutableSpan
        try write(signature, to: &output, behind: signingInput)
        return String(decoding: proof, as: UTF8.self)
    }
}

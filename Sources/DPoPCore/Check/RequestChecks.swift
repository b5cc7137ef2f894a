// RFC 9449 §4.3, checks 8, 9 and 12: the request that the proof was made for.

extension RequestContext {
    /// `ath` must be there when an access token is.
    func checkClaimsPresent(_ proof: DecodedProof) throws(ProofRejection) {
        if case .resource = use, proof.ranges.ath == nil {
            throw ProofRejection(.missingClaim, .ath, "a required claim is absent")
        }
    }

    /// `htm`, byte for byte, and `htu`, normalised.
    func checkTarget(_ proof: DecodedProof) throws(ProofRejection) {
        let bytes = proof.jws.bytes.span
        guard bytes.matches(proof.ranges.htm, method.utf8.span) else {
            throw ProofRejection(.methodMismatch, .htm, "htm is not the request's method")
        }
        let isSame: Bool
        do {
            isSame = try targetURI.matches(bytes, proof.ranges.htu)
        } catch {
            throw ProofRejection(.malformedClaim, .htu, "not a target URI: \(error.reason)")
        }
        guard isSame else { throw ProofRejection(.targetMismatch, .htu, "htu is not the request's target URI") }
    }

    /// `ath`, where there is an access token.
    func checkAccessToken(_ proof: DecodedProof) throws(ProofRejection) {
        guard case .resource(let hash, _) = use else { return }
        guard let ath = proof.ranges.ath, hash.isSpelled(by: proof.jws.bytes.span, ath) else {
            throw ProofRejection(.accessTokenHashMismatch, .ath, "ath is not the hash of the access token")
        }
    }

    /// The key, where it is known what the access token is bound to.
    func checkBinding(_ proof: DecodedProof) throws(ProofRejection) {
        guard case .resource(_, let bound?) = use else { return }
        guard bound == proof.publicKey.thumbprint else {
            throw ProofRejection(.keyBindingMismatch, .jkt, "the proof's key is not the one the token is bound to")
        }
    }
}

public import DPoPCore
public import HTTPTypes

/// A token request whose proof, if it has one, was checked and is not used up yet. Only
/// ``TokenEndpoint/check(_:connection:now:)`` makes one; ``admit(_:now:)`` consumes it.
public struct TokenRequestProof: ~Copyable, Sendable {
    private let checked: CheckedProof<AnyReplayStore>?
    private let use: TokenUse
    private let endpoint: TokenEndpoint

    /// The thumbprint of the proof's key; nil without a proof.
    public let thumbprint: Thumbprint?

    init(_ checked: consuming CheckedProof<AnyReplayStore>?, _ use: TokenUse, by endpoint: TokenEndpoint) {
        thumbprint = checked?.thumbprint
        self.checked = checked
        self.use = use
        self.endpoint = endpoint
    }

    /// What a token request presents, and what follows for its proof.
    public enum Presented: Sendable, Hashable {
        /// Nothing that is bound: client credentials, a code from a request without `dpop_jkt`, a refresh token of a
        /// confidential client.
        case unbound
        /// A code that is bound by `dpop_jkt` (RFC 9449 §10), or a refresh token of a public client (§5): a proof by
        /// this key is needed.
        case bound(to: Thumbprint)
        /// Nothing that is bound, by a client whose metadata says `dpop_bound_access_tokens` (§5.2): a proof is needed.
        case unboundByDPoPClient

        /// ``bound(to:)``, or ``unbound`` for nil: for the binding as a server stores it.
        public static func stored(_ thumbprint: Thumbprint?) -> Presented {
            thumbprint.map { .bound(to: $0) } ?? .unbound
        }
    }

    /// The second half, when the client is authenticated and its grant is good: uses the proof up.
    ///
    /// Throws the answer to send: 400 `invalid_dpop_proof` without a proof where one is needed, or for a replay; 400
    /// `invalid_grant` for a proof by another key than the grant is bound to, and for a key that was revoked; 400
    /// `use_dpop_nonce`; 429, 500 or 503.
    public consuming func admit(_ presented: Presented) async throws(Denial) -> TokenBinding {
        let (endpoint, thumbprint) = (endpoint, thumbprint)
        var use = use
        guard let checked = checked else {
            guard presented == .unbound else { throw endpoint.deny(.proofMissing, use) }
            return TokenBinding(proof: nil, responseFields: endpoint.responseFields(nil, use))
        }
        let bound: BoundProof<AnyReplayStore>
        do {
            switch presented {
            case .bound(let expected): bound = try checked.bind(to: expected)
            case .unbound, .unboundByDPoPClient: bound = try checked.bindingNewToken()
            }
        } catch {
            throw endpoint.deny(Refusal(error), use)
        }
        if let thumbprint { try await endpoint.checkKeyStatus(thumbprint, use) }
        let proof: VerifiedProof
        do { proof = try await use.admit(bound) } catch { throw endpoint.deny(error, use) }
        endpoint.record(use, .granted, proof: proof)
        return TokenBinding(proof: proof, responseFields: endpoint.responseFields(proof, use))
    }
}

extension TokenEndpoint {
    fileprivate func checkKeyStatus(_ thumbprint: Thumbprint, _ use: TokenUse) async throws(Denial) {
        guard let keyStatus else { return }
        let now = use.laterNow
        // The token would be issued now.
        switch await keyStatus.status(of: thumbprint, tokenIssuedAt: now, now: now) {
        case .active: return
        case .revoked:
            throw deny(Refusal(ProofRejection(.keyRevoked, .jkt, "the key was revoked", signatureVerified: true)), use)
        case .unknown: throw deny(Refusal(.keyStatusUnavailable, .unavailable), use)
        }
    }

    /// For the answer with the token: not to be stored (RFC 6749 §5.1), and a new nonce where the used one is about to
    /// lapse or none was used.
    fileprivate func responseFields(_ proof: VerifiedProof?, _ use: TokenUse) -> HTTPFields {
        var fields: HTTPFields = [.cacheControl: "no-store"]
        guard let nonces = configuration.nonces else { return fields }
        if let lapse = proof?.nonceLapsesAt, !nonces.isAboutToLapse(lapse, now: use.now) { return fields }
        fields.setNonce(nonces.issue(now: use.now))
        return fields
    }
}

/// What to issue: how the new tokens are bound.
public struct TokenBinding: Sendable {
    /// The proof, used up; nil for a request without one, whose tokens are not bound.
    public let proof: VerifiedProof?

    /// To be added to the response.
    public let responseFields: HTTPFields

    init(proof: VerifiedProof?, responseFields: HTTPFields) {
        self.proof = proof
        self.responseFields = responseFields
    }

    /// What to bind the access token to: to be put into it, or to be told by introspection.
    public var confirmation: Confirmation { proof.map { Confirmation(jkt: $0.thumbprint) } ?? .unbound }

    /// The access token's `cnf` claim (RFC 9449 §6.1); nil for an unbound one.
    public var cnf: ClaimValue? { confirmation.cnf }

    /// The response's `token_type` (RFC 9449 §5): `DPoP`, or `Bearer` for an unbound token.
    public var tokenType: String { proof == nil ? "Bearer" : "DPoP" }

    /// What to bind a refresh token to (RFC 9449 §5): the proof's key for a public client; nothing for a confidential
    /// one, whose refresh tokens are bound to its authentication, so that it may change its key.
    public func refreshTokenBinding(isPublicClient: Bool) -> Thumbprint? {
        isPublicClient ? proof?.thumbprint : nil
    }
}

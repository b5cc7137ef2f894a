/// A checked proof whose key is known to be the right one. What remains is ``admit(now:)``.
public struct BoundProof<Store: ReplayStore>: ~Copyable, Sendable {
    let checked: CheckedProof<Store>

    fileprivate init(_ checked: consuming CheckedProof<Store>) { self.checked = checked }

    /// The thumbprint of the proof's key.
    public var thumbprint: Thumbprint { checked.thumbprint }
}

extension CheckedProof {
    /// Confirms that the proof's key is the one that the presented token is bound to (RFC 9449 §7.1; for a refresh
    /// token or an authorization code §5, §10).
    ///
    /// - Parameter boundThumbprint: the `jkt` from the token itself or from its introspection.
    ///
    /// Throws `keyBindingMismatch`. Its error for the response is a resource's, `invalid_token`; a token endpoint answers
    /// `invalid_grant` instead (RFC 6749 §5.2).
    public consuming func bind(to boundThumbprint: Thumbprint) throws(ProofRejection) -> BoundProof<Store> {
        guard boundThumbprint == thumbprint else {
            throw ProofRejection(
                .keyBindingMismatch, .jkt, "the proof's key is not the one the token is bound to",
                signatureVerified: true)
        }
        return BoundProof(self)
    }

    /// For a token request that presents nothing bound: the token to be issued will be bound to this proof's key.
    ///
    /// Throws `keyBindingMismatch` for a request to a resource, whose token must be bound already.
    public consuming func bindingNewToken() throws(ProofRejection) -> BoundProof<Store> {
        guard case .newToken = binding else {
            throw ProofRejection(
                .keyBindingMismatch, .jkt, "it is not known what key the token is bound to", signatureVerified: true)
        }
        return BoundProof(self)
    }

    /// By what the request itself says: its `boundTo`, which must then be known, or for a token request the token to be
    /// issued.
    ///
    /// Throws `keyBindingMismatch`.
    public consuming func bindAsRequested() throws(ProofRejection) -> BoundProof<Store> {
        guard case .token(let bound?) = binding else { return try bindingNewToken() }
        return try bind(to: bound)
    }
}

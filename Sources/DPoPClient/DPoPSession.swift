public import DPoPCore
public import HTTPTypes

/// A client's key at work: signs its requests to authorization servers and resources, and knows the nonces and clocks of
/// these servers (RFC 9449 §5, §7 to §9). It sends nothing itself.
///
///     let session = DPoPSession(signer: try SigningKey.generate(.es256))
///     let signed = try session.sign(request, with: token)      // Authorization and DPoP are set
///     …                                                        // send signed.request, once
///     signed.assess(response, errorBody: body)                 // .final, or sign again
///
/// There are two kinds of signing, which can not be taken for each other: a token request names no token, a request with a
/// ``BoundToken`` always names it (`ath`). ``requests(with:)`` and ``tokenRequests`` are what transports take.
public struct DPoPSession<Signer: Sendable>: Sendable {
    /// What builds the proofs.
    public let builder: ProofBuilder<Signer>

    let core: SessionCore

    /// The thumbprint of the key.
    public var jkt: Thumbprint { core.jkt }

    /// For requests with this token, over any transport.
    ///
    /// Throws `keyMismatch` for a token that is bound to another key.
    public func requests(with token: BoundToken) throws(DPoPClientError) -> BoundRequests {
        guard token.jkt == jkt else {
            throw DPoPClientError(.keyMismatch, "the token is bound to another key than the session's")
        }
        return BoundRequests(core: core, token: token)
    }

    /// For requests to an authorization server.
    public var tokenRequests: TokenRequests { TokenRequests(core: core) }
}

extension DPoPSession where Signer: LocalProofSigner {
    /// - Parameter signer: a key in this process.
    public init(signer: Signer, settings: SessionSettings = SessionSettings()) {
        self.init(ProofBuilder(signer: signer), SessionMemory(settings))
    }

    /// A session with another key and the nonces, clocks and settings of this one, for a client that changes its key.
    public func rotated<Other: LocalProofSigner>(to signer: Other) -> DPoPSession<Other> {
        DPoPSession<Other>(ProofBuilder(signer: signer), core.memory)
    }

    init(_ builder: ProofBuilder<Signer>, _ memory: SessionMemory) {
        self.builder = builder
        core = SessionCore(
            jkt: builder.signer.publicJWK.thumbprint, algorithm: builder.signer.algorithm, memory: memory
        ) {
            draft throws(ProofBuildingError) in
            try builder.proof(draft)
        }
    }

    /// Signs a request to a resource, without waiting: nonces that are known are used, none is waited for.
    ///
    /// - Parameters:
    ///   - request: with scheme, authority and path. `Authorization` and `DPoP` are replaced.
    ///   - token: carried and named in the proof.
    ///   - retry: what the assessment of the send before gave.
    ///
    /// Throws `keyMismatch`, `malformedRequest`, `keyUnavailable` or `proofFailed`.
    public func sign(
        _ request: HTTPRequest, with token: BoundToken, as retry: Retry? = nil
    ) throws(DPoPClientError) -> SignedRequest {
        try signNow(request, token, retry)
    }

    /// Signs a request to an authorization server, without waiting. `DPoP` is replaced, `Authorization` stays: it is the
    /// client's own.
    ///
    /// Throws `malformedRequest`, `keyUnavailable` or `proofFailed`.
    public func signTokenRequest(
        _ request: HTTPRequest, as retry: Retry? = nil
    ) throws(DPoPClientError) -> SignedRequest {
        try signNow(request, nil, retry)
    }

    private func signNow(
        _ request: HTTPRequest, _ token: BoundToken?, _ retry: Retry?
    ) throws(DPoPClientError) -> SignedRequest {
        let draft = try core.draft(request, token, as: retry)
        return core.signed(request, draft, try proof(draft), as: retry)
    }

    func proof(_ draft: ProofDraft) throws(DPoPClientError) -> String {
        do { return try builder.proof(draft) } catch { throw DPoPClientError(error) }
    }
}

extension DPoPSession where Signer: ProofSigner {
    /// - Parameter signer: a key that is held elsewhere.
    public init(signer: Signer, settings: SessionSettings = SessionSettings()) {
        self.init(ProofBuilder(signer: signer), SessionMemory(settings))
    }

    /// A session with another key and the nonces, clocks and settings of this one, for a client that changes its key.
    public func rotated<Other: ProofSigner>(to signer: Other) -> DPoPSession<Other> {
        DPoPSession<Other>(ProofBuilder(signer: signer), core.memory)
    }

    init(_ builder: ProofBuilder<Signer>, _ memory: SessionMemory) {
        self.builder = builder
        core = SessionCore(
            jkt: builder.signer.publicJWK.thumbprint, algorithm: builder.signer.algorithm, memory: memory
        ) {
            draft throws(ProofBuildingError) in
            try await builder.proof(
                method: draft.method, targetURI: draft.target.uri, accessToken: draft.token?.accessToken,
                nonce: draft.nonce, issuedAt: draft.issuedAt)
        }
    }

    /// Signs a request to a resource, waiting for the signer, and for the first answer of a server that nothing is known
    /// of. Parameters and errors as of a local signer's `sign`.
    public func sign(
        _ request: HTTPRequest, with token: BoundToken, as retry: Retry? = nil
    ) async throws(DPoPClientError) -> SignedRequest {
        try await core.sign(request, with: token, as: retry)
    }

    /// Signs a request to an authorization server, waiting as `sign` does. Parameters and errors as of a local signer's
    /// `signTokenRequest`.
    public func signTokenRequest(
        _ request: HTTPRequest, as retry: Retry? = nil
    ) async throws(DPoPClientError) -> SignedRequest {
        try await core.sign(request, with: nil, as: retry)
    }
}

extension DPoPSession: CustomStringConvertible, CustomReflectable {
    /// Names the key; nothing that it remembers.
    public var description: String { "DPoPSession(jkt: \(jkt))" }
    public var customMirror: Mirror { Mirror(self, children: ["jkt": jkt]) }
}

extension ProofBuilder where Signer: LocalProofSigner {
    fileprivate func proof(_ draft: ProofDraft) throws(ProofBuildingError) -> String {
        try proof(
            method: draft.method, targetURI: draft.target.uri, accessToken: draft.token?.accessToken,
            nonce: draft.nonce,
            issuedAt: draft.issuedAt)
    }
}

import DPoPCore
import HTTPTypes

/// A session without the type of its signer: what the parts of this module hold.
struct SessionCore: Sendable {
    let jkt: Thumbprint
    let memory: SessionMemory

    /// Builds a proof, waiting where the signer does.
    let build: @Sendable (ProofDraft) async throws(ProofBuildingError) -> String
}

/// What a proof is to say, before it is signed.
struct ProofDraft: Sendable {
    let method: String
    let target: WireTarget
    /// The token whose hash it names; nil in a token request alone.
    let token: BoundToken?
    let nonce: String?
    /// Our own clock.
    let now: UnixTime
    /// By how many seconds the server's is ahead of it, as far as we know.
    let offset: Int64
    let slot: NonceSlot
    let goesAhead: UInt64?

    /// The server's clock.
    var issuedAt: UnixTime { now.advanced(bySeconds: offset) }

    var facts: ProofFacts {
        ProofFacts(origin: target.origin, nonce: nonce, signedAt: now, offset: offset, goesAhead: goesAhead)
    }
}

extension SessionCore {
    /// What can be said without waiting. Throws `malformedRequest` or `keyMismatch`.
    func draft(
        _ request: HTTPRequest, _ token: BoundToken?, as retry: Retry?
    ) throws(DPoPClientError) -> ProofDraft {
        let (target, slot) = try aim(request, token)
        return draft(request, token, target, slot, (retry?.nonce(for: slot) ?? memory.nonces.latest(slot), nil))
    }

    /// After the wait for the first answer of a server that nothing is known of.
    func draftAwaitingNonce(
        _ request: HTTPRequest, _ token: BoundToken?, as retry: Retry?
    ) async throws(DPoPClientError) -> ProofDraft {
        let (target, slot) = try aim(request, token)
        if let nonce = retry?.nonce(for: slot) { return draft(request, token, target, slot, (nonce, nil)) }
        return draft(request, token, target, slot, await memory.nonces.awaited(slot))
    }

    private func aim(
        _ request: HTTPRequest, _ token: BoundToken?
    ) throws(DPoPClientError) -> (target: WireTarget, slot: NonceSlot) {
        if let token, token.jkt != jkt {
            throw DPoPClientError(.keyMismatch, "the token is bound to another key than the session's")
        }
        let target = try WireTarget(request, spellings: memory.settings.spellings)
        let role = token == nil ? ServerRole.authorizationServer : .resourceServer
        return (target, NonceSlot(origin: target.origin, role: role, jkt: jkt))
    }

    private func draft(
        _ request: HTTPRequest, _ token: BoundToken?, _ target: WireTarget, _ slot: NonceSlot,
        _ nonce: (latest: String?, goesAhead: UInt64?)
    ) -> ProofDraft {
        ProofDraft(
            method: request.method.rawValue, target: target, token: token, nonce: nonce.latest, now: memory.now,
            offset: memory.clocks.offset(target.origin), slot: slot, goesAhead: nonce.goesAhead)
    }

    /// The request with a proof that was built for it.
    func signed(
        _ request: HTTPRequest, _ draft: ProofDraft, _ proof: String, as retry: Retry?, hasOtherTokens: Bool = false
    ) -> SignedRequest {
        var request = request
        if let retry { memory.observe(.sentAgain(retry.cause, draft.target.origin)) }
        if let token = draft.token { request.setSecret("DPoP \(token.accessToken)", for: .authorization) }
        request.setSecret(proof, for: .proofField)
        let purpose: SignedRequest.Purpose =
            if let token = draft.token { .resource(draft.slot, .bound(token)) } else { .tokenRequest(draft.slot) }
        return SignedRequest(
            request: request, targetURI: draft.target.uri, purpose: purpose, facts: draft.facts, memory: memory,
            hasOtherTokens: hasOtherTokens, retry: retry)
    }

    /// With the wait for a first nonce, and for the signer.
    ///
    /// - Parameter hasOtherTokens: whether a refusal of the token is worth another send.
    func sign(
        _ request: HTTPRequest, with token: BoundToken?, as retry: Retry?, hasOtherTokens: Bool = false
    ) async throws(DPoPClientError) -> SignedRequest {
        let draft = try await draftAwaitingNonce(request, token, as: retry)
        do {
            return signed(request, draft, try await build(draft), as: retry, hasOtherTokens: hasOtherTokens)
        } catch {
            if let id = draft.goesAhead { memory.nonces.abandon(draft.slot, id) }
            throw DPoPClientError(error)
        }
    }

    /// A request with an unbound token, which needs no proof.
    func unproven(
        _ request: HTTPRequest, with token: BearerToken, as retry: Retry?, hasOtherTokens: Bool
    ) throws(DPoPClientError) -> SignedRequest {
        let target = try WireTarget(request, spellings: memory.settings.spellings)
        var request = request
        request.setSecret("Bearer \(token.accessToken)", for: .authorization)
        request.headerFields[.proofField] = nil
        let slot = NonceSlot(origin: target.origin, role: .resourceServer, jkt: jkt)
        let facts = ProofFacts(origin: target.origin, nonce: nil, signedAt: memory.now, offset: 0, goesAhead: nil)
        return SignedRequest(
            request: request, targetURI: target.uri, purpose: .resource(slot, .bearer(token)), facts: facts,
            memory: memory, hasOtherTokens: hasOtherTokens, retry: retry)
    }
}

extension HTTPRequest {
    /// Replaces all field lines of that name by one that no table of a connection keeps (RFC 7541 §7.1).
    mutating func setSecret(_ value: String, for name: HTTPField.Name) {
        var field = HTTPField(name: name, value: value)
        field.indexingStrategy = .disallow
        headerFields[fields: name] = [field]
    }
}

extension DPoPClientError {
    init(_ error: ProofBuildingError) {
        switch error {
        case .signerFailed(let cause):
            self.init(.keyUnavailable, "the signer failed", underlying: cause)
        case .signingFailed: self.init(.keyUnavailable, "the cryptography library failed to sign", underlying: error)
        case .invalidMethod: self.init(.malformedRequest, "the method is not a token", underlying: error)
        default: self.init(.proofFailed, "the proof could not be built", underlying: error)
        }
    }
}

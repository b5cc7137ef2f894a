import DPoPCore
import HTTPTypes

/// A session without the type of its signer: what the parts of this module hold.
struct SessionCore: Sendable {
    let jkt: Thumbprint
    /// The `alg` of its proofs.
    let algorithm: SigningAlgorithm
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
        return draft(request, token, target, slot, nonce(slot, as: retry))
    }

    /// After the wait for the first answer of a server that nothing is known of.
    func draftAwaitingNonce(
        _ request: HTTPRequest, _ token: BoundToken?, as retry: Retry?
    ) async throws(DPoPClientError) -> ProofDraft {
        let (target, slot) = try aim(request, token)
        return draft(request, token, target, slot, await awaitedNonce(slot, as: retry))
    }

    /// The nonce that is known, and nobody waits for the answer.
    func nonce(_ slot: NonceSlot, as retry: Retry?) -> (latest: String?, goesAhead: UInt64?) {
        (retry?.nonce(for: slot) ?? memory.nonces.latest(slot), nil)
    }

    /// The nonce after the wait for a first one.
    func awaitedNonce(_ slot: NonceSlot, as retry: Retry?) async -> (latest: String?, goesAhead: UInt64?) {
        if let nonce = retry?.nonce(for: slot) { return (nonce, nil) }
        return await memory.nonces.awaited(slot)
    }

    /// Where a request goes, and whose nonces count there. Throws `malformedRequest` or `keyMismatch`.
    func aim(
        _ request: HTTPRequest, _ token: BoundToken?
    ) throws(DPoPClientError) -> (target: WireTarget, slot: NonceSlot) {
        if let bound = token?.jkt, bound != jkt {
            throw DPoPClientError(.keyMismatch, "the token is bound to another key than the session's")
        }
        let target = try WireTarget(request, spellings: memory.settings.spellings, known: memory.authorities)
        let role = token == nil ? ServerRole.authorizationServer : .resourceServer
        return (target, NonceSlot(origin: target.origin, role: role, jkt: jkt))
    }

    func draft(
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
        // With the token that was refused it is not sent.
        if let retry, retry.refused == nil || retry.refused != draft.token.map({ .bound($0) }) {
            memory.observe(.sentAgain(retry.cause, draft.target.origin))
        }
        request.setSecrets(draft.token?.authorization, .secret(proof, for: .proofField))
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
            return signed(request, draft, try await proof(draft), as: retry, hasOtherTokens: hasOtherTokens)
        } catch {
            if let id = draft.goesAhead { memory.nonces.abandon(draft.slot, id) }
            throw error
        }
    }

    /// Throws `keyUnavailable`, `malformedRequest` or `proofFailed`.
    func proof(_ draft: ProofDraft) async throws(DPoPClientError) -> String {
        do { return try await build(draft) } catch { throw DPoPClientError(error) }
    }

    /// A request with an unbound token, which needs no proof.
    func unproven(
        _ request: HTTPRequest, with token: BearerToken, as retry: Retry?, hasOtherTokens: Bool
    ) throws(DPoPClientError) -> SignedRequest {
        let target = try WireTarget(request, spellings: memory.settings.spellings, known: memory.authorities)
        var request = request
        request.setSecrets(.secret("Bearer \(token.accessToken)", for: .authorization), nil)
        let slot = NonceSlot(origin: target.origin, role: .resourceServer, jkt: jkt)
        let facts = ProofFacts(origin: target.origin, nonce: nil, signedAt: memory.now, offset: 0, goesAhead: nil)
        return SignedRequest(
            request: request, targetURI: target.uri, purpose: .resource(slot, .bearer(token)), facts: facts,
            memory: memory, hasOtherTokens: hasOtherTokens, retry: retry)
    }
}

extension HTTPField {
    /// That no table of a connection keeps (RFC 7541 §7.1).
    static func secret(_ value: String, for name: HTTPField.Name) -> HTTPField {
        var field = HTTPField(name: name, value: value)
        field.indexingStrategy = .disallow
        return field
    }
}

extension HTTPRequest {
    /// Replaces all lines of `DPoP`, and where there is a token, all of `Authorization`.
    fileprivate mutating func setSecrets(_ authorization: HTTPField?, _ proof: HTTPField?) {
        // With the room for both at once, because these fields are shared and the first change copies them.
        var fields = headerFields
        fields.reserveCapacity(fields.count + 2)
        if fields.contains(.proofField) || authorization != nil && fields.contains(.authorization) {
            fields.removeAll { $0.name == .proofField || authorization != nil && $0.name == .authorization }
        }
        if let authorization { fields.append(authorization) }
        if let proof { fields.append(proof) }
        headerFields = fields
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

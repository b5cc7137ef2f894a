import DPoPCore
import HTTPTypes

/// What a handle holds beside a key and a token: its limits, what is left of them, and who is told. All signing for a
/// handle goes through this.
struct ScopeChecks: Sendable {
    let scope: SigningScope
    private let ledger: ScopeLedger
    private let memory: SessionMemory

    /// - Parameter monotonic: what the rate goes by.
    init(
        _ scope: SigningScope, _ memory: SessionMemory, observer: any ScopeObserver,
        monotonic: @escaping @Sendable () -> ContinuousClock.Instant
    ) {
        self.init(scope, memory, ScopeLedger(scope.rate, observer: observer, monotonic: monotonic))
    }

    private init(_ scope: SigningScope, _ memory: SessionMemory, _ ledger: ScopeLedger) {
        self.scope = scope
        self.memory = memory
        self.ledger = ledger
    }

    /// Throws `outsideScope` for a scope that is wider in anything, `invalidScope` for the seventeenth in a row.
    func narrowed(
        to narrower: SigningScope, observer: (any ScopeObserver)?
    ) throws(DPoPClientError) -> ScopeChecks {
        try narrower.checkIsWithin(scope)
        return ScopeChecks(narrower, memory, try ScopeLedger(narrower.rate, observer: observer, below: ledger))
    }

    func revoke() { ledger.revoke() }

    // MARK: Steps

    /// All that can be refused before anything is waited for.
    func admit(_ request: HTTPRequest, _ retry: Retry?) throws(DPoPClientError) -> Admitted {
        var target: WireTarget?
        do {
            let aim = try WireTarget(request, spellings: memory.settings.spellings, known: memory.authorities)
            target = aim
            try scope.check(request, aim)
            try checkStands(memory.now)
            return Admitted(request: request, target: aim, retry: retry)
        } catch {
            report(request, target, retry, error.code)
            throw error
        }
    }

    /// Signs, after the wait for a first nonce, and checks again: right before the signature, and after a signer that was
    /// waited for.
    ///
    /// - Parameters:
    ///   - token: of the core's key.
    ///   - hasOtherTokens: whether a refusal of the token is worth another send.
    func sign(
        _ admitted: Admitted, _ core: SessionCore, _ token: BoundToken, hasOtherTokens: Bool
    ) async throws(DPoPClientError) -> SignedRequest {
        let (request, target, retry) = (admitted.request, admitted.target, admitted.retry)
        let slot = admitted.slot(of: core)
        let draft = core.draft(request, token, target, slot, await core.awaitedNonce(slot, as: retry))
        do {
            try spend(draft)
            let proof = try await core.proof(draft)
            try checkStands(memory.now)
            report(request, target, retry, nil)
            return core.signed(request, draft, proof, as: retry, hasOtherTokens: hasOtherTokens)
        } catch {
            if let id = draft.goesAhead { memory.nonces.abandon(slot, id) }
            report(request, target, retry, error.code)
            throw error
        }
    }

    /// The same without any wait.
    func signNow(
        _ admitted: Admitted, _ session: DPoPSession<some LocalProofSigner>, _ token: BoundToken
    ) throws(DPoPClientError) -> SignedRequest {
        let (request, target, retry) = (admitted.request, admitted.target, admitted.retry)
        let slot = admitted.slot(of: session.core)
        let draft = session.core.draft(request, token, target, slot, session.core.nonce(slot, as: retry))
        do {
            try spend(draft)
            let proof = try session.proof(draft)
            report(request, target, retry, nil)
            return session.core.signed(request, draft, proof, as: retry)
        } catch {
            report(request, target, retry, error.code)
            throw error
        }
    }

    /// Says that there was no token for a request.
    func report(_ admitted: Admitted, _ refusal: DPoPClientError.Code) {
        report(admitted.request, admitted.target, admitted.retry, refusal)
    }

    /// Right before the signature, with the time that the proof will bear.
    private func spend(_ draft: ProofDraft) throws(DPoPClientError) {
        try checkTime(draft.now)
        try ledger.spend()
    }

    private func checkStands(_ now: UnixTime) throws(DPoPClientError) {
        try ledger.checkStands()
        try checkTime(now)
    }

    private func checkTime(_ now: UnixTime) throws(DPoPClientError) {
        guard now < scope.until else { throw DPoPClientError(.scopeExpired, "the time of the scope is over") }
    }

    private func report(
        _ request: HTTPRequest, _ target: WireTarget?, _ retry: Retry?, _ refusal: DPoPClientError.Code?
    ) {
        // A method is ASCII.
        let method = String(decoding: request.method.rawValue.utf8.prefix(64), as: UTF8.self)
        ledger.report(
            ScopeEvent(method: method, target: target?.uri, cause: retry?.cause, refusal: refusal, at: memory.now))
    }
}

extension ScopeChecks {
    /// A request that the scope allows, as far as that can be said without waiting.
    struct Admitted {
        let request: HTTPRequest
        let target: WireTarget
        let retry: Retry?

        fileprivate func slot(of core: SessionCore) -> NonceSlot {
            NonceSlot(origin: target.origin, role: .resourceServer, jkt: core.jkt)
        }
    }
}

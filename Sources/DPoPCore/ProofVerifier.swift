/// Verifies DPoP proofs (RFC 9449 §4.3), each of them once.
///
///     let verifier = ProofVerifier(policy: .default, replay: MemoryReplayCache())
///     let request = RequestContext.resource(method: "GET", targetURI: uri, accessToken: token, boundTo: jkt)
///     let verified = try verifier.verify(proof, for: request)
///
/// A proof passes through the rooms in this order, and what fails in one never reaches the next:
/// `Wire` (size, framing, JSON), `Proof` (header, claims), `Check` (method and target, times, access token, key
/// binding, nonce), `Crypto` (the signature), `Replay` (first use). So a bad proof costs at most one signature check
/// and never uses up a `jti`.
///
/// Make one and keep it: the replay store is its memory. There is no verifier without one.
public struct ProofVerifier<Store: ReplayStore>: Sendable {
    /// One object, so that evidence that carries its verifier along writes one reference count, not one for each part:
    /// verifiers are shared by threads.
    final class Parts: Sendable {
        let policy: VerificationPolicy
        let replay: Store
        let tables: KeyTables
        let path: CryptoPath
        let headers: HeaderCache

        init(_ policy: VerificationPolicy, _ replay: Store, _ tables: KeyTables, _ path: CryptoPath) {
            self.policy = policy
            self.replay = replay
            self.tables = tables
            self.path = path
            headers = HeaderCache(tables)
        }
    }

    let parts: Parts

    /// What is accepted.
    public var policy: VerificationPolicy { parts.policy }

    /// What remembers the proofs that were used.
    public var replay: Store { parts.replay }

    /// What makes verification cheap for P-256 keys that come back often. Verifiers may share one.
    public var tables: KeyTables { parts.tables }

    /// Which of libcrypto's functions verify.
    public var path: CryptoPath { parts.path }

    /// The headers that come back.
    var headers: HeaderCache { parts.headers }

    /// - Parameters:
    ///   - policy: what is accepted. To widen `maximumAge` or `clockSkew` over a store that is already in use revives
    ///     proofs that it has forgotten, so give a widened policy a new store.
    ///   - replay: what remembers. Verifiers that share one, at once or one after the other, need equal `maximumAge`
    ///     and `clockSkew`: the narrower of two would let the store forget a proof that the wider one still accepts.
    ///   - tables: what makes verification cheap for P-256 keys that come back often; by default the process's own, of
    ///     16 MiB. `KeyTables(memory: 0)` does without.
    ///   - path: which of libcrypto's functions verify: for deployments that must stay inside a provider,
    ///     ``CryptoPath/provider``.
    public init(
        policy: VerificationPolicy, replay: Store, tables: KeyTables = .shared, path: CryptoPath = .standard
    ) {
        parts = Parts(policy, replay, tables, path)
    }

    /// Checks a proof completely and uses it up.
    ///
    /// - Parameters:
    ///   - proof: the value of the one `DPoP` header field line. More than one line must be refused before (§4.3,
    ///     check 1).
    ///   - request: what the server saw. For a resource its `boundTo` must be known; nil is refused as
    ///     `keyBindingMismatch`.
    ///   - now: the time to judge by; nil reads the system clock.
    ///
    /// Throws what ``check(_:for:now:)``, ``CheckedProof/bindAsRequested()`` and ``BoundProof/admit(now:)`` throw.
    public func verify(
        _ proof: String, for request: RequestContext, now: UnixTime? = nil
    ) async throws(ProofRejection) -> VerifiedProof {
        let bound = try check(proof, for: request, now: now).bindAsRequested()
        return try await bound.admit(now: now)
    }
}

extension ProofVerifier where Store: SynchronousReplayStore {
    /// Checks a proof completely and uses it up, without suspending. As the asynchronous `verify`, which is the one
    /// that is called, with `await`, in an asynchronous function.
    @specialized(where Store == MemoryReplayCache)
    public func verify(
        _ proof: String, for request: RequestContext, now: UnixTime? = nil
    ) throws(ProofRejection) -> VerifiedProof {
        let now = now ?? .now()
        let bound = try check(proof, for: request, now: now).bindAsRequested()
        return try bound.admit(now: now)
    }
}

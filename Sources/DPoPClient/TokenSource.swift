public import DPoPCore
public import HTTPTypes

/// Gets tokens and keeps them: hands out an access token that is valid, renews it before it expires and when it is refused,
/// and signs requests with it. A transport takes it as it is.
///
///     let tokens = TokenSource(store: FileSessionStore(path: path)) { requests, refresh in
///         …                                     // one token request, signed by `requests`
///     }
///     let answer = try await tokens.send(request, over: transport)
///
/// However many tasks wait for a token, one token request is made, and processes that share a store make one between them.
/// A caller who is cancelled ends its own wait alone. The key is in the store before any token is bound to it, and is made
/// only where the store certainly has none.
///
/// Tokens that the server gave and the store did not take are used by this process, since the refresh token from before is
/// most likely spent: ``SessionEvent/storeFailed(_:)`` is reported, and writing is tried again with the next use, at most
/// once a second, and by ``save()``.
///
/// One store is for one client at one authorization server. A source that was made with a ``TokenClient`` writes into the
/// record whose it is, and a record of another is `storeMismatch`, before anything is sent. Another scope takes effect with
/// the next new grant.
///
/// A failure reaches all who wait for the token, and those who come within the next second; then it is forgotten. While
/// the token from before is valid they get that one instead.
public final class TokenSource: RequestSigner {
    /// Makes one token request and reads its answer.
    ///
    /// `requests` signs it with the session's key. `refresh` is the refresh token to spend, which is dropped when the server
    /// says `invalid_grant`; nil asks for a new grant, such as by the client's own credentials: `grantNeeded` is to be
    /// thrown where there is no such. It must not ask this source for a token.
    public typealias GetTokens =
        @Sendable (_ requests: TokenRequests, _ refresh: RefreshToken?) async throws -> TokenResponse

    /// Whom a refresh token is of use to (RFC 9449 §5).
    public enum RefreshBinding: Sendable, Hashable {
        /// A public client's: to the key that it was given for. It is never sent with a proof of another.
        case key
        /// A confidential client's: to the client, with any key.
        case client
    }

    let store: any SessionStore
    let memory: SessionMemory
    let algorithm: SigningAlgorithm
    let refreshBinding: RefreshBinding
    /// Whose the store's record is to be; nil if this source does not know.
    let identity: SessionRecord.Identity?
    /// Whether an unbound token that is stored is used, as far as this source knows.
    let binding: BindingPolicy
    let getTokens: GetTokens
    let signers: Locked<Signers>
    let state = Locked(State())
    let flight = SingleFlight<Live>()
    /// For what changes store and `state` together.
    let turns = Turns()
    /// For changes of the key, each of which takes several steps.
    let rotations = Turns()

    struct State: Sendable {
        var live: Live?
        var failure: (error: any Error, at: UnixTime)?
        var triedToSave: UnixTime?
    }

    /// Keys that are held elsewhere.
    struct Signers: Sendable {
        /// The one that the record is to name; nil where the record has its key.
        var current: Thumbprint?
        /// The one that is about to be, which it may name already.
        var next: SessionCore?
        var cores: [Thumbprint: SessionCore] = [:]

        /// None.
        init() {}

        /// The one that the record is to name.
        init(_ core: SessionCore) {
            current = core.jkt
            cores = [core.jkt: core]
        }
    }

    /// For how long a failure is shared, in seconds: an outage is asked after once a second, whatever the load.
    static let pause: Int64 = 1

    /// With a key that the store keeps, and that is made when it is needed.
    ///
    /// - Parameters:
    ///   - store: where key and tokens are. Default: in memory.
    ///   - algorithm: of the key that is made where there is none.
    ///   - refreshBinding: whether a refresh token goes with another key than its own. Default: it does not.
    ///   - getTokens: makes a token request.
    public convenience init(
        store: any SessionStore = MemorySessionStore(), settings: SessionSettings = SessionSettings(),
        algorithm: SigningAlgorithm = .es256, refreshBinding: RefreshBinding = .key, getTokens: @escaping GetTokens
    ) {
        self.init(store, SessionMemory(settings), Signers(), algorithm, refreshBinding, nil, .preferred, getTokens)
    }

    init(
        _ store: any SessionStore, _ memory: SessionMemory, _ signers: Signers, _ algorithm: SigningAlgorithm,
        _ refreshBinding: RefreshBinding, _ identity: SessionRecord.Identity?, _ binding: BindingPolicy,
        _ getTokens: @escaping GetTokens
    ) {
        self.store = store
        self.memory = memory
        self.signers = Locked(signers)
        self.algorithm = algorithm
        self.refreshBinding = refreshBinding
        self.identity = identity
        self.binding = binding
        self.getTokens = getTokens
    }

    /// With a key that the caller holds; the store keeps its thumbprint. A record of another key is `keyMismatch`, and
    /// stays as it is. Parameters as of ``init(store:settings:algorithm:refreshBinding:getTokens:)``.
    public convenience init(
        signer: some LocalProofSigner, store: any SessionStore = MemorySessionStore(),
        settings: SessionSettings = SessionSettings(), refreshBinding: RefreshBinding = .key,
        getTokens: @escaping GetTokens
    ) {
        let memory = SessionMemory(settings)
        let signers = Signers(DPoPSession(ProofBuilder(signer: signer), memory).core)
        self.init(store, memory, signers, signer.algorithm, refreshBinding, nil, .preferred, getTokens)
    }

    /// With a key that is held elsewhere; otherwise as with one that the caller holds.
    public convenience init(
        signer: some ProofSigner, store: any SessionStore = MemorySessionStore(),
        settings: SessionSettings = SessionSettings(), refreshBinding: RefreshBinding = .key,
        getTokens: @escaping GetTokens
    ) {
        let memory = SessionMemory(settings)
        let signers = Signers(DPoPSession(ProofBuilder(signer: signer), memory).core)
        self.init(store, memory, signers, signer.algorithm, refreshBinding, nil, .preferred, getTokens)
    }

    // MARK: Use

    /// A token that is valid: until 30 s before it expires, or a tenth of its lifetime if that is less.
    ///
    /// Throws what the store and the token request throw; `keyMismatch`; `storeMismatch`; `grantNeeded`, with the server's
    /// refusal where the refresh token was refused just now; CancellationError.
    public func current() async throws -> AccessCredential {
        try await usable(insteadOf: nil).1.credential
    }

    /// The thumbprint of the key that new tokens are bound to, for `dpop_jkt` (RFC 9449 §10). The key is made and stored if
    /// there is none. Throws what the store throws; `keyMismatch`; `storeMismatch`.
    public func jkt() async throws -> Thumbprint { try await live().core.jkt }

    /// For token requests of the caller's own with that key, such as for an authorization code. Throws as ``jkt()``.
    public func tokenRequests() async throws -> TokenRequests { TokenRequests(core: try await live().core) }

    /// Signs with the current token, and once more with another where that one was refused. A request that is under way
    /// when the key changes ends with the key that it began with.
    ///
    /// Throws as ``current()``, and as ``DPoPSession`` signs.
    public func sign(_ request: HTTPRequest, as retry: Retry?) async throws -> SignedRequest {
        let (core, tokens) = try await session(for: retry)
        switch tokens.credential {
        case .bound(let token): return try await core.sign(request, with: token, as: retry, hasOtherTokens: true)
        case .bearer(let token): return try core.unproven(request, with: token, as: retry, hasOtherTokens: true)
        }
    }

    /// The key and the tokens for a send, renewed first if they must be.
    func session(for retry: Retry?) async throws -> (SessionCore, SessionRecord.Tokens) {
        if let retry, retry.cause != .token, let credential = retry.credential,
            let live = state.withLock({ $0.live }), let earlier = live.earlier(credential, now: memory.now)
        {
            return earlier
        }
        return try await usable(insteadOf: retry?.refused)
    }
}

extension TokenSource: CustomStringConvertible, CustomReflectable {
    /// Shows nothing that it holds.
    public var description: String { "TokenSource" }
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

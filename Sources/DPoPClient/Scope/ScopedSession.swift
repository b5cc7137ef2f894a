public import DPoPCore
public import HTTPTypes

/// A session to hand to an agent's tool: it signs requests to some origins with some methods, at some rate, until some
/// time, with one token, and an observer sees each use and each refusal. A tool that was hijacked can make no proof for
/// another host with it.
///
///     let scope = try SigningScope(
///         origins: [ServerOrigin("https://api.example.com")], methods: [.get],
///         rate: SigningRate(burst: 20, refill: 2, every: .seconds(1)), until: UnixTime.now().advanced(bySeconds: 600))
///     let handle = try session.scoped(to: scope, with: token, observer: audit)
///
/// Where tokens are renewed, ``TokenSource/scoped(to:observer:)`` makes such a handle with the source's.
///
/// It takes requests and never bytes to sign, is no signer for a builder, and lets nobody choose `iat`, `jti`, a nonce or
/// other claims. Each send of a request counts once, also a redirect within the origin and a send after a nonce was asked
/// for, and is checked for itself. It counts right before it is signed; what is refused costs nothing of the rate, what
/// the signer failed at does.
///
/// Within one process this is a guard-rail and no boundary: code that runs in the process can reach the session, the
/// key and the token by other ways, and a signed request holds the token. A boundary is a process of its own that holds
/// the key and takes methods and URIs. Query, fields and body are not limited: no proof covers them. An answer that goes
/// to ``SignedRequest/assess(_:errorBody:)`` is believed to be the server's: who forges one can plant a nonce for that
/// origin, and move `iat` by ``SessionSettings/maximumClockOffset``, 0 of which allows none.
public struct ScopedSession<Signer: Sendable>: RequestSigner {
    /// What it may sign for.
    public var scope: SigningScope { checks.scope }

    private let session: DPoPSession<Signer>
    private let token: BoundToken
    private let checks: ScopeChecks

    fileprivate init(_ session: DPoPSession<Signer>, _ token: BoundToken, _ checks: ScopeChecks) {
        self.session = session
        self.token = token
        self.checks = checks
    }

    /// Signs a request for one send, with the scope's token. Parameters as of ``RequestSigner/sign(_:as:)``.
    ///
    /// Throws `outsideScope`, `scopeExpired`, `scopeRevoked`, before it waits for a nonce and again after that, and
    /// `rateExceeded`; `malformedRequest`, `keyUnavailable` and `proofFailed` as the session does. A proof whose signer
    /// had to be waited for is thrown away if the time ended or the handle was revoked meanwhile.
    public func sign(_ request: HTTPRequest, as retry: Retry?) async throws(DPoPClientError) -> SignedRequest {
        try await checks.sign(try checks.admit(request, retry), session.core, token, hasOtherTokens: false)
    }

    /// A handle to less of what this one is for: each of its uses counts with this one too, and ends with it.
    ///
    /// - Parameters:
    ///   - narrower: within this scope but for its rate, which counts beside this one's.
    ///   - observer: is told of the uses of the new handle, as this handle's observer is.
    ///
    /// Throws `outsideScope` for a scope that is wider in anything, `invalidScope` for the seventeenth in a row.
    public func narrowed(
        to narrower: SigningScope, observer: (any ScopeObserver)? = nil
    ) throws(DPoPClientError) -> ScopedSession {
        ScopedSession(session, token, try checks.narrowed(to: narrower, observer: observer))
    }

    /// Ends this handle, its copies and all that were narrowed from it, at once: also requests that wait for a nonce are
    /// not signed any more.
    public func revoke() { checks.revoke() }
}

extension ScopedSession where Signer: LocalProofSigner {
    /// Signs a request for one send, without waiting: nonces that are known are used, none is waited for. Parameters and
    /// errors as of ``sign(_:as:)``.
    public func signNow(_ request: HTTPRequest, as retry: Retry? = nil) throws(DPoPClientError) -> SignedRequest {
        try checks.signNow(try checks.admit(request, retry), session, token)
    }
}

extension DPoPSession {
    /// A handle that signs within a scope alone.
    ///
    /// - Parameters:
    ///   - token: the one that its requests carry.
    ///   - observer: is told of each use and each refusal.
    ///
    /// Throws `keyMismatch` for a token that is bound to another key.
    public func scoped(
        to scope: SigningScope, with token: BoundToken, observer: any ScopeObserver
    ) throws(DPoPClientError) -> ScopedSession<Signer> {
        try scoped(to: scope, with: token, observer: observer) { .now }
    }

    /// - Parameter monotonic: what the rate goes by.
    func scoped(
        to scope: SigningScope, with token: BoundToken, observer: any ScopeObserver,
        monotonic: @escaping @Sendable () -> ContinuousClock.Instant
    ) throws(DPoPClientError) -> ScopedSession<Signer> {
        _ = try requests(with: token)
        return ScopedSession(
            self, token, ScopeChecks(scope, core.memory, observer: observer, monotonic: monotonic))
    }
}

extension ScopedSession: CustomStringConvertible, CustomReflectable {
    /// Names the key. Nothing within can be reached by a mirror.
    public var description: String { "ScopedSession(jkt: \(session.jkt))" }
    public var customMirror: Mirror { Mirror(self, children: ["scope": scope]) }
}

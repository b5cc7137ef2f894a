public import HTTPTypes

/// A source of tokens to hand to an agent's tool: what ``ScopedSession`` is to a session, with the source's token and key of
/// the time of each send: renewed tokens, a key that was changed, and the nonces and clocks that the source knows.
///
/// The token is asked for after the request was found to be within the scope. An unbound token is not signed for, because
/// who sees such a request can do with the token what he likes. The handle can make the source renew its token, by a
/// server's refusal of it or one that is made up, once a second at most. All else that is said of a ``ScopedSession`` holds.
public struct ScopedTokens: RequestSigner {
    /// What it may sign for.
    public var scope: SigningScope { checks.scope }

    private let source: TokenSource
    private let checks: ScopeChecks

    fileprivate init(_ source: TokenSource, _ checks: ScopeChecks) {
        self.source = source
        self.checks = checks
    }

    /// Signs a request for one send. Parameters as of ``RequestSigner/sign(_:as:)``.
    ///
    /// Throws `outsideScope`, `scopeExpired`, `scopeRevoked`, before it waits for a token and a nonce and again after that,
    /// and `rateExceeded`; `downgraded` where the token is unbound; as the source signs. A proof whose signer had to be
    /// waited for is thrown away if the time ended or the handle was revoked meanwhile.
    public func sign(_ request: HTTPRequest, as retry: Retry?) async throws -> SignedRequest {
        let admitted = try checks.admit(request, retry)
        let (core, token) = try await bound(for: admitted)
        return try await checks.sign(admitted, core, token, hasOtherTokens: true)
    }

    private func bound(for admitted: ScopeChecks.Admitted) async throws -> (SessionCore, BoundToken) {
        do {
            let (core, tokens) = try await source.session(for: admitted.retry)
            guard case .bound(let token) = tokens.credential else {
                throw DPoPClientError(.downgraded, "the token is unbound, and a scoped handle signs for bound ones")
            }
            return (core, token)
        } catch {
            checks.report(admitted, (error as? DPoPClientError)?.code ?? .tokenUnavailable)
            throw error
        }
    }

    /// A handle to less of what this one is for, as of a ``ScopedSession``.
    public func narrowed(
        to narrower: SigningScope, observer: (any ScopeObserver)? = nil
    ) throws(DPoPClientError) -> ScopedTokens {
        ScopedTokens(source, try checks.narrowed(to: narrower, observer: observer))
    }

    /// Ends this handle, its copies and all that were narrowed from it, at once: also requests that wait for a token or a
    /// nonce are not signed any more.
    public func revoke() { checks.revoke() }
}

extension TokenSource {
    /// A handle that signs within a scope alone.
    ///
    /// - Parameter observer: is told of each use and each refusal.
    public func scoped(to scope: SigningScope, observer: any ScopeObserver) -> ScopedTokens {
        scoped(to: scope, observer: observer) { .now }
    }

    /// - Parameter monotonic: what the rate goes by.
    func scoped(
        to scope: SigningScope, observer: any ScopeObserver,
        monotonic: @escaping @Sendable () -> ContinuousClock.Instant
    ) -> ScopedTokens {
        ScopedTokens(self, ScopeChecks(scope, memory, observer: observer, monotonic: monotonic))
    }
}

extension ScopedTokens: CustomStringConvertible, CustomReflectable {
    /// Nothing but the type. Nothing within can be reached by a mirror.
    public var description: String { "ScopedTokens" }
    public var customMirror: Mirror { Mirror(self, children: ["scope": scope]) }
}

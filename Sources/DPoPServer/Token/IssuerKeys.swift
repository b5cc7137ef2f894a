import DPoPCore

/// The keys of one issuer as they are now.
///
/// They are fetched anew for a `kid` that is not known, and when they are older than `lifetime`; never twice at the
/// same time, and never more often than once in `interval`, successful or not, whatever tokens come.
final class IssuerKeys: Sendable {
    private let refresh: TrustedIssuer.KeyRefresh?
    private let rsaAlgorithm: SigningAlgorithm?
    private let path: CryptoPath
    private let lifetime: Int64
    private let interval: Int64

    private struct State {
        var keys: KeySet
        /// Goes up when the keys change, so that what was verified by others counts no more.
        var version = 0
        /// When the keys were fetched, or first used if they are those of the start.
        var knownSince: UnixTime?
        var attemptedAt: UnixTime?
        var lastAttemptFailed = false
        var attempt: Task<Void, Never>?
    }

    private let state: Locked<State>

    init(_ issuer: TrustedIssuer, lifetime: Int64, interval: Int64) {
        refresh = issuer.refresh
        rsaAlgorithm = issuer.rsaAlgorithm
        path = issuer.path
        self.lifetime = lifetime
        self.interval = interval
        state = Locked(State(keys: issuer.keys))
    }

    /// Which keys these are. The one caller that finds them too old waits for new ones; others go on meanwhile.
    func version(now: UnixTime) async -> Int {
        let (version, attempt) = state.withLock { state in (state.version, attemptIfOld(&state, now)) }
        guard let attempt else { return version }
        await attempt.value
        return state.withLock { $0.version }
    }

    /// The key that a token names, and which keys it is from.
    ///
    /// Throws `badSignature` for a key of another algorithm, `unknownKey`, and `unavailable` if the issuer could not be
    /// asked about an unknown one.
    func key(for jwt: SignedJWT, now: UnixTime) async throws(AccessTokenRejection) -> (PublicJWK, version: Int) {
        if let attempt = state.withLock({ state in attemptIfOld(&state, now) }) { await attempt.value }
        var found = find(jwt)
        if case .unknown = found.finding {
            let attempt = state.withLock { state in state.attempt ?? start(&state, now) }
            await attempt?.value
            found = find(jwt)
        }
        switch found.finding {
        case .key(let key): return (key, found.version)
        case .otherAlgorithm: throw AccessTokenRejection(.badSignature)
        case .ambiguous: throw AccessTokenRejection(.unknownKey)
        case .unknown: throw AccessTokenRejection(found.lastAttemptFailed ? .unavailable : .unknownKey)
        }
    }

    private func find(_ jwt: SignedJWT) -> (finding: KeySet.Finding, version: Int, lastAttemptFailed: Bool) {
        let (keys, version, failed) = state.withLock { ($0.keys, $0.version, $0.lastAttemptFailed) }
        return (keys.find(jwt.keyID, jwt.algorithm), version, failed)
    }

    private func attemptIfOld(_ state: inout State, _ now: UnixTime) -> Task<Void, Never>? {
        guard let knownSince = state.knownSince else {
            state.knownSince = now
            return nil
        }
        guard state.attempt == nil, !knownSince.isWithin(lifetime, of: now) else { return nil }
        return start(&state, now)
    }

    /// A task of its own, so that a caller who goes away does not end it for the others.
    private func start(_ state: inout State, _ now: UnixTime) -> Task<Void, Never>? {
        guard let refresh, !(state.attemptedAt?.isWithin(interval, of: now) ?? false) else { return nil }
        state.attemptedAt = now
        let attempt = Task { await self.replace(by: refresh, now) }
        state.attempt = attempt
        return attempt
    }

    private func replace(by refresh: TrustedIssuer.KeyRefresh, _ now: UnixTime) async {
        let keys: KeySet?
        do { keys = try KeySet(json: try await refresh(), rsaAlgorithm: rsaAlgorithm, path: path) } catch { keys = nil }
        state.withLock { state in
            state.attempt = nil
            state.lastAttemptFailed = keys == nil
            guard let keys else { return }
            state.knownSince = now
            guard keys != state.keys else { return }
            state.keys = keys
            state.version += 1
        }
    }
}

extension UnixTime {
    /// Whether the two are fewer seconds apart, either way: time may step back.
    fileprivate func isWithin(_ seconds: Int64, of other: UnixTime) -> Bool {
        let (difference, overflow) = self.seconds.subtractingReportingOverflow(other.seconds)
        return !overflow && difference.magnitude < seconds.magnitude
    }
}

import DPoPCore

extension TokenSource {
    /// A session with a token to use, renewed first if it must be.
    ///
    /// - Parameter refused: a token that a server did not take, which is not given again as long as there is another.
    func usable(
        insteadOf refused: AccessCredential?
    ) async throws -> (SessionCore, SessionRecord.Tokens) {
        let now = memory.now
        let (live, failure) = state.withLock { ($0.live, $0.failure) }
        if let live, let tokens = live.record.current.tokens, serves(tokens, insteadOf: refused, now) {
            saveIfDue(live, now)
            return (live.core, tokens)
        }
        do {
            if let failure, failure.at <= now, now < failure.at.advanced(bySeconds: TokenSource.pause) {
                throw failure.error
            }
            return try await renewed(insteadOf: refused)
        } catch {
            try Task.checkCancellation()
            // The one from before, where it has not expired.
            guard let live = state.withLock({ $0.live }), let tokens = live.record.current.tokens,
                tokens.isValid(now: memory.now), !tokens.are(refused), isTaken(tokens)
            else { throw error }
            return (live.core, tokens)
        }
    }

    /// What is under way may have another purpose, and end with the very token that was refused: then once more.
    private func renewed(
        insteadOf refused: AccessCredential?
    ) async throws -> (SessionCore, SessionRecord.Tokens) {
        while true {
            let (live, isOwn) = try await flight.result { try await self.reported { try await self.renew(refused) } }
            guard let tokens = live.record.current.tokens else {
                throw DPoPClientError(.grantNeeded, "the session's store has a key and no token")
            }
            if isOwn || serves(tokens, insteadOf: refused, memory.now) { return (live.core, tokens) }
        }
    }

    /// Whether a token is handed out without asking for another: it is valid long enough and not the one that was refused,
    /// or it is as new as it can be. One that is refused or has expired as soon as it is had would be followed by
    /// another such, so there is one a second at most, however many wait.
    private func serves(_ tokens: SessionRecord.Tokens, insteadOf refused: AccessCredential?, _ now: UnixTime) -> Bool {
        isTaken(tokens) && (tokens.areNew(now: now) || tokens.isFresh(now: now) && !tokens.are(refused))
    }

    /// Whether a token that is stored is of a kind that is taken: it may be from a time when unbound ones were.
    private func isTaken(_ tokens: SessionRecord.Tokens) -> Bool {
        if case .bearer = tokens.credential { binding == .preferred } else { true }
    }

    /// Keeps a failure for those who come at once after it.
    private func reported(_ work: () async throws -> Live) async throws -> Live {
        do {
            let live = try await work()
            state.withLock { $0.failure = nil }
            return live
        } catch {
            let now = memory.now
            state.withLock { $0.failure = (error, now) }
            memory.observe(.renewalFailed((error as? DPoPClientError)?.code))
            throw error
        }
    }

    // MARK: Steps

    /// The session as it is in the store; with a new key where there is none.
    func live() async throws -> Live {
        if let known = try await known() { return known }
        // The key is stored before it is used. Another process may be faster, and then it is that one's.
        return try await change(isKept: false) { record in record == nil ? try await self.newRecord() : nil }
    }

    /// The same; nil where there is none.
    func known() async throws -> Live? {
        if let live = state.withLock({ $0.live }) { return live }
        return try await loaded()
    }

    /// Takes over what the store has, unless this process is ahead of it; nil if it has none.
    private func loaded() async throws -> Live? {
        try await turns.take()
        defer { turns.pass() }
        guard let stored = try await store.load() else { return nil }
        let live = state.withLock { $0.live }
        if let live, live.isAhead(of: stored.mark) { return live }
        return try adopt(stored, .stored)
    }

    private func renew(_ refused: AccessCredential?) async throws -> Live {
        // Another process may have renewed it, and that is seen without taking turns.
        if let stored = try await loaded(), let tokens = stored.record.current.tokens,
            serves(tokens, insteadOf: refused, memory.now)
        {
            return stored
        }
        _ = try await self.live()
        let ended = Locked<(any Error)?>(nil)
        let live = try await change(isKept: true) { record in
            guard var record else {
                throw DPoPClientError(.storeUnreadable, "the session's record has gone")
            }
            // Another process may have renewed it while this one waited for its turn.
            if let tokens = record.current.tokens, self.serves(tokens, insteadOf: refused, self.memory.now) {
                return nil
            }
            let core = try self.core(of: record.current.key, isCurrent: true)
            do {
                record.current.tokens = try await self.tokens(core, refresh: record.current.tokens?.refreshToken)
            } catch let end as RefreshEnded {
                // Gone with the record, so that it is not tried each time.
                record.current.tokens = record.current.tokens?.withoutRefreshToken
                ended.withLock { $0 = end.reason }
            }
            record.prune(now: self.memory.now, keepsUnused: true)
            return record
        }
        if let reason = ended.withLock({ $0 }) { throw reason }
        return live
    }

    /// New tokens, by the refresh token if that can be, else by a new grant.
    ///
    /// Throws ``RefreshEnded`` where the refresh token is of no use any longer and there is no new grant; `keyMismatch`
    /// where it is another key's; what a token request throws.
    func tokens(_ core: SessionCore, refresh: RefreshToken?) async throws -> SessionRecord.Tokens {
        let requests = TokenRequests(core: core)
        var refusal: DPoPClientError?
        if let refresh, refresh.jkt == core.jkt || refreshBinding == .client {
            do {
                return try stored(try await getTokens(requests, refresh), core, keeping: refresh)
            } catch let error as DPoPClientError where error.isInvalidGrant { refusal = error }
        }
        do {
            return try stored(try await getTokens(requests, nil), core, keeping: nil)
        } catch {
            let needsGrant = (error as? DPoPClientError)?.code == .grantNeeded
            if let refusal {
                throw RefreshEnded(
                    reason: !needsGrant
                        ? error
                        : DPoPClientError(
                            .grantNeeded, "the refresh token has ended, and a new grant needs somebody's consent",
                            response: refusal.response, serverError: refusal.serverError))
            }
            guard needsGrant, refresh != nil else { throw error }
            throw DPoPClientError(
                .keyMismatch, "the refresh token is bound to the key from before: a new grant is needed for this one")
        }
    }

    func stored(
        _ response: TokenResponse, _ core: SessionCore, keeping refresh: RefreshToken?
    ) throws(DPoPClientError) -> SessionRecord.Tokens {
        if case .bound(let token) = response.credential, token.jkt != core.jkt {
            throw DPoPClientError(.keyMismatch, "the tokens are bound to another key than the session's")
        }
        return SessionRecord.Tokens(response, keeping: refresh, now: memory.now)
    }
}

/// The server does not take the refresh token any longer, and there are no tokens by a new grant.
struct RefreshEnded: Error {
    /// `grantNeeded` with what the server said; or why the new grant failed.
    let reason: any Error
}

extension SessionRecord.Tokens {
    fileprivate var withoutRefreshToken: Self {
        Self(credential: credential, refreshToken: nil, scope: scope, obtainedAt: obtainedAt)
    }

    /// Whether the access token is that one.
    fileprivate func are(_ refused: AccessCredential?) -> Bool { credential.text == refused?.text }

    fileprivate func areNew(now: UnixTime) -> Bool {
        obtainedAt <= now && now < obtainedAt.advanced(bySeconds: TokenSource.pause)
    }
}

extension DPoPClientError {
    /// A refresh token that has expired, was revoked or is another client's (RFC 6749 §5.2).
    fileprivate var isInvalidGrant: Bool { code == .refusedByServer && serverError?.code == "invalid_grant" }
}

#if Hummingbird
    import DPoPCore

    /// All that the authorization server remembers, in memory and bounded.
    final class GrantStore: Sendable {
        /// Seconds. RFC 6749 §4.1.2 advises ten minutes at most, FAPI 2.0 one.
        private static let codeLifetime: Int64 = 60
        /// Seconds, counted anew at each rotation.
        private static let refreshLifetime: Int64 = 3_600
        /// Seconds (RFC 9126 §2.2).
        static let pushedLifetime: Int64 = 60

        private let memory = Locked(GrantMemory())
        private let refreshTokens: RefreshTokens

        /// Throws if libcrypto failed.
        init() throws(Answer) { refreshTokens = try RefreshTokens() }

        // MARK: Pushed requests

        /// The request_uri of a pushed request.
        func push(_ request: AuthorizationRequest, now: UnixTime) throws(Answer) -> String {
            let uri = "urn:ietf:params:oauth:request_uri:" + (try RandomText.make(bytes: 32))
            let until = now.advanced(bySeconds: GrantStore.pushedLifetime)
            guard memory.withLock({ $0.pushed.set(uri, request, until: until, now: now) }) else {
                throw .full("too many pushed requests")
            }
            return uri
        }

        /// The pushed request of that client, which can be used once (RFC 9126 §4); nil if there is none.
        func takePushed(_ uri: String, by client: Client, now: UnixTime) -> AuthorizationRequest? {
            memory.withLock { memory in
                guard memory.pushed.value(uri, now: now)?.clientID == client.id else { return nil }
                return memory.pushed.remove(uri, now: now)
            }
        }

        // MARK: Codes

        /// A code for a request that was approved; nil if there is no room.
        func issueCode(_ request: AuthorizationRequest, subject: String, now: UnixTime) throws(Answer) -> String? {
            let code = try RandomText.make(bytes: 32)
            let access = GrantedAccess(
                id: try RandomText.make(bytes: 16), clientID: request.clientID, subject: subject, scope: request.scope)
            let expiresAt = now.advanced(bySeconds: GrantStore.codeLifetime)
            let entry = GrantMemory.Code(request: request, access: access, expiresAt: expiresAt)
            // Remembered as long as a token may live that was got by it, so that its second use is noticed.
            let until = expiresAt.advanced(bySeconds: AccessTokenMint.lifetime)
            let key = Thumbprint(sha256Of: Array(code.utf8))
            return memory.withLock { $0.codes.set(key, entry, until: until, now: now) } ? code : nil
        }

        /// The request of a code that this client may redeem now. Does not use it up.
        ///
        /// Throws `invalid_grant`; for a code that was used already all its tokens are revoked too (RFC 6749 §4.1.2).
        func request(ofCode code: String, by client: Client, now: UnixTime) throws(Answer) -> AuthorizationRequest {
            let key = Thumbprint(sha256Of: Array(code.utf8))
            let request = memory.withLock { memory -> AuthorizationRequest? in
                guard let entry = memory.codes.value(key, now: now), entry.access.clientID == client.id else {
                    return nil
                }
                guard !entry.isUsed else {
                    memory.revoke(entry.access.id, now: now)
                    return nil
                }
                return now < entry.expiresAt ? entry.request : nil
            }
            guard let request else { throw GrantStore.unknownCode }
            return request
        }

        /// Uses a code up: what it grants, and the first refresh token.
        ///
        /// - Parameter jkt: the key that refresh tokens are bound to; nil for none.
        ///
        /// Throws `invalid_grant` if it was used since it was looked at.
        func redeem(
            code: String, refreshBoundTo jkt: Thumbprint?, now: UnixTime
        ) throws(Answer) -> (access: GrantedAccess, refreshToken: String) {
            let key = Thumbprint(sha256Of: Array(code.utf8))
            let outcome = memory.withLock { memory -> Result<GrantedAccess, Answer> in
                guard let entry = memory.codes.value(key, now: now) else { return .failure(GrantStore.unknownCode) }
                guard !entry.isUsed else {
                    memory.revoke(entry.access.id, now: now)
                    return .failure(GrantStore.unknownCode)
                }
                let family = GrantMemory.Family(access: entry.access, jkt: jkt, turn: 0)
                let until = now.advanced(bySeconds: GrantStore.refreshLifetime)
                guard memory.families.set(entry.access.id, family, until: until, now: now) else {
                    return .failure(.full("too many refresh tokens"))
                }
                memory.codes.update(key) { $0.isUsed = true }
                return .success(entry.access)
            }
            let access = try outcome.get()
            return (access, refreshTokens.text(grantID: access.id, turn: 0))
        }

        private static var unknownCode: Answer {
            .error(.invalidGrant, "the code is not known, was used, has expired or is another client's")
        }

        // MARK: Refresh tokens

        /// What a refresh token grants and the key that it is bound to. Does not use it up.
        ///
        /// Throws `invalid_grant`; for one that was used already the whole grant is revoked too (RFC 9700 §4.14.2).
        func refreshable(
            _ token: String, by client: Client, now: UnixTime
        ) throws(Answer) -> (access: GrantedAccess, jkt: Thumbprint?) {
            guard let (grantID, turn) = refreshTokens.read(token) else { throw GrantStore.unknownRefreshToken }
            let family = memory.withLock { memory -> GrantMemory.Family? in
                guard let family = memory.families.value(grantID, now: now), family.access.clientID == client.id else {
                    return nil
                }
                return memory.latest(family, turn, now: now)
            }
            guard let family else { throw GrantStore.unknownRefreshToken }
            return (family.access, family.jkt)
        }

        /// Uses a refresh token up and gives the next one. Throws `invalid_grant` if it was used since it was looked at.
        func rotate(_ token: String, now: UnixTime) throws(Answer) -> String {
            guard let (grantID, turn) = refreshTokens.read(token) else { throw GrantStore.unknownRefreshToken }
            let until = now.advanced(bySeconds: GrantStore.refreshLifetime)
            let isRotated = memory.withLock { memory in
                guard let family = memory.families.value(grantID, now: now),
                    var next = memory.latest(family, turn, now: now)
                else { return false }
                next.turn += 1
                return memory.families.set(grantID, next, until: until, now: now)
            }
            guard isRotated else { throw GrantStore.unknownRefreshToken }
            return refreshTokens.text(grantID: grantID, turn: turn + 1)
        }

        /// The grant of a refresh token that counts, for whoever asks about it; nil if it is none.
        func active(refreshToken token: String, now: UnixTime) -> (access: GrantedAccess, jkt: Thumbprint?)? {
            guard let (grantID, turn) = refreshTokens.read(token) else { return nil }
            return memory.withLock { memory in
                memory.families.value(grantID, now: now).flatMap { $0.turn == turn ? ($0.access, $0.jkt) : nil }
            }
        }

        private static var unknownRefreshToken: Answer {
            .error(.invalidGrant, "the refresh token is not known, was used, has expired or is another client's")
        }

        // MARK: Revocation

        /// Revokes a grant with all its tokens; false if there is no room for it.
        func revoke(grantID: String, now: UnixTime) -> Bool { memory.withLock { $0.revoke(grantID, now: now) } }

        /// Revokes one access token; false if there is no room for it.
        func revoke(jti: String, until: UnixTime, now: UnixTime) -> Bool {
            memory.withLock { $0.revoked.set(jti, true, until: until, now: now) }
        }

        /// Whether a token or its grant was revoked.
        func isRevoked(jti: String?, grantID: String?, now: UnixTime) -> Bool {
            memory.withLock { memory in
                [jti, grantID].contains { name in name.map { memory.revoked.value($0, now: now) != nil } ?? false }
            }
        }
    }
#endif

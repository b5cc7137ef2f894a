#if Hummingbird
    import DPoPCore
    import DPoPServer

    /// The access tokens that were issued, looked up by their SHA-256.
    final class IssuedTokens: AccessTokenVerifier {
        private let tokens = Locked(BoundedTable<Thumbprint, AccessToken>(capacity: 100_000))

        /// Throws if there is no room.
        func remember(_ token: String, _ claims: [String: ClaimValue], now: UnixTime) throws(Answer) {
            guard let confirmation = try? Confirmation(cnf: claims["cnf"]), case .integer(let exp) = claims["exp"]
            else {
                throw .fault
            }
            let token = (Thumbprint(sha256Of: Array(token.utf8)), UnixTime(seconds: exp))
            let known = AccessToken(
                confirmation: confirmation, issuer: claims["iss"]?.text, subject: claims["sub"]?.text,
                clientID: claims["client_id"]?.text, issuedAt: now.wholeSecond, expiresAt: token.1, claims: claims)
            guard tokens.withLock({ $0.set(token.0, known, until: token.1, now: now) }) else {
                throw .full("too many access tokens")
            }
        }

        func verify(_ token: String, now: UnixTime) async throws(AccessTokenRejection) -> AccessToken {
            let key = Thumbprint(sha256Of: Array(token.utf8))
            guard let known = tokens.withLock({ $0.value(key, now: now) }) else {
                throw AccessTokenRejection(.malformed)
            }
            return known
        }
    }

    /// Random nonces that are kept.
    final class KeptNonces: NonceIssuer {
        private let nonces = Locked(BoundedTable<Thumbprint, UnixTime>(capacity: 100_000))

        func issue(now: UnixTime) -> String? {
            guard let nonce = try? RandomText.make(bytes: 16) else { return nil }
            let key = Thumbprint(sha256Of: Array(nonce.utf8))
            return nonces.withLock { $0.set(key, now, until: now.advanced(bySeconds: 240), now: now) } ? nonce : nil
        }

        func judge(_ nonce: String, now: UnixTime) -> NonceVerdict {
            let key = Thumbprint(sha256Of: Array(nonce.utf8))
            guard let mintedAt = nonces.withLock({ $0.value(key, now: now) }) else { return .invalid }
            return .valid(mintedAt: mintedAt, lapsesAt: mintedAt.advanced(bySeconds: 240))
        }

        func isAboutToLapse(_ lapsesAt: UnixTime, now: UnixTime) -> Bool { lapsesAt.seconds - now.seconds < 120 }
    }
#endif

#if Hummingbird
    import DPoPCore
    import DPoPServer

    /// Makes access tokens: JWTs of RFC 9068 under a key of this process.
    struct AccessTokenMint: Sendable {
        /// Seconds.
        static let lifetime: Int64 = 300

        /// Seconds that a verifier may give on top, generously: what was revoked is remembered so much longer.
        static let leeway: Int64 = 60

        let issuer: String
        /// The one resource that the tokens are for.
        let audience: String
        let key: SigningKey
        /// `kid`.
        let keyID: String
        /// What its tokens are verified by.
        let keys: KeySet
        /// The same as the members of `/jwks` (RFC 7517 §5).
        let publishedKeys: [String: ClaimValue]

        /// Throws only for a key that can not be published.
        init(issuer: String, audience: String, key: SigningKey) throws {
            self.issuer = issuer
            self.audience = audience
            self.key = key
            keyID = key.publicJWK.thumbprint.jkt
            keys = try KeySet([KeySet.Key(keyID: keyID, algorithm: key.algorithm, publicJWK: key.publicJWK)])
            guard case .object(let members) = try ClaimValue(json: keys.json()) else { throw Failure("no key set") }
            publishedKeys = members
        }

        /// - Parameters:
        ///   - grantID: the grant that it belongs to, as the claim `grant_id`; nil for client credentials.
        ///   - confirmation: what it is bound to.
        ///
        /// Throws if libcrypto failed.
        func claims(
            clientID: String, subject: String, scope: [String], grantID: String?, confirmation: Confirmation,
            now: UnixTime
        ) throws(Answer) -> [String: ClaimValue] {
            var claims: [String: ClaimValue] = [
                "iss": .string(issuer), "aud": .string(audience), "sub": .string(subject),
                "client_id": .string(clientID), "jti": .string(try RandomText.make(bytes: 16)),
                "iat": .integer(now.seconds),
                "exp": .integer(now.advanced(bySeconds: AccessTokenMint.lifetime).seconds),
            ]
            if !scope.isEmpty { claims["scope"] = .string(scope.joined(separator: " ")) }
            if let grantID { claims["grant_id"] = .string(grantID) }
            if let cnf = confirmation.cnf { claims["cnf"] = cnf }
            return claims
        }

        /// Throws if libcrypto failed.
        func text(_ claims: [String: ClaimValue]) throws(Answer) -> String {
            do {
                return try SignedJWT.text(type: "at+jwt", keyID: keyID, claims: claims, signedBy: key)
            } catch {
                throw .fault
            }
        }
    }

    /// Access tokens but for those that were revoked.
    struct UnrevokedTokens: AccessTokenVerifier {
        let issued: any AccessTokenVerifier
        let grants: GrantStore

        var answersLocally: Bool { true }

        func verify(_ token: String, now: UnixTime) async throws(AccessTokenRejection) -> AccessToken {
            let token = try await issued.verify(token, now: now)
            let isRevoked = grants.isRevoked(
                jti: token.claims["jti"]?.text, grantID: token.claims["grant_id"]?.text, now: now)
            guard !isRevoked else { throw AccessTokenRejection(.inactive) }
            return token
        }
    }
#endif

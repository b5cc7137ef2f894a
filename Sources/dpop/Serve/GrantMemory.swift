#if Hummingbird
    import DPoPCore

    /// What was granted: from the code to the last token.
    struct GrantedAccess: Sendable {
        /// The name of the grant, in each of its tokens.
        let id: String
        let clientID: String
        let subject: String
        let scope: [String]
    }

    /// What ``GrantStore`` keeps under its lock.
    struct GrantMemory: Sendable {
        /// How many of a kind are remembered at most, a few hundred bytes each.
        private static let capacity = 10_000

        /// A code that was issued.
        struct Code: Sendable {
            let request: AuthorizationRequest
            let access: GrantedAccess
            let expiresAt: UnixTime
            var isUsed = false
        }

        /// The refresh tokens that follow from one code. Only the latest counts.
        struct Family: Sendable {
            let access: GrantedAccess
            /// The key that they are bound to; nil for none.
            let jkt: Thumbprint?
            var turn: UInt64
        }

        /// By request_uri.
        var pushed = BoundedTable<String, AuthorizationRequest>(capacity: capacity)
        /// By the code's SHA-256.
        var codes = BoundedTable<Thumbprint, Code>(capacity: capacity)
        /// By the grant's name.
        var families = BoundedTable<String, Family>(capacity: capacity)
        /// Names of grants and of tokens (`jti`).
        var revoked = BoundedTable<String, Bool>(capacity: capacity)

        /// The family if this turn is its latest. If it is an earlier one, somebody has a copy: nil, and the grant is
        /// revoked.
        mutating func latest(_ family: Family, _ turn: UInt64, now: UnixTime) -> Family? {
            guard family.turn != turn else { return family }
            revoke(family.access.id, now: now)
            return nil
        }

        /// Ends a grant; false if there is no room to remember that its access tokens are not to be used.
        @discardableResult
        mutating func revoke(_ grantID: String, now: UnixTime) -> Bool {
            families.remove(grantID, now: now)
            let until = now.advanced(bySeconds: AccessTokenMint.lifetime + AccessTokenMint.leeway)
            return revoked.set(grantID, true, until: until, now: now)
        }
    }
#endif

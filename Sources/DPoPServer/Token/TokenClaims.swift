import DPoPCore

/// The claims of a token (RFC 9068 §2.2) or of an introspection response (RFC 7662 §2.2), read strictly: one of the
/// wrong JSON type is a refusal, never an absent claim.
struct TokenClaims: Sendable {
    let token: AccessToken

    /// `aud`, one or many; nil if there is none.
    private let audiences: [String]?

    /// `nbf`.
    private let notBefore: UnixTime?

    /// Throws `malformedClaim`, or `malformedConfirmation` for a `cnf` that can not be enforced.
    init(_ members: [String: ClaimValue]) throws(AccessTokenRejection) {
        _ = try members.text("jti")
        audiences = try members.audiences()
        notBefore = try members.time("nbf")
        token = AccessToken(
            confirmation: try Confirmation(cnf: members["cnf"]), issuer: try members.text("iss"),
            subject: try members.text("sub"), clientID: try members.text("client_id"), scope: try members.scope(),
            issuedAt: try members.time("iat"), expiresAt: try members.time("exp"), claims: members)
    }

    /// Throws `malformedClaim` if there is no `aud`, `wrongAudience` if it does not contain this one.
    func check(audience: String) throws(AccessTokenRejection) {
        guard let audiences else { throw AccessTokenRejection(.malformedClaim) }
        guard audiences.contains(where: { $0.utf8.elementsEqual(audience.utf8) }) else {
            throw AccessTokenRejection(.wrongAudience)
        }
    }

    /// Throws `malformedClaim` if there is no `iss`, `wrongIssuer` if it is another.
    func check(issuer: String) throws(AccessTokenRejection) {
        guard let claimed = token.issuer else { throw AccessTokenRejection(.malformedClaim) }
        guard claimed.utf8.elementsEqual(issuer.utf8) else { throw AccessTokenRejection(.wrongIssuer) }
    }

    /// `exp`, `nbf` and `iat`, where they are there (RFC 7519 §4.1.4 to §4.1.6). A token from the future is refused
    /// because revocation goes by `iat`.
    ///
    /// - Parameter leeway: how far the issuer's clock may be from this one, seconds.
    func checkTimes(leeway: Int64, now: UnixTime) throws(AccessTokenRejection) {
        guard !hasExpired(leeway: leeway, now: now) else { throw AccessTokenRejection(.expired) }
        for start in [notBefore, token.issuedAt] {
            if let start, now < start.advanced(bySeconds: -leeway) { throw AccessTokenRejection(.notYetValid) }
        }
    }

    func hasExpired(leeway: Int64, now: UnixTime) -> Bool {
        token.expiresAt.map { now >= $0.advanced(bySeconds: leeway) } ?? false
    }

    /// Until when what was found out about the token may be believed: `lifetime` seconds, and never past `exp`.
    func deadline(lifetime: Int64, now: UnixTime) -> UnixTime {
        let deadline = now.advanced(bySeconds: lifetime)
        return token.expiresAt.map { min($0, deadline) } ?? deadline
    }
}

extension [String: ClaimValue] {
    fileprivate func text(_ name: String) throws(AccessTokenRejection) -> String? {
        guard let value = self[name] else { return nil }
        guard let text = value.text else { throw AccessTokenRejection(.malformedClaim) }
        return text
    }

    /// A NumericDate (RFC 7519 §2), rounded down to whole seconds: 0 to the end of the year 9999.
    fileprivate func time(_ name: String) throws(AccessTokenRejection) -> UnixTime? {
        guard let value = self[name] else { return nil }
        switch value {
        case .integer(let seconds) where 0...UnixTime.latestClaim ~= seconds: return UnixTime(seconds: seconds)
        // In this range each whole number is exact, so the conversion can not trap.
        case .double(let seconds) where seconds >= 0 && seconds <= Double(UnixTime.latestClaim):
            return UnixTime(seconds: Int64(seconds))
        default: throw AccessTokenRejection(.malformedClaim)
        }
    }

    /// A string or an array of strings (RFC 7519 §4.1.3).
    fileprivate func audiences() throws(AccessTokenRejection) -> [String]? {
        switch self["aud"] {
        case nil: return nil
        case .string(let one): return [one]
        case .array(let elements):
            let names = elements.compactMap(\.text)
            guard names.count == elements.count else { throw AccessTokenRejection(.malformedClaim) }
            return names
        default: throw AccessTokenRejection(.malformedClaim)
        }
    }

    /// Scope tokens with one space between (RFC 6749 §3.3). An empty string has none: servers send that for a token
    /// without scope.
    fileprivate func scope() throws(AccessTokenRejection) -> [String] {
        guard let text = try text("scope"), !text.utf8.isEmpty else { return [] }
        let tokens = text.utf8.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
            .map { String(Substring($0)) }
        guard tokens.allSatisfy(Challenge.isScopeToken) else { throw AccessTokenRejection(.malformedClaim) }
        return tokens
    }
}

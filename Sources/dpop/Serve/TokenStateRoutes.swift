#if Hummingbird
    import DPoPCore
    import DPoPServer
    import HTTPTypes

    // What a token is good for, and an end to it.

    extension LoopbackServer {
        /// RFC 7662 with RFC 9449 §6.2. Any confidential client may ask, in the role of a resource server.
        func introspect(_ request: HTTPRequest, _ body: [UInt8]) async throws(Answer) -> Answer {
            let form = try Form(request, body)
            guard try !clients.authenticate(request, form).isPublic else { throw Clients.refused }
            let token = try form.required("token")
            let now = UnixTime.now()
            if let (access, jkt) = grants.active(refreshToken: token, now: now) {
                var members: [String: ClaimValue] = [
                    "active": true, "iss": .string(origin), "sub": .string(access.subject),
                    "client_id": .string(access.clientID),
                    // No type that a resource accepts.
                    "token_type": "refresh_token",
                ]
                if !access.scope.isEmpty { members["scope"] = .string(access.scope.joined(separator: " ")) }
                if let cnf = jkt.flatMap({ Confirmation(jkt: $0).cnf }) { members["cnf"] = cnf }
                return .json(members)
            }
            do {
                let known = try await tokens.verify(token, now: now)
                var members = known.claims
                members["active"] = true
                members["token_type"] = known.confirmation.jkt == nil ? "Bearer" : "DPoP"
                return .json(members)
            } catch {
                guard error.code != .unavailable else { throw .full("the token can not be looked up now") }
                return .json(["active": false])
            }
        }

        /// RFC 7009. A refresh token takes its grant's access tokens with it (§2.1); a token that is not known is no error
        /// (§2.2).
        func revoke(_ request: HTTPRequest, _ body: [UInt8]) async throws(Answer) -> Answer {
            let form = try Form(request, body)
            let client = try clients.authenticate(request, form)
            let token = try form.required("token")
            let now = UnixTime.now()
            let isDone: Bool
            if let (access, _) = grants.active(refreshToken: token, now: now) {
                try requireOwn(access.clientID, client)
                isDone = grants.revoke(grantID: access.id, now: now)
            } else if let known = try? await tokens.verify(token, now: now), let jti = known.claims["jti"]?.text,
                let expiresAt = known.expiresAt
            {
                try requireOwn(known.clientID, client)
                isDone = grants.revoke(
                    jti: jti, until: expiresAt.advanced(bySeconds: AccessTokenMint.leeway), now: now)
            } else {
                isDone = true
            }
            guard isDone else { throw .full("too many revoked tokens") }
            return Answer(.ok, fields: [.cacheControl: "no-store"])
        }

        private func requireOwn(_ owner: String?, _ client: Client) throws(Answer) {
            guard owner == client.id else { throw .error(.invalidGrant, "the token is another client's") }
        }
    }
#endif

#if Hummingbird
    import DPoPCore
    import DPoPServer
    import HTTPTypes

    // The token endpoint (RFC 6749 §3.2): the proof is checked first, the client and its grant next, and only then the
    // proof is used up and the grant too.

    extension LoopbackServer {
        func token(
            _ request: HTTPRequest, _ body: [UInt8], _ connection: ClientConnection
        ) async throws(Answer) -> Answer {
            let proof: TokenRequestProof
            do { proof = try tokenEndpoint.check(request, connection: connection) } catch { throw Answer(error) }
            let form = try Form(request, body)
            let client = try clients.authenticate(request, form)
            switch try form.required("grant_type") {
            case "client_credentials": return try await clientCredentials(proof, client, form)
            case "authorization_code": return try await code(proof, client, form)
            case "refresh_token": return try await refresh(proof, client, form)
            default: throw .error(.unsupportedGrantType, "not a grant type of this server")
            }
        }

        /// RFC 6749 §4.4. The client is the subject, and there is no refresh token.
        private func clientCredentials(
            _ proof: consuming TokenRequestProof, _ client: Client, _ form: Form
        ) async throws(Answer) -> Answer {
            guard !client.isPublic else {
                throw .error(.unauthorizedClient, "client_credentials needs a confidential client")
            }
            let scope = try scope(form)
            let binding = try await LoopbackServer.admit(proof, .unbound)
            return try issue(
                binding, clientID: client.id, subject: client.id, scope: scope, grantID: nil, refreshToken: nil)
        }

        /// RFC 6749 §4.1.3 with RFC 7636 §4.5 and RFC 9449 §10.
        private func code(
            _ proof: consuming TokenRequestProof, _ client: Client, _ form: Form
        ) async throws(Answer) -> Answer {
            let code = try form.required("code")
            let redirectURI = try form.required("redirect_uri")
            let verifier = try form.required("code_verifier")
            let request = try grants.request(ofCode: code, by: client, now: .now())
            guard request.redirectURI.isSame(as: redirectURI) else {
                throw .error(.invalidGrant, "redirect_uri is not the authorization request's")
            }
            guard LoopbackServer.isCodeVerifier(verifier),
                Thumbprint(sha256Of: Array(verifier.utf8)) == request.challenge
            else { throw .error(.invalidGrant, "code_verifier does not fit the code_challenge") }
            let binding = try await LoopbackServer.admit(proof, .stored(request.jkt))
            let (access, refreshToken) = try grants.redeem(
                code: code, refreshBoundTo: binding.refreshTokenBinding(isPublicClient: client.isPublic), now: .now())
            return try issue(
                binding, clientID: client.id, subject: access.subject, scope: access.scope, grantID: access.id,
                refreshToken: refreshToken)
        }

        /// RFC 6749 §6 with RFC 9449 §5: the token of a public client needs a proof by the key that it is bound to; a
        /// confidential client may come with another.
        private func refresh(
            _ proof: consuming TokenRequestProof, _ client: Client, _ form: Form
        ) async throws(Answer) -> Answer {
            let token = try form.required("refresh_token")
            let (access, jkt) = try grants.refreshable(token, by: client, now: .now())
            let asked = try scope(form)
            guard Set(asked).isSubset(of: access.scope) else {
                throw .error(.invalidScope, "more than was granted")
            }
            let binding = try await LoopbackServer.admit(proof, .stored(jkt))
            let next = try grants.rotate(token, now: .now())
            return try issue(
                binding, clientID: client.id, subject: access.subject, scope: asked.isEmpty ? access.scope : asked,
                grantID: access.id, refreshToken: next)
        }

        private func scope(_ form: Form) throws(Answer) -> [String] {
            let text = try form.value("scope")
            do { return try Scope.read(text) } catch {
                throw .error(.invalidScope, "scope is malformed or too long")
            }
        }

        /// RFC 7636 §4.1: 43 to 128 unreserved characters.
        private static func isCodeVerifier(_ text: String) -> Bool {
            43...128 ~= text.utf8.count && text.utf8.allSatisfy(ASCII.isUnreserved)
        }

        static func admit(
            _ proof: consuming TokenRequestProof, _ presented: TokenRequestProof.Presented
        ) async throws(Answer) -> TokenBinding {
            do { return try await proof.admit(presented) } catch { throw Answer(error) }
        }

        /// The answer with a token (RFC 6749 §5.1, RFC 9449 §5).
        private func issue(
            _ binding: TokenBinding, clientID: String, subject: String, scope: [String], grantID: String?,
            refreshToken: String?
        ) throws(Answer) -> Answer {
            let now = UnixTime.now()
            let claims = try mint.claims(
                clientID: clientID, subject: subject, scope: scope, grantID: grantID,
                confirmation: binding.confirmation, now: now)
            let token = try mint.text(claims)
            var members: [String: ClaimValue] = [
                "access_token": .string(token), "token_type": .string(binding.tokenType),
                "expires_in": .integer(AccessTokenMint.lifetime),
            ]
            if let refreshToken { members["refresh_token"] = .string(refreshToken) }
            if !scope.isEmpty { members["scope"] = .string(scope.joined(separator: " ")) }
            return .json(members, fields: binding.responseFields)
        }
    }
#endif

#if Hummingbird
    import DPoPCore
    import DPoPServer
    import HTTPTypes

    // The authorization endpoint, which asks nobody, and the endpoint for pushed requests.

    extension LoopbackServer {
        /// Who every authorization request is approved for.
        private static let subject = "test-user"

        /// RFC 6749 §4.1.1: an answer by redirect, with `iss` (RFC 9207).
        ///
        /// Refused without a redirect: a client or redirect URI that is not good, and a request_uri that is not known.
        func authorize(_ request: HTTPRequest, _ body: [UInt8]) throws(Answer) -> Answer {
            let form = request.method == .post ? try Form(request, body) : try Form(queryOf: request)
            let id = try form.required("client_id")
            guard let client = clients.named(id) else { throw .error(.invalidRequest, "the client is not known") }
            if form.has("request_uri") {
                // What stands beside it does not count (RFC 9126 §4).
                guard let pushed = grants.takePushed(try form.required("request_uri"), by: client, now: .now()) else {
                    throw .error(
                        .invalidRequest, "request_uri is not known, was used, has expired or is another client's")
                }
                return try approve(pushed)
            }
            let redirectURI = try redirectURI(form)
            let asked: AuthorizationRequest
            do { asked = try AuthorizationRequest(form, client: client, redirectURI: redirectURI) } catch {
                // A state that can not be read can not be repeated either.
                return redirect(
                    redirectURI, state: try? form.value("state"),
                    [("error", error.error.rawValue), ("error_description", error.description)])
            }
            return try approve(asked)
        }

        private func approve(_ request: AuthorizationRequest) throws(Answer) -> Answer {
            let code = try grants.issueCode(request, subject: LoopbackServer.subject, now: .now())
            let answer = code.map { ("code", $0) } ?? ("error", OAuthError.temporarilyUnavailable.rawValue)
            return redirect(request.redirectURI, state: request.state, [answer])
        }

        private func redirect(_ uri: RedirectURI, state: String?, _ parameters: [(String, String)]) -> Answer {
            var parameters = parameters
            if let state { parameters.append(("state", state)) }
            parameters.append(("iss", origin))
            return Answer(
                .found,
                fields: [.location: uri.adding(parameters), .cacheControl: "no-store", .contentType: "text/plain"],
                body: Array("A test server: it approves each authorization request by itself.\n".utf8))
        }

        private func redirectURI(_ form: Form) throws(Answer) -> RedirectURI {
            guard let uri = RedirectURI(try form.required("redirect_uri")) else {
                throw .error(.invalidRequest, "redirect_uri is neither https nor http on a loopback address")
            }
            return uri
        }

        /// RFC 9126 §2, RFC 9449 §10.1: a proof binds the code, and dpop_jkt must agree with it.
        func push(
            _ request: HTTPRequest, _ body: [UInt8], _ connection: ClientConnection
        ) async throws(Answer) -> Answer {
            let proof: TokenRequestProof
            do { proof = try pushEndpoint.check(request, connection: connection) } catch { throw Answer(error) }
            let form = try Form(request, body)
            let client = try clients.authenticate(request, form)
            guard !form.has("request_uri") else { throw .error(.invalidRequest, "request_uri in a pushed request") }
            let redirectURI = try redirectURI(form)
            let pushed: AuthorizationRequest
            do {
                // Before the proof is used up, which it is not for a request that is refused.
                pushed = try AuthorizationRequest(
                    form, client: client, redirectURI: redirectURI, proof: proof.thumbprint)
            } catch {
                throw .error(error.error, error.description)
            }
            let binding = try await LoopbackServer.admit(proof, .unbound)
            let uri = try grants.push(pushed, now: .now())
            return .json(
                ["request_uri": .string(uri), "expires_in": .integer(GrantStore.pushedLifetime)], status: .created,
                fields: binding.responseFields)
        }
    }

#endif

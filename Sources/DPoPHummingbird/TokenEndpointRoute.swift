#if Hummingbird
    public import DPoPServer
    import HTTPTypes
    public import Hummingbird

    extension RouterMethods where Context: DPoPRequestContext {
        /// Adds the route of a token endpoint (RFC 9449 §5) or of a pushed authorization request endpoint (§10.1), for
        /// POST.
        ///
        ///     router.tokenEndpoint("token", tokens) { request, context, proof in
        ///         … authenticate the client, look up its code or refresh token …
        ///         let binding = try await proof.admit(.stored(code.jkt))
        ///         … make a token with binding.cnf and binding.tokenType …
        ///         return (binding, answer)
        ///     }
        ///
        /// The proof is checked before, and the answer gets the fields that follow from the binding. There is no answer
        /// without a binding, and so none without the proof used up.
        ///
        /// - Parameter issue: gives the binding and the answer. What it throws is answered as by any route; a
        ///   ``Denial``, as ``TokenRequestProof/admit(_:)`` throws it, is the answer.
        @discardableResult
        public func tokenEndpoint<Answer: ResponseGenerator>(
            _ path: RouterPath, _ endpoint: TokenEndpoint,
            issue:
                @escaping @Sendable (Request, Context, consuming TokenRequestProof) async throws -> (
                    TokenBinding, Answer
                )
        ) -> Self {
            on(path, method: .post) { request, context in
                let proof = try endpoint.check(request.head, connection: context.connection())
                do {
                    let (binding, answer) = try await issue(request, context, proof)
                    var response = try answer.response(from: request, context: context)
                    response.headers.merge(binding.responseFields)
                    return response
                } catch {
                    // Not to be stored either (RFC 6749 §5.2).
                    throw adding([.cacheControl: "no-store"], to: error)
                }
            }
        }
    }
#endif

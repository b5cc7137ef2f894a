#if Hummingbird
    import DPoPCore
    import DPoPHummingbird
    import DPoPServer
    import HTTPTypes
    import Hummingbird
    import HummingbirdTesting
    import Testing

    @Suite struct TokenEndpointTests {
        private let key: SigningKey
        private let events = Events()

        init() throws { key = try SigningKey.generate(.es256) }

        /// An endpoint that issues a token to whoever asks, or fails by the path that the test sets.
        private func application(
            nonces: (any NonceIssuer)? = nil, presented: TokenRequestProof.Presented = .unbound,
            failing error: (any Error)? = nil
        ) throws -> some ApplicationProtocol {
            var configuration = TokenEndpointConfiguration(uri: "https://as.example.com/token")
            configuration.nonces = nonces
            // A busy machine may take its time between a test's steps.
            configuration.policy.maximumAge = 3_600
            let tokens = try TokenEndpoint(
                configuration, replay: MemoryReplayCache(memory: .startsEmpty), observer: events)
            let router = Router(context: AppContext.self)
            router.tokenEndpoint("token", tokens) { _, _, proof in
                if let error { throw error }
                let binding = try await proof.admit(presented)
                return (binding, "\(binding.tokenType) \(binding.confirmation.jkt?.jkt ?? "")")
            }
            return Application(router: router)
        }

        private func fields(nonce: String? = nil) throws -> HTTPFields {
            [
                .dpop: try ProofBuilder(signer: key).proof(
                    method: "POST", targetURI: TargetURI("https://as.example.com/token"), nonce: nonce)
            ]
        }

        @Test("a proof binds the token, once; none leaves it unbound")
        func binding() async throws {
            let fields = try fields()
            let jkt = key.publicJWK.thumbprint.jkt
            try await application().test(.router) { client in
                let bound = try await client.execute(uri: "/token", method: .post, headers: fields)
                #expect(bound.status == .ok && String(buffer: bound.body) == "DPoP \(jkt)")
                #expect(bound.headers[values: .cacheControl] == ["no-store"])
                let replayed = try await client.execute(uri: "/token", method: .post, headers: fields)
                #expect(replayed.status == .badRequest)
                #expect(String(buffer: replayed.body).hasPrefix("{\"error\":\"invalid_dpop_proof\""))
                #expect(replayed.headers[values: .cacheControl] == ["no-store"])
                let unbound = try await client.execute(uri: "/token", method: .post)
                #expect(String(buffer: unbound.body) == "Bearer ")
                #expect(try await client.execute(uri: "/token", method: .get, headers: fields).status == .notFound)
            }
            #expect(events.codes == [nil, DecisionCode(.replayed)])
        }

        @Test("attack 113: a token request with two DPoP lines is refused before the route's own work")
        func repeated() async throws {
            var fields = try fields()
            fields.append(HTTPField(name: .dpop, value: fields[.dpop] ?? ""))
            try await application(failing: HTTPError(.unprocessableContent)).test(.router) { [fields] client in
                let answer = try await client.execute(uri: "/token", method: .post, headers: fields)
                #expect(answer.status == .badRequest)
                #expect(String(buffer: answer.body).hasPrefix("{\"error\":\"invalid_dpop_proof\""))
            }
            #expect(events.codes == [.proofRepeated])
        }

        @Test("a grant that is bound to another key is refused, to this one accepted")
        func grants() async throws {
            let (fields, again) = (try fields(), try self.fields())
            let other = try SigningKey.generate(.es256).publicJWK.thumbprint
            try await application(presented: .bound(to: other)).test(.router) { client in
                let answer = try await client.execute(uri: "/token", method: .post, headers: fields)
                #expect(answer.status == .badRequest)
                #expect(String(buffer: answer.body).hasPrefix("{\"error\":\"invalid_grant\""))
                #expect(try await client.execute(uri: "/token", method: .post).status == .badRequest)
            }
            try await application(presented: .bound(to: key.publicJWK.thumbprint)).test(.router) { client in
                let answer = try await client.execute(uri: "/token", method: .post, headers: again)
                #expect(answer.status == .ok)
            }
        }

        @Test("a nonce is demanded, and a new one comes with the token")
        func nonces() async throws {
            let (without, with) = (try fields(), try fields(nonce: "nonce-1"))
            try await application(nonces: TwoNonces(isLapsing: true)).test(.router) { client in
                let first = try await client.execute(uri: "/token", method: .post, headers: without)
                #expect(first.status == .badRequest && first.headers[.dpopNonce] == "nonce-2")
                #expect(String(buffer: first.body).hasPrefix("{\"error\":\"use_dpop_nonce\""))
                let second = try await client.execute(uri: "/token", method: .post, headers: with)
                #expect(second.status == .ok && second.headers[.dpopNonce] == "nonce-2")
            }
        }

        @Test("what the route throws is answered, not to be stored, and uses no proof up")
        func failing() async throws {
            let fields = try fields()
            let error = HTTPError(.unauthorized, message: "invalid_client")
            try await application(failing: error).test(.router) { client in
                for _ in 0..<2 {
                    let answer = try await client.execute(uri: "/token", method: .post, headers: fields)
                    #expect(answer.status == .unauthorized && answer.headers[.cacheControl] == "no-store")
                }
            }
            #expect(events.all.isEmpty)
        }
    }
#endif

#if Hummingbird
    import DPoPCore
    import DPoPHummingbird
    import DPoPServer
    import HTTPTypes
    import Hummingbird
    import HummingbirdTesting
    import Testing

    @Suite struct GrantTests {
        /// A router with one route, behind a guard or not.
        private func application(
            _ middleware: DPoPMiddleware<AppContext>?,
            _ route: @escaping @Sendable (AppContext) throws -> String
        ) -> some ApplicationProtocol {
            let router = Router(context: AppContext.self)
            if let middleware { router.add(middleware: middleware) }
            router.get("me") { _, context in try route(context) }
            return Application(router: router)
        }

        @Test("a route that asks for the grant does not run where the middleware did not")
        func forgotten() async throws {
            let kit = try HummingbirdKit()
            let (fields, again) = (try kit.fields(), try kit.fields())
            for route: @Sendable (AppContext) throws -> String in [
                { try $0.requireGrant().token.subject ?? "" }, { try $0.requireToken().subject ?? "" },
            ] {
                try await application(nil, route).test(.router) { client in
                    let answer = try await client.execute(uri: "/me", method: .get, headers: fields)
                    #expect(answer.status == .internalServerError && answer.body.readableBytes == 0)
                }
            }
            try await application(DPoPMiddleware(kit.guardian), { try $0.requireToken().subject ?? "" }).test(.router) {
                let answer = try await $0.execute(uri: "/me", method: .get, headers: fields)
                #expect(String(buffer: answer.body) == "alice")
            }
            try await application(DPoPMiddleware(kit.guardian), { try $0.requireGrant().proof?.claims.htm ?? "" }).test(
                .router
            ) {
                let answer = try await $0.execute(uri: "/me", method: .get, headers: again)
                #expect(String(buffer: answer.body) == "GET")
            }
        }

        @Test("a request that passed unproven has a token and no grant")
        func unproven() async throws {
            let kit = try HummingbirdKit { $0.enforcement = .reportOnly }
            let good = try kit.fields()
            var unproven = good
            unproven[.dpop] = nil
            let grant = application(DPoPMiddleware(kit.guardian)) { try $0.requireGrant().token.subject ?? "" }
            try await grant.test(.router) { [unproven] client in
                let answer = try await client.execute(uri: "/me", method: .get, headers: unproven)
                #expect(answer.status == .unauthorized)
                // As an enforcing guard says it.
                let challenge = try #require(answer.headers[.wwwAuthenticate])
                #expect(challenge.hasPrefix("DPoP error=\"invalid_dpop_proof\"") && challenge.contains("algs="))
                #expect(try await client.execute(uri: "/me", method: .get, headers: good).status == .ok)
            }
            let token = application(DPoPMiddleware(kit.guardian)) { try $0.requireToken().subject ?? "" }
            try await token.test(.router) { [unproven] client in
                let answer = try await client.execute(uri: "/me", method: .get, headers: unproven)
                #expect(answer.status == .ok && String(buffer: answer.body) == "alice")
            }
            #expect(kit.events.all.map(\.decision) == [.passedUnproven, .granted, .passedUnproven])
        }

        @Test("a request that passed without a nonce is told to use one by a route that needs a grant")
        func unprovenNonce() async throws {
            let kit = try HummingbirdKit {
                $0.enforcement = .reportOnly
                $0.nonces = TwoNonces()
            }
            let fields = try kit.fields()
            let grant = application(DPoPMiddleware(kit.guardian)) { try $0.requireGrant().token.subject ?? "" }
            try await grant.test(.router) { client in
                let answer = try await client.execute(uri: "/me", method: .get, headers: fields)
                #expect(answer.headers[.wwwAuthenticate]?.hasPrefix("DPoP error=\"use_dpop_nonce\"") == true)
                #expect(answer.headers[.dpopNonce] == "nonce-1")
            }
        }

        @Test("a group of routes with a granted context has no request without a grant")
        func grantedContext() async throws {
            let kit = try HummingbirdKit()
            let fields = try kit.fields("/v1/me")
            func application(guarded: Bool) -> some ApplicationProtocol {
                let router = Router(context: AppContext.self)
                let group = router.group("v1")
                if guarded { group.add(middleware: DPoPMiddleware(kit.guardian)) }
                group.group(context: GrantedRequestContext<AppContext>.self)
                    .get("me") { _, context in context.grant.token.subject ?? "" }
                return Application(router: router)
            }
            try await application(guarded: false).test(.router) { client in
                let answer = try await client.execute(uri: "/v1/me", method: .get, headers: fields)
                #expect(answer.status == .internalServerError)
            }
            try await application(guarded: true).test(.router) { client in
                let answer = try await client.execute(uri: "/v1/me", method: .get, headers: fields)
                #expect(String(buffer: answer.body) == "alice")
                #expect(try await client.execute(uri: "/v1/me", method: .get).status == .unauthorized)
            }
        }
    }
#endif

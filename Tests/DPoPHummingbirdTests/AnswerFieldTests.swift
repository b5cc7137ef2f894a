#if Hummingbird
    import DPoPCore
    import DPoPHummingbird
    import DPoPServer
    import HTTPTypes
    import Hummingbird
    import HummingbirdTesting
    import Testing

    @Suite struct AnswerFieldTests {
        @Test("a client without a nonce is given one, and goes on with it")
        func nonces() async throws {
            let kit = try HummingbirdKit { $0.nonces = TwoNonces() }
            let (without, with) = (try kit.fields(), try kit.fields(nonce: "nonce-1"))
            let forged = try kit.fields(nonce: "nonce-0")
            try await kit.application().test(.router) { client in
                for fields in [without, forged] {
                    let answer = try await client.execute(uri: "/me", method: .get, headers: fields)
                    #expect(answer.status == .unauthorized && answer.headers[.dpopNonce] == "nonce-1")
                    #expect(answer.headers[.wwwAuthenticate]?.hasPrefix("DPoP error=\"use_dpop_nonce\"") == true)
                    #expect(answer.headers[.cacheControl] == "no-store")
                }
                let answer = try await client.execute(uri: "/me", method: .get, headers: with)
                #expect(answer.status == .ok && answer.headers[.dpopNonce] == nil)
            }
            #expect(kit.events.codes == [.init(.nonceMissing), .init(.nonceInvalid), nil])
        }

        private struct Teapot: HTTPResponseError {
            var status: HTTPResponse.Status { .init(code: 418) }
            func response(from request: Request, context: some Hummingbird.RequestContext) throws -> Response {
                Response(status: status, headers: [.server: "teapot", .cacheControl: "public"])
            }
        }

        private struct Other: Error {}

        @Test("a nonce about to lapse is replaced with any answer of the route, also an error's, and not for a cache")
        func lapsing() async throws {
            let kit = try HummingbirdKit { $0.nonces = TwoNonces(isLapsing: true) }
            let application = kit.application { router in
                router.get("cached") { _, _ in Response(status: .ok, headers: [.cacheControl: "public, max-age=60"]) }
                router.get("missing") { _, _ -> String in
                    throw HTTPError(.notFound, headers: [.cacheControl: "public"], message: "no such account")
                }
                router.get("teapot") { _, _ -> String in throw Teapot() }
                router.get("other") { _, _ -> String in throw Other() }
            }
            let expected: [(path: String, status: Int, nonce: String?)] = [
                ("/cached", 200, "nonce-2"), ("/missing", 404, "nonce-2"), ("/teapot", 418, "nonce-2"),
                ("/nowhere", 404, "nonce-2"), ("/other", 500, nil),
            ]
            let requests = try expected.map { ($0, try kit.fields($0.path, nonce: "nonce-1")) }
            try await application.test(.router) { client in
                for ((path, status, nonce), fields) in requests {
                    let answer = try await client.execute(uri: path, method: .get, headers: fields)
                    #expect(answer.status.code == status && answer.headers[.dpopNonce] == nonce, "\(path)")
                    #expect(answer.headers[values: .cacheControl] == (nonce == nil ? [] : ["no-store"]), "\(path)")
                    if path == "/teapot" { #expect(answer.headers[.server] == "teapot") }
                    if path == "/missing" { #expect(String(buffer: answer.body).contains("no such account")) }
                }
            }
        }

        @Test("a denial that a route throws is the answer")
        func denial() async throws {
            let kit = try HummingbirdKit()
            let (fields, inner) = (try kit.fields("/inner"), kit.guardian)
            let application = kit.application { router in
                router.get("inner") { request, _ -> String in
                    // The proof is used up by now.
                    guard case .denied(let denial) = await inner.authorize(request.head) else { return "granted" }
                    throw denial
                }
            }
            try await application.test(.router) { client in
                let answer = try await client.execute(uri: "/inner", method: .get, headers: fields)
                #expect(answer.status == .unauthorized)
                #expect(String(buffer: answer.body).hasPrefix("{\"error\":\"invalid_dpop_proof\""))
            }
            #expect(kit.events.codes == [nil, DecisionCode(.replayed)])
        }
    }
#endif

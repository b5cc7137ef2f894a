#if Hummingbird
    import DPoPCore
    import DPoPServer
    import HTTPTypes
    import Hummingbird
    import HummingbirdTesting
    import Testing

    @testable import DPoPHummingbird

    /// Behind a terminator of TLS, which speaks plain HTTP/1 to Hummingbird.
    @Suite struct ProxyTests {
        private let forwardedFor: HTTPField.Name
        private let forwardedHost: HTTPField.Name
        private let forwardedProto: HTTPField.Name

        init() throws {
            forwardedFor = try #require(HTTPField.Name("X-Forwarded-For"))
            forwardedHost = try #require(HTTPField.Name("X-Forwarded-Host"))
            forwardedProto = try #require(HTTPField.Name("X-Forwarded-Proto"))
        }

        @Test("attack 111: behind a terminator the configured https origin counts, and needs no header")
        func terminator() async throws {
            let kit = try HummingbirdKit()
            let fields = try kit.fields()
            try await kit.application().test(.live) { client in
                let answer = try await client.execute(uri: "/me", method: .get, headers: fields)
                #expect(answer.status == .ok)
            }
        }

        @Test("attack 110: forwarded fields count from a listed proxy, and from nobody else")
        func forwarded() async throws {
            for (range, isTrusted) in [("127.0.0.1/32", true), ("192.0.2.0/24", false)] {
                let kit = try HummingbirdKit(origin: "https://api.example.com") {
                    $0.origins = try ExternalOrigins(["https://api.example.com", "https://localhost"])
                    $0.proxies = try TrustedProxies(
                        [range, "::1/128"].filter { isTrusted || !$0.hasPrefix("::") }, hops: 1,
                        reading: .xForwarded([.for, .host, .proto]))
                }
                var fields = try kit.fields()
                fields[forwardedFor] = "198.51.100.9"
                fields[forwardedHost] = "api.example.com"
                fields[forwardedProto] = "https"
                let sent = fields
                try await kit.application().test(.live) { client in
                    let answer = try await client.execute(uri: "/me", method: .get, headers: sent)
                    #expect(answer.status == (isTrusted ? .ok : .unauthorized))
                }
                // Without the proxy's word the request was sent to localhost, which the proof does not name.
                #expect(kit.events.codes == [isTrusted ? nil : DecisionCode(ProofRejection.Code.targetMismatch)])
                #expect(kit.events.all.map { $0.clientAddress == "198.51.100.9" } == [isTrusted])
            }
        }

        @Test("attack 167: a preflight reaches the guard without credentials, and answers expose the nonce")
        func preflight() async throws {
            let kit = try HummingbirdKit {
                $0.crossOrigin = try CrossOrigin(.listed(["https://app.example.com"]))
                $0.nonces = TwoNonces()
            }
            let asked: HTTPFields = [
                .origin: "https://app.example.com", .accessControlRequestMethod: "GET",
                .accessControlRequestHeaders: "authorization, dpop",
            ]
            let fields = try kit.fields()
            try await kit.application().test(.router) { client in
                let preflight = try await client.execute(uri: "/me", method: .options, headers: asked)
                #expect(preflight.status == .noContent)
                #expect(preflight.headers[.accessControlAllowOrigin] == "https://app.example.com")
                #expect(preflight.headers[.accessControlAllowHeaders]?.lowercased().contains("dpop") == true)
                var sent = fields
                sent[.origin] = "https://app.example.com"
                let answer = try await client.execute(uri: "/me", method: .get, headers: sent)
                #expect(answer.status == .unauthorized && answer.headers[values: .dpopNonce].count == 1)
                #expect(answer.headers[.accessControlExposeHeaders]?.contains("DPoP-Nonce") == true)
                #expect(answer.headers[.cacheControl] == "no-store")
            }
        }
    }
#endif

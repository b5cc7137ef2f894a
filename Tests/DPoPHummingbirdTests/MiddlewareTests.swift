#if Hummingbird
    import DPoPCore
    import DPoPServer
    import HTTPTypes
    import Hummingbird
    import HummingbirdTesting
    import NIOCore
    import Testing

    @testable import DPoPHummingbird

    @Suite struct MiddlewareTests {
        @Test("a proof by the token's key is granted, once")
        func granted() async throws {
            let kit = try HummingbirdKit()
            let fields = try kit.fields()
            try await kit.application().test(.router) { client in
                let first = try await client.execute(uri: "/me", method: .get, headers: fields)
                #expect(first.status == .ok && String(buffer: first.body) == "alice")
                let second = try await client.execute(uri: "/me", method: .get, headers: fields)
                #expect(second.status == .unauthorized)
                #expect(second.headers[.wwwAuthenticate]?.hasPrefix("DPoP error=\"invalid_dpop_proof\"") == true)
            }
            #expect(kit.events.codes == [nil, DecisionCode(.replayed)])
            #expect(kit.events.all.allSatisfy { $0.requestID?.isEmpty == false })
        }

        @Test("a request without credentials gets a challenge without an error and no body")
        func noCredentials() async throws {
            let kit = try HummingbirdKit()
            try await kit.application().test(.router) { client in
                let answer = try await client.execute(uri: "/me", method: .get)
                #expect(answer.status == .unauthorized && answer.body.readableBytes == 0)
                #expect(answer.headers[.wwwAuthenticate]?.hasPrefix("DPoP algs=\"") == true)
            }
            #expect(kit.events.codes == [.noCredentials])
        }

        @Test("attack 115: a bound token as a bearer token is refused, with a proof and without")
        func bearer() async throws {
            let kit = try HummingbirdKit { $0.dpop = .preferred }
            let proof = try kit.proof()
            let good = try kit.fields()
            try await kit.application().test(.router) { client in
                var fields: HTTPFields = [.authorization: "Bearer " + HummingbirdKit.token]
                #expect(try await client.execute(uri: "/me", method: .get, headers: fields).status == .unauthorized)
                fields[.dpop] = proof
                let answer = try await client.execute(uri: "/me", method: .get, headers: fields)
                #expect(answer.status == .unauthorized)
                #expect(answer.headers[values: .wwwAuthenticate].contains { $0.contains("error=\"invalid_token\"") })
                // The proof that came with it is not used up, and an unbound token is served.
                fields[.authorization] = good[.authorization]
                #expect(try await client.execute(uri: "/me", method: .get, headers: fields).status == .ok)
                fields = [.authorization: "Bearer " + HummingbirdKit.unboundToken]
                let unbound = try await client.execute(uri: "/me", method: .get, headers: fields)
                #expect(String(buffer: unbound.body) == "bob")
            }
            #expect(kit.events.codes == [.boundTokenAsBearer, .boundTokenAsBearer, nil, nil])
        }

        @Test(
            "attack 117: the scheme is read in any case, and then one space and a token68",
            arguments: [
                ("dpop ", 200), ("DPOP ", 200), ("dPoP ", 200), ("DPoP  ", 400), ("DPoP\t", 400), ("DPoP \"", 400),
                ("DPoP a,", 400), ("DPoP", 401),
            ])
        func scheme(_ prefix: String, _ status: Int) async throws {
            let kit = try HummingbirdKit()
            var fields = try kit.fields()
            fields[.authorization] = prefix + HummingbirdKit.token
            try await kit.application().test(.router) { [fields] client in
                let answer = try await client.execute(uri: "/me", method: .get, headers: fields)
                #expect(answer.status.code == status)
            }
        }

        @Test("attack 118: two Authorization lines or joined ones are refused")
        func authorizations() async throws {
            let kit = try HummingbirdKit()
            let good = try kit.fields()
            var two = good
            two.append(HTTPField(name: .authorization, value: "Bearer x"))
            var joined = good
            joined[.authorization] = "Bearer x, DPoP " + HummingbirdKit.token
            try await kit.application().test(.router) { [two, joined] client in
                for (fields, status) in [(two, 400), (joined, 400), (good, 200)] {
                    let answer = try await client.execute(uri: "/me", method: .get, headers: fields)
                    #expect(answer.status.code == status)
                }
            }
            #expect(kit.events.codes == [.authorizationRepeated, .authorizationMalformed, nil])
        }

        @Test("a proof is missing, by another key, for another method or path: 401 each, and no proof is used up")
        func refused() async throws {
            let kit = try HummingbirdKit()
            let good = try kit.fields()
            var fields = [HTTPFields](repeating: good, count: 4)
            fields[0][.dpop] = nil
            fields[1][.dpop] = try kit.proof(by: SigningKey.generate(.es256))
            fields[2][.dpop] = try kit.proof(method: "POST")
            fields[3][.dpop] = try kit.proof("/other")
            try await kit.application().test(.router) { [fields] client in
                for fields in fields {
                    let answer = try await client.execute(uri: "/me", method: .get, headers: fields)
                    #expect(answer.status == .unauthorized)
                    #expect(String(buffer: answer.body).hasPrefix("{\"error\":\"invalid_"))
                }
                #expect(try await client.execute(uri: "/me", method: .get, headers: good).status == .ok)
            }
            let codes: [DecisionCode?] = [
                .proofMissing, .init(.keyBindingMismatch), .init(.methodMismatch), .init(.targetMismatch), nil,
            ]
            #expect(kit.events.codes == codes)
        }

        @Test("attack 191: the same bad request gets the same answer each time")
        func same() async throws {
            let kit = try HummingbirdKit()
            var fields = try kit.fields()
            fields[.dpop]?.append("A")
            try await kit.application().test(.router) { [fields] client in
                let first = try await client.execute(uri: "/me", method: .get, headers: fields)
                #expect(first.status == .unauthorized)
                for _ in 0..<20 {
                    let answer = try await client.execute(uri: "/me", method: .get, headers: fields)
                    #expect(answer.head == first.head && answer.body == first.body)
                }
            }
        }

        @Test("a preflight that the guard does not answer is a request without credentials")
        func options() async throws {
            let kit = try HummingbirdKit()
            try await kit.application().test(.router) { client in
                let answer = try await client.execute(
                    uri: "/me", method: .options,
                    headers: [.origin: "https://app.example", .accessControlRequestMethod: "GET"])
                #expect(answer.status == .unauthorized)
            }
        }
    }
#endif

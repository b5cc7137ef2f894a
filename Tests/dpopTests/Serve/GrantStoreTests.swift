#if Hummingbird
    import DPoPCore
    import Foundation
    import HTTPTypes
    import Testing

    @testable import dpop

    @Suite("dpop serve: what is remembered")
    struct GrantStoreTests {
        private let start = UnixTime(seconds: 1_700_000_000)

        private func makeClient() throws -> Client {
            var clients = Clients()
            try clients.add("app", secret: nil, option: "--public-client")
            return try #require(clients.named("app"))
        }

        private func makeRequest(_ client: Client) throws -> AuthorizationRequest {
            let challenge = Thumbprint(sha256Of: [1]).jkt
            let form = try Form(
                Array("response_type=code&code_challenge_method=S256&scope=read&code_challenge=\(challenge)".utf8)[...])
            let uri = try #require(RedirectURI("https://client.example/"))
            return try AuthorizationRequest(form, client: client, redirectURI: uri)
        }

        @Test("a full table refuses a new key, keeps every live one, and has room again when one has run out")
        func boundedTable() {
            var table = BoundedTable<Int, String>(capacity: 2)
            let later = start.advanced(bySeconds: 10)
            let latest = start.advanced(bySeconds: 20)
            let atStart = [
                table.set(1, "a", until: later, now: start), table.set(2, "b", until: latest, now: start),
                table.set(3, "c", until: later, now: start), table.set(2, "B", until: latest, now: start),
            ]
            #expect(atStart == [true, true, false, true])
            #expect(table.value(1, now: start) == "a" && table.value(2, now: start) == "B")
            #expect(table.value(1, now: later) == nil && table.value(2, now: later) == "B")
            let afterwards = [
                table.set(3, "c", until: latest, now: later), table.set(4, "d", until: latest, now: later),
            ]
            #expect(afterwards == [true, false])
            let removed = table.remove(3, now: later)
            #expect(removed == "c" && table.value(3, now: later) == nil)
        }

        @Test("a code counts for 60 s", arguments: [(59, true), (60, false)])
        func codeLifetime(_ age: Int64, _ isGood: Bool) throws {
            let store = try GrantStore()
            let client = try makeClient()
            let code = try #require(try store.issueCode(makeRequest(client), subject: "user", now: start))
            let found = try? store.request(ofCode: code, by: client, now: start.advanced(bySeconds: age))
            #expect((found != nil) == isGood)
        }

        @Test("a pushed request counts for 60 s", arguments: [(59, true), (60, false)])
        func pushedLifetime(_ age: Int64, _ isGood: Bool) throws {
            let store = try GrantStore()
            let client = try makeClient()
            let uri = try store.push(makeRequest(client), now: start)
            #expect((store.takePushed(uri, by: client, now: start.advanced(bySeconds: age)) != nil) == isGood)
        }

        @Test("of many who redeem one code at once, one gets the tokens, and then nobody has them")
        func redeemedAtOnce() async throws {
            let store = try GrantStore()
            let client = try makeClient()
            let code = try #require(try store.issueCode(makeRequest(client), subject: "user", now: start))
            let start = start
            let redeemed = await withTaskGroup(of: String?.self) { group in
                for _ in 0..<32 {
                    group.addTask { try? store.redeem(code: code, refreshBoundTo: nil, now: start).access.id }
                }
                return await group.reduce(into: []) { $0 += [$1].compactMap { $0 } }
            }
            #expect(redeemed.count == 1)
            #expect(store.isRevoked(jti: nil, grantID: redeemed.first, now: start))
            #expect(!store.isRevoked(jti: "another", grantID: "another", now: start))
        }

        @Test("a refresh token is this process's own, in one spelling")
        func refreshTokens() throws {
            let (own, other) = (try RefreshTokens(), try RefreshTokens())
            let token = own.text(grantID: "grant", turn: 7)
            let read = try #require(own.read(token))
            #expect(read.grantID == "grant" && read.turn == 7)
            #expect(other.read(token) == nil)
            for index in token.utf8.indices {
                var changed = Array(token.utf8)
                changed[token.utf8.distance(from: token.startIndex, to: index)] ^= 1
                #expect(own.read(String(decoding: changed, as: UTF8.self)) == nil)
            }
            for text in ["", ".", "..", token + "=", "+" + token, token.replacingOccurrences(of: ".7.", with: ".07.")] {
                #expect(own.read(text) == nil)
            }
        }

        @Test(
            "a form's escapes are read, and what is malformed is refused",
            arguments: [
                ("a=b", "b"), ("a=%41+%2B%26", "A +&"), ("a=b%3Dc=d", "b=c=d"), ("x=1&a=b", "b"), ("%61=b", "b"),
                ("a=b&a=c", nil), ("a=b&%61=c", nil), ("a=%", nil), ("a=%4", nil), ("a=%4g", nil), ("a=%FF", nil),
                ("a=b&", nil), ("&a=b", nil), ("=b&a=b", nil), ("a=%C3%A9", nil), ("a=%00", nil),
            ] as [(String, String?)])
        func form(_ text: String, _ value: String?) {
            #expect((try? Form(Array(text.utf8)[...]).value("a")) == value)
        }

        @Test("an empty parameter is an absent one, and one that nobody asks for may be anything")
        func absent() throws {
            let form = try Form(Array("a=&b&c=%C3%A9&d=e".utf8)[...])
            #expect(try form.value("a") == nil && form.value("b") == nil && form.value("z") == nil)
            #expect(form.has("a") && !form.has("z"))
            #expect(try form.value("d") == "e")
        }
    }
#endif

import DPoPCore
import HTTPTypes
import Testing

@testable import DPoPClient

@Suite struct TokenResponseTests {
    private func response(
        _ answer: ScriptedServer.Answer, policy: BindingPolicy = .required, observer: (any SessionObserver)? = nil
    ) throws -> TokenResponse {
        let kit = try TokenKit(observer: observer)
        let signed = try kit.session.signTokenRequest(ClientKit.request(.post, "/token", authority: "as.example.com"))
        return try TokenResponse(answer.0, body: answer.1, to: signed, policy: policy)
    }

    private func code(_ answer: ScriptedServer.Answer) -> DPoPClientError.Code? {
        #expect(throws: DPoPClientError.self) { try response(answer) }?.code
    }

    @Test("attack 120: a token_type is DPoP in any case", arguments: ["DPoP", "dpop", "DPOP", "dPoP"])
    func bound(type: String) throws {
        let answer = try response(Answers.token(type: type))
        guard case .bound(let token) = answer.credential else {
            Issue.record("not bound")
            return
        }
        #expect(token.accessToken == "at-1" && token.expiresAt == nil)
    }

    @Test(
        "attack 120: a Bearer token where DPoP was asked for is an error, in any case",
        arguments: ["Bearer", "bearer", "BEARER"])
    func downgraded(type: String) throws {
        #expect(code(Answers.token(type: type)) == .downgraded)
        let observer = KeptEvents()
        let answer = try response(Answers.token("\"expires_in\":9", type: type), policy: .preferred, observer: observer)
        guard case .bearer(let token) = answer.credential else {
            Issue.record("not a bearer token")
            return
        }
        #expect(token.accessToken == "at-1" && token.expiresAt == TokenKit.now.advanced(bySeconds: 9))
        #expect(observer.events == [.downgraded(try ServerOrigin("https://as.example.com"))])
    }

    @Test("attack 120: a bound token under the policy preferred is bound and no event")
    func preferredBound() throws {
        let observer = KeptEvents()
        let answer = try response(Answers.token(), policy: .preferred, observer: observer)
        guard case .bound = answer.credential else {
            Issue.record("not bound")
            return
        }
        #expect(observer.events.isEmpty)
    }

    @Test(
        "attack 120: a type of another name is an error under either policy",
        arguments: ["", "N_A", "mac", "DPoP ", "dpop\u{301}", "Bearer DPoP"])
    func otherType(type: String) {
        for policy in [BindingPolicy.required, .preferred] {
            let error = #expect(throws: DPoPClientError.self) {
                try response(Answers.token(type: type), policy: policy)
            }
            #expect(error?.code == .malformedAnswer)
        }
    }

    @Test(
        "an answer with a member of another type is refused",
        arguments: [
            "{}", "[]", "", "null", "<html></html>", "{\"token_type\":\"DPoP\"}", "{\"access_token\":\"at\"}",
            "{\"access_token\":1,\"token_type\":\"DPoP\"}", "{\"access_token\":null,\"token_type\":\"DPoP\"}",
            "{\"access_token\":\"\",\"token_type\":\"DPoP\"}", "{\"access_token\":\"a b\",\"token_type\":\"DPoP\"}",
            "{\"access_token\":\"a\\r\\nX: y\",\"token_type\":\"DPoP\"}",
            "{\"access_token\":\"at\u{e9}\",\"token_type\":\"DPoP\"}",
            "{\"access_token\":[\"at\"],\"token_type\":\"DPoP\"}",
            "{\"access_token\":\"at\",\"token_type\":[\"DPoP\"]}", "{\"access_token\":\"at\",\"token_type\":null}",
            "{\"access_token\":\"at\",\"access_token\":\"at\",\"token_type\":\"DPoP\"}",
            "{\"access_token\":\"at\",\"token_type\":\"DPoP\"} {}",
        ])
    func malformed(body: String) { #expect(code(Answers.json(body)) == .malformedAnswer) }

    @Test(
        "an optional member of another type is refused, and its twin taken",
        arguments: [
            ("\"expires_in\":-1", "\"expires_in\":0"), ("\"expires_in\":true", "\"expires_in\":null"),
            ("\"expires_in\":\"\"", "\"expires_in\":\"60\""), ("\"expires_in\":\"60s\"", "\"expires_in\":60"),
            ("\"expires_in\":1e30", "\"expires_in\":1e3"), ("\"expires_in\":-0.5", "\"expires_in\":0.5"),
            ("\"expires_in\":253402300800", "\"expires_in\":253402300799"), ("\"expires_in\":[60]", ""),
            ("\"refresh_token\":1", "\"refresh_token\":\"1\""), ("\"refresh_token\":\"\"", "\"refresh_token\":null"),
            ("\"refresh_token\":\"r\\n\"", "\"refresh_token\":\"r\""), ("\"refresh_token\":{}", ""),
            ("\"scope\":[\"a\"]", "\"scope\":\"a\""), ("\"scope\":1", "\"scope\":null"),
            ("\"scope\":\"a\\tb\"", "\"scope\":\"a b\""), ("\"scope\":\"a\\\"\"", "\"scope\":\"\""),
        ])
    func optional(refused: String, taken: String) throws {
        #expect(code(Answers.token(refused)) == .malformedAnswer)
        _ = try response(Answers.token(taken))
    }

    @Test("lifetime, scope and refresh token are read")
    func members() throws {
        let answer = try response(
            Answers.token("\"expires_in\":299.9,\"scope\":\"b a  c\",\"refresh_token\":\"rt-1\",\"more\":[1]"))
        #expect(answer.credential.expiresAt == UnixTime(seconds: 1_800_000_299))
        #expect(answer.scope == ["b", "a", "c"] && answer.refreshToken?.text == "rt-1")
        #expect(try response(Answers.token("\"expires_in\":\"299\"")).credential.expiresAt?.seconds == 1_800_000_299)
    }

    @Test("a token has at most 16,384 bytes, an answer 1 MiB")
    func sizes() throws {
        func answer(_ count: Int) -> ScriptedServer.Answer {
            Answers.json("{\"token_type\":\"DPoP\",\"access_token\":\"\(String(repeating: "t", count: count))\"}")
        }
        _ = try response(answer(16_384))
        #expect(code(answer(16_385)) == .malformedAnswer)
        let padding = String(repeating: " ", count: TokenResponse.maximumSize)
        #expect(code(Answers.json("{\"token_type\":\"DPoP\",\"access_token\":\"t\"}" + padding)) == .malformedAnswer)
    }

    @Test("a request that is no token request has no token answer")
    func purpose() throws {
        let kit = try ClientKit()
        let signed = try kit.session.sign(ClientKit.request(), with: kit.token)
        let (head, body) = Answers.token()
        let error = #expect(throws: DPoPClientError.self) { try TokenResponse(head, body: body, to: signed) }
        #expect(error?.code == .malformedRequest)
    }

    @Test("no way to show an answer shows its tokens")
    func secret() throws {
        let answer = try response(Answers.token("\"refresh_token\":\"rt-1\""))
        let bearer = try response(Answers.token(type: "Bearer"), policy: .preferred)
        for text in [TokenKit.shown(answer), TokenKit.shown(bearer), TokenKit.shown(answer.credential)] {
            #expect(!text.contains("at-1") && !text.contains("rt-1"))
        }
        #expect(TokenKit.shown(answer).contains("jkt"))
    }
}

import DPoPCore
import HTTPTypes
import Testing

@testable import DPoPClient

@Suite struct SecretTests {
    /// All that printing shows of a value.
    private func shown(_ value: Any) -> String {
        var text = "\(value)\n\(String(reflecting: value))\n"
        dump(value, to: &text)
        return text
    }

    @Test("nothing of a token, a proof or a nonce is printed with requests, tokens, sessions, retries or errors")
    func printed() async throws {
        let kit = try ClientKit()
        let token = BoundToken(accessToken: "the-access-token", jkt: kit.session.jkt, expiresAt: nil)
        var request = ClientKit.request(.get, "/a?code=the-query")
        request.headerFields[.cookie] = "the-cookie"
        let question = Answers.challenge("use_dpop_nonce", Answers.nonce("the-nonce")).0
        let first = try kit.session.sign(request, with: token)
        let assessment = first.assess(question)
        guard case .signAgain(let retry) = assessment else {
            Issue.record("no retry")
            return
        }
        let second = try kit.session.sign(request, with: token, as: retry)
        let failed = second.assess(question)
        guard case .failed(let error) = failed else {
            Issue.record("no error")
            return
        }
        let bearer = BearerToken(accessToken: "the-access-token", expiresAt: nil)
        let refresh = RefreshToken(text: "the-refresh-token", jkt: kit.session.jkt)
        let requests = try kit.session.requests(with: token)
        let values: [Any] = [
            first, second, assessment, failed, retry, error, token, bearer, refresh, AccessCredential.bound(token),
            AccessCredential.bearer(bearer), kit.session, requests, kit.session.tokenRequests, error.serverError as Any,
            DPoPClientError(.keyUnavailable, "r", response: question, underlying: error), [token: refresh],
        ]
        let proofs = [first, second].flatMap {
            ($0.request.headerFields[.proofField] ?? "").split(separator: ".").map(String.init)
        }
        let secrets =
            ["the-access-token", "the-refresh-token", "the-nonce", "the-cookie", "the-query"] + proofs.dropFirst()
        for value in values {
            let text = shown(value)
            #expect(text.count > 10)
            for secret in secrets { #expect(!text.contains(secret), "\(type(of: value))") }
        }
        // And it is these texts that would show them.
        #expect(shown(second.request.headerFields).contains("the-access-token"))
    }
}

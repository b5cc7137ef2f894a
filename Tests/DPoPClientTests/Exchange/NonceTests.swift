import DPoPCore
import HTTPTypes
import Testing

@testable import DPoPClient

@Suite struct NonceTests {
    @Test("a nonce that is asked for is carried by the next send, in either shape of the question")
    func asked() async throws {
        for question in [
            Answers.challenge("use_dpop_nonce", Answers.nonce("n1")),
            Answers.refusal("use_dpop_nonce", Answers.nonce("n1")),
        ] {
            let kit = try ClientKit()
            let server = ScriptedServer { _, index in index == 0 ? question : Answers.ok() }
            let answer = try await kit.session.requests(with: kit.token).send(ClientKit.request(), over: server)
            #expect(answer.response.status == .ok)
            let claims = try server.claims
            #expect(claims.map { $0["nonce"]?.text } == [nil, "n1"])
            #expect(claims[0]["jti"] != claims[1]["jti"])
        }
    }
}

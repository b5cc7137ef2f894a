import Foundation
import Testing

/// A client's folder beside a scripted server: a key, a token, and the commands that use them.
struct ScriptedScene {
    let bench: Workbench
    let server: ScriptedServer
    let key: String
    let jkt: String

    static let accessToken = "an-access-token"

    /// What a token endpoint answers.
    static let tokenAnswer = ScriptedServer.Answer(
        fields: ["Content-Type: application/json"],
        body: "{\"access_token\":\"\(accessToken)\",\"token_type\":\"DPoP\",\"expires_in\":60}")

    init(_ answers: ScriptedServer.Answer...) throws { try self.init(answers) }

    init(_ answers: [ScriptedServer.Answer]) throws {
        bench = try Workbench()
        server = try ScriptedServer(answers)
        key = bench.path("agent.pem")
        let made = try bench.dpop("key", "new", "--out", key)
        try #require(made.status == 0)
        jkt = made.output.trimmingCharacters(in: .newlines)
        try bench.file("token", ScriptedScene.accessToken)
    }

    func request(_ path: String = "/orders", _ arguments: String...) throws -> CommandResult {
        try request(path, arguments)
    }

    func request(_ path: String, _ arguments: [String]) throws -> CommandResult {
        try bench.dpop(
            ["request", "--key", key, "--access-token-file", bench.path("token"), "--url", server.origin + path]
                + arguments)
    }

    /// `dpop token` at the server's token endpoint.
    func token(_ arguments: String...) throws -> CommandResult { try token(arguments) }

    func token(_ arguments: [String]) throws -> CommandResult {
        try bench.dpop(
            ["token", "--key", key, "--token-endpoint", server.origin + "/token", "--client-id", "agent"] + arguments)
    }
}

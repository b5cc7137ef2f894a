import Foundation
import Testing

/// Each server is slow by its script, so that a busy machine can only make it slower.
@Suite("--max-time")
struct MaximumTimeTests {
    private let asksForNonce = ScriptedServer.Answer(
        status: "401 Unauthorized",
        fields: ["WWW-Authenticate: DPoP error=\"use_dpop_nonce\"", "DPoP-Nonce: a-nonce"], delay: 0.7)

    @Test("the time is for all answers together", arguments: [("1", 2), ("60", 0)] as [(String, Int32)])
    func together(_ time: String, _ status: Int32) throws {
        let scene = try ScriptedScene(asksForNonce, ScriptedServer.Answer(body: "good", delay: 0.7))
        let result = try scene.request("/", "--max-time", time)
        #expect(result.status == status, "\(result)")
        #expect(result.output == (status == 0 ? "good" : ""))
        #expect(status == 0 || isOneLine(result.error, naming: "--max-time", "1 s"), "\(result.error)")
    }

    @Test("a server that accepts and never answers is not waited for")
    func silence() throws {
        let scene = try ScriptedScene(ScriptedServer.Answer(isMissing: true))
        let result = try scene.request("/", "--max-time", "1", "--json", "--trace")
        #expect(result.status == 2 && result.output.isEmpty)
        // The trace shows where it ended; without an object for it, as lines.
        #expect(result.error.hasPrefix("> GET ") && result.error.contains("< no answer\n"))
        #expect(result.error.split(separator: "\n").last?.contains("--max-time") == true, "\(result.error)")
    }

    @Test("of a token too", arguments: [("1", 2), ("60", 0)] as [(String, Int32)])
    func token(_ time: String, _ status: Int32) throws {
        var good = ScriptedScene.tokenAnswer
        good.delay = 0.7
        var asksForNonce = asksForNonce
        asksForNonce.status = "400 Bad Request"
        asksForNonce.fields[0] = "Content-Type: application/json"
        asksForNonce.body = "{\"error\":\"use_dpop_nonce\"}"
        let scene = try ScriptedScene(asksForNonce, good)
        let result = try scene.token("--max-time", time)
        #expect(result.status == status, "\(result)")
        #expect(status == 0 || isOneLine(result.error, naming: "--max-time"), "\(result.error)")
    }

    @Test("help says how long it is otherwise", arguments: ["request", "token"])
    func help(_ command: String) throws {
        let help = try Workbench().dpop(command, "--help").output
        #expect(help.split(separator: "--max-time").last?.prefix(200).contains("(default: 60)") == true)
    }
}

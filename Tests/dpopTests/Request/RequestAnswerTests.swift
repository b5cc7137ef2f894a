import Foundation
import Testing

@Suite("answers to request and token")
struct RequestAnswerTests {
    @Test(
        "an error's status is said on standard error",
        arguments: [
            ("404 Not Found", "", true), ("500 Internal Server Error", "sorry\n", true), ("200 OK", "", false),
            ("304 Not Modified", "", false),
        ])
    func status(_ status: String, _ body: String, _ isError: Bool) throws {
        let answer = ScriptedServer.Answer(status: status, body: body)
        let plain = try ScriptedScene(answer).request()
        #expect(plain.status == (isError ? 1 : 0) && plain.output == body)
        #expect(plain.error == (isError ? "dpop: \(status.prefix(3))\n" : ""))
        // These say it themselves.
        let included = try ScriptedScene(answer).request("/", "--include")
        #expect(included.error.isEmpty && included.output.hasPrefix("\(status.prefix(3))\n"))
        let object = try ScriptedScene(answer).request("/", "--json")
        #expect(try object.error.isEmpty && object.object()["status"] as? Int == Int(status.prefix(3)))
    }

    @Test("--json prints one object, be it an answer, a refusal or what no proof satisfies")
    func oneObject() throws {
        let nonce = ScriptedServer.Answer(
            status: "401 Unauthorized", fields: ["WWW-Authenticate: DPoP error=\"use_dpop_nonce\"", "DPoP-Nonce: n"])
        let elsewhere = ScriptedServer.Answer(
            status: "307 Temporary Redirect", fields: ["Location: http://127.0.0.2/"])
        for (answers, status, member) in [
            ([ScriptedServer.Answer(body: "\u{1B}[2J")], 0, "body"), ([ScriptedServer.Answer(body: "")], 0, "body"),
            ([ScriptedServer.Answer(status: "500 Internal Server Error")], 1, "body"),
            ([nonce, nonce], 1, "error"), ([elsewhere], 1, "error"),
        ] as [([ScriptedServer.Answer], Int32, String)] {
            let scene = try ScriptedScene(answers)
            let result = try scene.request("/", "--json")
            #expect(result.status == status && result.error.isEmpty && result.outputLines.count == 1, "\(result)")
            #expect(try result.object()[member] is String)
            #expect(!result.output.contains(ScriptedScene.accessToken) && !result.output.contains("\u{1B}"))
        }
    }

    @Test("a body makes a POST of it, unless a method is given")
    func body() throws {
        for (arguments, method) in [([], "POST"), (["--method", "PUT"], "PUT")] {
            let scene = try ScriptedScene([ScriptedServer.Answer(status: "201 Created")])
            let file = try scene.bench.file("body", "the body")
            let arguments = ["--body-file", file, "--header", "Content-Type: text/plain"] + arguments
            let result = try scene.request("/", arguments)
            #expect(result.status == 0, "\(result)")
            let sent = try #require(scene.server.requests.first)
            #expect(sent.hasPrefix("\(method) / ") && sent.hasSuffix("\r\n\r\nthe body"))
            #expect(sent.lowercased().contains("\r\ncontent-type: text/plain\r\n"))
        }
        let scene = try ScriptedScene(ScriptedServer.Answer())
        #expect(try scene.request().status == 0)
        #expect(scene.server.requests.first?.hasPrefix("GET /orders ") == true)
    }

    @Test("a file that is there is refused before a token is fetched")
    func existingFile() throws {
        let scene = try ScriptedScene(ScriptedScene.tokenAnswer)
        let there = try scene.bench.file("there", "mine")
        try FileManager.default.createSymbolicLink(
            atPath: scene.bench.path("dangling"), withDestinationPath: scene.bench.path("nothing"))
        for path in [there, scene.bench.path("dangling")] {
            let result = try scene.token("--out", path)
            #expect(result.status == 2 && isOneLine(result.error, naming: "--out", "exists already"))
        }
        let nowhere = try scene.token("--out", scene.bench.path("no-such-folder/token"))
        #expect(nowhere.status == 2 && isOneLine(nowhere.error, naming: "--out", "expected a new name in a folder"))
        #expect(scene.server.requests.isEmpty)
        #expect(try String(contentsOfFile: there, encoding: .utf8) == "mine")

        let path = scene.bench.path("token.json")
        let good = try scene.token("--out", path)
        #expect(good.status == 0 && good.output == scene.jkt + "\n" && scene.server.requests.count == 1)
        #expect(try String(contentsOfFile: path, encoding: .utf8).contains(ScriptedScene.accessToken))
    }

    @Test("a client's own key may be encrypted with a passphrase of its own")
    func encryptedClientKey() throws {
        let scene = try ScriptedScene(ScriptedScene.tokenAnswer)
        let clientKey = scene.bench.path("client.pem")
        let passphrase = try scene.bench.file("passphrase", "a passphrase")
        #expect(try scene.bench.dpop("key", "new", "--out", clientKey, "--passphrase-file", passphrase).status == 0)
        let locked = try scene.token("--client-key", clientKey)
        #expect(locked.status == 2 && isOneLine(locked.error, naming: "--client-key-passphrase-file"))
        #expect(scene.server.requests.isEmpty)
        let good = try scene.token("--client-key", clientKey, "--client-key-passphrase-file", passphrase)
        #expect(good.status == 0, "\(good)")
        #expect(scene.server.requests.first?.contains("client_assertion=eyJ") == true)
    }

    @Test("HEAD has an answer without a body")
    func head() throws {
        let scene = try ScriptedScene(ScriptedServer.Answer(fields: ["X-Note: here"]))
        let result = try scene.request("/", "--method", "HEAD", "--include")
        #expect(result.status == 0 && result.output.hasPrefix("200\n"), "\(result)")
        #expect(result.output.lowercased().contains("x-note: here\n") && result.output.hasSuffix("\n\n"))
        #expect(scene.server.requests.first?.hasPrefix("HEAD / ") == true)
    }

    @Test("a token that is not bound is refused, with status 1 and without the token")
    func unbound() throws {
        var answer = ScriptedScene.tokenAnswer
        answer.body = answer.body.replacing("\"DPoP\"", with: "\"Bearer\"")
        for arguments in [[], ["--json"]] {
            let scene = try ScriptedScene([answer])
            let result = try scene.token(arguments)
            #expect(result.status == 1, "\(result)")
            #expect((result.output + result.error).contains("downgraded"))
            #expect(!(result.output + result.error).contains(ScriptedScene.accessToken))
        }
    }
}

import Foundation
import Testing

@Suite("--trace")
struct TraceTests {
    @Test("no query is shown, of the request, of a redirect or of another field of an answer")
    func queries() throws {
        let redirect = ScriptedServer.Answer(
            status: "307 Temporary Redirect", fields: ["Location: /next?api_key=SECRET2", "Link: </more?x=SECRET3>"])
        let final = ScriptedServer.Answer(fields: ["Content-Location: /next#SECRET4"], body: "good")
        for isJSON in [false, true] {
            let scene = try ScriptedScene(redirect, final)
            let result = try scene.request("/orders?api_key=SECRET1", "--trace", isJSON ? "--json" : "--include")
            #expect(result.status == 0)
            let sent = scene.server.requests.map { $0.split(separator: "\r\n")[0] }
            #expect(sent == ["GET /orders?api_key=SECRET1 HTTP/1.1", "GET /next?api_key=SECRET2 HTTP/1.1"])
            let shown: String
            if isJSON {
                let trace = try #require(try result.object()["trace"])
                let data = try JSONSerialization.data(withJSONObject: trace, options: [.withoutEscapingSlashes])
                shown = String(decoding: data, as: UTF8.self)
            } else {
                shown = result.error
            }
            #expect(!shown.contains("SECRET"), "\(shown)")
            #expect(shown.contains("\(scene.server.origin)/orders?… (15 bytes)"), "\(shown)")
            #expect(shown.contains("/next?… (15 bytes)") && shown.contains("/next#… (7 bytes)"), "\(shown)")
        }
    }

    @Test("a field that was given is shown with its length alone, unless it is one that holds no secret")
    func fields() throws {
        let scene = try ScriptedScene(
            ScriptedServer.Answer(fields: ["X-Session-Token: SECRET5", "Set-Cookie: a=SECRET6", "X-Note: plain"]))
        let result = try scene.request(
            "/", "--trace", "--header", "X-Api-Key: SECRET7", "--header", "Accept: text/plain")
        #expect(result.status == 0 && !result.error.contains("SECRET"), "\(result.error)")
        let lines = result.error.lowercased().split(separator: "\n")
        #expect(lines.contains("> x-api-key: … (7 bytes)") && lines.contains("> accept: text/plain"))
        #expect(lines.contains("< x-note: plain") && lines.contains("< x-session-token: … (7 bytes)"))
        #expect(scene.server.requests.first?.contains("SECRET7") == true)
    }

    @Test("an error's code is shown where it is like one")
    func errorCode() throws {
        for (code, shown) in [("slow_down", "slow_down"), ("SECRET of a server", "an error code that is none")] {
            let scene = try ScriptedScene(
                ScriptedServer.Answer(status: "403 Forbidden", body: "{\"error\":\"\(code)\"}"))
            let result = try scene.request("/", "--trace")
            #expect(result.error.split(separator: "\n").contains("<     error: \(shown)"), "\(result.error)")
        }
    }
}

import HTTPTypes
import Testing

@testable import DPoPClient

@Suite struct ServerErrorTests {
    private static func error(_ status: Int, _ body: String, _ challenge: String? = nil) -> ServerError? {
        var fields = HTTPFields()
        if let challenge { fields[.wwwAuthenticate] = challenge }
        return ServerError(HTTPResponse(status: .init(code: status), headerFields: fields), body: Array(body.utf8))
    }

    @Test("either shape is read from a 400 and a 401, and from nothing else")
    func shapes() {
        for status in [400, 401] {
            #expect(Self.error(status, "{\"error\":\"use_dpop_nonce\"}")?.code == "use_dpop_nonce")
            #expect(Self.error(status, "", "DPoP error=\"use_dpop_nonce\"")?.code == "use_dpop_nonce")
            #expect(Self.error(status, "{\"error\":\"a\"}", "DPoP error=\"b\"")?.code == "b")
            #expect(Self.error(status, "{\"error\":\"a\"}", "Bearer error=\"b\"")?.code == "a")
            #expect(Self.error(status, "{\"error\":\"a\",\"error_description\":\"d\"}")?.description == "d")
        }
        for status in [200, 302, 402, 403, 404, 500, 503] {
            #expect(Self.error(status, "{\"error\":\"a\"}", "DPoP error=\"b\"") == nil)
        }
    }

    @Test(
        "bodies that are no such JSON object say nothing",
        arguments: [
            "", "{", "null", "[]", "\"use_dpop_nonce\"", "{\"error\":1}", "{\"error\":null}", "{\"error\":[\"a\"]}",
            "<html>",
            "{\"error\":\"a\",\"error\":\"b\"}", "{\"error\":\"a\"}x", "error=use_dpop_nonce", "{\"Error\":\"a\"}",
            "{\"error\":\"\\ud800\"}", "\u{FEFF}{\"error\":\"a\"}",
            String(repeating: "[", count: 60_000), "{\"error\":\"a\"}" + String(repeating: " ", count: 65_536),
        ])
    func noJSON(_ body: String) {
        #expect(Self.error(400, body) == nil)
        #expect(Self.error(400, " {\"error\":\"a\"}\n")?.code == "a")
    }

    @Test("a message shows the code where it is like one, and nothing else of the server's")
    func shown() {
        for code in ["use_dpop_nonce", "invalid_token", "e1"] {
            #expect(String(describing: ServerError(code: code, description: "secret")) == "ServerError(\(code))")
        }
        for code in ["", "a b", "a\r\nb", "\u{1B}[2J", "se-cret.x", String(repeating: "a", count: 65)] {
            let error = ServerError(code: code, description: "secret")
            var dumped = ""
            dump(error, to: &dumped)
            for text in [
                "\(error)", String(reflecting: error), dumped,
                "\(DPoPClientError(.refusedByServer, "r", serverError: error))",
            ] {
                #expect(text.contains("an error code that is none"))
                #expect(!text.contains("secret"))
            }
        }
    }
}

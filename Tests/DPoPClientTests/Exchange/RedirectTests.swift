import DPoPCore
import HTTPTypes
import Testing

@testable import DPoPClient

@Suite struct RedirectTests {
    /// The requests that follow one with this Location, and how it ends.
    private static func follow(
        _ location: String, status: Int = 307, from request: HTTPRequest = ClientKit.request(.get, "/a/b/c?x=1")
    ) async throws -> (error: DPoPClientError?, requests: [HTTPRequest]) {
        let kit = try ClientKit()
        let server = ScriptedServer { _, index in index == 0 ? Answers.redirect(status, location) : Answers.ok() }
        let requests = try kit.session.requests(with: kit.token)
        let error = try await clientError { try await requests.send(request, over: server) }
        return (error, server.requests)
    }

    @Test(
        "attack 127: neither token nor proof goes to another origin, however it is written",
        arguments: [
            "https://evil.example/", "https://evil.example", "//evil.example", "//evil.example/a",
            "http://api.example.com/a",
            "https://api.example.com:8443/a", "https://api.example.com.evil.example/", "https://api.example.com./a",
            "https://www.api.example.com/", "https://example.com/", "https://api.example.org/", "https://192.0.2.1/",
            "https://[::1]/",
            "https://api.example.com@evil.example", "https://api.example.com:443@evil.example/",
            "//api.example.com@evil.example/",
            "https://u@api.example.com/", "https://evil.example\\@api.example.com/",
            "https://api.example.com\\@evil.example/",
            "\\\\evil.example", "/\\evil.example", "\\evil", "https:\\\\evil.example", "https:///evil.example",
            "https:/evil.example",
            "https:evil.example", "https://", "https:///x", "///evil.example", "http:", "https://api.example.com:0/",
            "https://api.example.com:99999/", "https://api.example.com:x/", "https://api.example.com:443:8443/",
            "https://api.example.com%2eevil.example/", "https://api.example.com%00.evil.example/",
            "https://\u{FF41}pi.example.com/",
            "https://api\u{3002}example.com/", "https://api.example.com /", " https://api.example.com/", "/a b",
            "/a\tb", "/a\r\nb",
            "/\u{FC}", "/a\u{7F}", "/<x>", "/\"", "/%", "/%zz", "/a|b", "/{a}", "^", "`", "", "ftp://api.example.com/",
            "javascript:alert(1)",
            "data:text/html,x", "ws://api.example.com/", "file:///etc/passwd", "httpss://api.example.com/",
            "://api.example.com/",
            "1https://api.example.com/", "a:b", "/" + String(repeating: "a", count: 9_000),
        ])
    func elsewhere(_ location: String) async throws {
        for status in [301, 302, 303, 307, 308] {
            let (error, requests) = try await Self.follow(location, status: status)
            #expect(error?.code == .redirectRefused)
            #expect(error?.response?.status.code == status)
            #expect(requests.count == 1)
        }
    }

    @Test(
        "a redirect within the origin is followed with a proof of its own, by the rules for references",
        arguments: [
            ("https://api.example.com/n", "/n"), ("https://api.example.com", "/"), ("https://api.example.com?y", "/?y"),
            ("HTTPS://API.Example.com:443/n?y#z", "/n?y"), ("//api.example.com/n", "/n"), ("/n", "/n"),
            ("/n?y=/../z", "/n?y=/../z"),
            ("n", "/a/b/n"), ("./n", "/a/b/n"), ("../n", "/a/n"), ("../../../n", "/n"), ("..", "/a/"), (".", "/a/b/"),
            ("./", "/a/b/"),
            ("../", "/a/"), ("n/./m/../o", "/a/b/n/o"), ("?y", "/a/b/c?y"), ("#z", "/a/b/c?x=1"), ("?", "/a/b/c?"),
            ("n?../y", "/a/b/n?../y"),
            ("/./n/..", "/"), ("/n//m", "/n//m"), ("/@evil.example", "/@evil.example"), ("/x:y", "/x:y"),
            ("./x:y", "/a/b/x:y"),
            ("?https://evil.example", "/a/b/c?https://evil.example"), ("/%2e%2e/n", "/%2e%2e/n"), ("/.../n", "/.../n"),
            ("n#?y", "/a/b/n"),
            ("https://api.example.com//evil.example", "//evil.example"),
        ])
    func within(_ location: String, _ path: String) async throws {
        let (error, requests) = try await Self.follow(location)
        #expect(error == nil)
        #expect(requests.map(\.path) == ["/a/b/c?x=1", path])
        let next = try #require(requests.last)
        #expect(next.headerFields[.authorization] == "DPoP an-access-token")
        let claims = try requests.map { try #require($0.proofClaims) }
        #expect(claims[0]["jti"] != claims[1]["jti"])
        let signed = try #require(claims[1]["htu"]?.text)
        #expect(signed == "https://api.example.com\(path.prefix { $0 != "?" })")
    }

    @Test("a request with no path, and one with userinfo, is a base as well")
    func bases() async throws {
        var request = ClientKit.request(.get, "")
        #expect(try await Self.follow("n", from: request).requests.last?.path == "/n")
        #expect(try await Self.follow("#z", from: request).requests.last?.path == "/")
        request = ClientKit.request(.get, "/a#f?g", authority: "u@api.example.com")
        #expect(try await Self.follow("#z", from: request).requests.last?.path == "/a")
        #expect(try await Self.follow("?y", from: request).requests.last?.path == "/a?y")
        #expect(
            try await Self.follow("https://api.example.com/n", from: request).requests.last?.authority
                == "api.example.com")
    }

    @Test("attack 127: a fresh signature for a redirect does not carry what was signed before")
    func ownFields() async throws {
        let (_, requests) = try await Self.follow("/n")
        for request in requests {
            #expect(request.headerFields[fields: .authorization].count == 1)
            #expect(request.headerFields[fields: .proofField].count == 1)
        }
    }
}

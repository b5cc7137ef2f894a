import DPoPCore
import HTTPTypes
import Testing

@testable import DPoPClient

@Suite struct RedirectTests {
    private static func redirect(_ status: Int, _ locations: String...) -> ScriptedServer.Answer {
        var fields = HTTPFields()
        for location in locations { fields.append(HTTPField(name: .location, lenientValue: location.utf8)) }
        return (HTTPResponse(status: .init(code: status), headerFields: fields), [])
    }

    /// The requests that follow one with this Location, and how it ends.
    private static func follow(
        _ location: String, status: Int = 307, from request: HTTPRequest = ClientKit.request(.get, "/a/b/c?x=1")
    ) async throws -> (error: DPoPClientError?, requests: [HTTPRequest]) {
        let kit = try ClientKit()
        let server = ScriptedServer { _, index in index == 0 ? redirect(status, location) : Answers.ok() }
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

    @Test(
        "method and body go on or not by the status",
        arguments: [
            (301, "POST", "GET"), (302, "POST", "GET"), (303, "POST", "GET"), (307, "POST", "POST"),
            (308, "POST", "POST"),
            (301, "PUT", "PUT"), (302, "DELETE", "DELETE"), (303, "PUT", "GET"), (303, "HEAD", "HEAD"),
            (301, "GET", "GET"),
            (303, "GET", "GET"), (307, "PATCH", "PATCH"),
        ])
    func methods(_ status: Int, _ method: String, _ next: String) async throws {
        let kit = try ClientKit()
        let server = ScriptedServer { _, index in index == 0 ? Self.redirect(status, "/n") : Answers.ok() }
        var request = ClientKit.request(try #require(HTTPRequest.Method(method)))
        request.headerFields = [.contentType: "text/plain", .contentLength: "1", .accept: "*/*"]
        let bodies = Locked<[Bool]>([])
        let end = try await kit.session.requests(with: kit.token).exchange(request) { request, withBody in
            bodies.withLock { $0.append(withBody) }
            return try await server.send(request, body: [], upTo: 0)
        } errorBody: {
            $0
        }
        let keeps = method == next && !(status == 303 && method == "GET")
        #expect(end.response.status == .ok)
        #expect(server.requests.map(\.method.rawValue) == [method, next])
        #expect(bodies.withLock { $0 } == [true, keeps])
        let last = try #require(server.requests.last)
        #expect(last.proofClaims?["htm"]?.text == next)
        #expect((last.headerFields[.contentType] == nil) == !keeps)
        #expect((last.headerFields[.contentLength] == nil) == !keeps)
        #expect(last.headerFields[.accept] == "*/*")
    }

    @Test("a body that can not be sent again ends at a redirect that wants it, and only there")
    func replay() async throws {
        for (status, isUnresolved) in [(307, true), (308, true), (303, false), (302, false)] {
            let kit = try ClientKit()
            let server = ScriptedServer { _, index in index == 0 ? Self.redirect(status, "/n") : Answers.ok() }
            let end = try await kit.session.requests(with: kit.token).exchange(ClientKit.request(.post), body: .never) {
                request, _ in
                try await server.send(request, body: [], upTo: 0)
            } errorBody: {
                $0
            }
            #expect(end.unresolved?.code == (isUnresolved ? .bodyNotReplayable : nil))
            #expect(end.response.status.code == (isUnresolved ? status : 200))
        }
    }

    @Test(
        "attack 127: a loop ends, after as many redirects as are allowed",
        arguments: [(-1, 0), (0, 0), (1, 1), (5, 5), (20, 20), (99, 20)])
    func loop(_ setting: Int, _ allowed: Int) async throws {
        var settings = SessionSettings()
        settings.maximumRedirects = setting
        let kit = try ClientKit(settings)
        let server = ScriptedServer { _, index in Self.redirect(302, "/\(index % 2)") }
        let requests = try kit.session.requests(with: kit.token)
        let error = try await clientError { try await requests.send(ClientKit.request(), over: server) }
        #expect(error?.code == .redirectRefused)
        #expect(server.requests.count == 1 + allowed)
    }

    @Test("attack 127: with nonces asked for in between, a loop ends too")
    func loopOfBoth() async throws {
        let kit = try ClientKit()
        let server = ScriptedServer { _, index in
            index % 2 == 0
                ? Answers.challenge("use_dpop_nonce", Answers.nonce("n\(index)")) : Self.redirect(307, "/\(index)")
        }
        let requests = try kit.session.requests(with: kit.token)
        let error = try await clientError { try await requests.send(ClientKit.request(), over: server) }
        #expect(error?.code == .redirectRefused)
        #expect(server.requests.count == 12)
    }

    @Test("two Locations are refused; without one, and with another status, it is an answer like others")
    func locations() async throws {
        let kit = try ClientKit()
        for answer in [Self.redirect(302, "/n", "/n"), Self.redirect(302, "/n", "/m")] {
            let server = ScriptedServer { _, _ in answer }
            let requests = try kit.session.requests(with: kit.token)
            #expect(
                try await clientError { try await requests.send(ClientKit.request(), over: server) }?.code
                    == .redirectRefused)
            #expect(server.requests.count == 1)
        }
        for answer in [
            Self.redirect(302), Self.redirect(300, "/n"), Self.redirect(304, "/n"), Self.redirect(201, "/n"),
        ] {
            let server = ScriptedServer { _, _ in answer }
            let result = try await kit.session.requests(with: kit.token).send(ClientKit.request(), over: server)
            #expect(result.response == answer.0)
            #expect(server.requests.count == 1)
        }
    }

    @Test(
        "attack 127: a token request is not redirected, within the origin neither",
        arguments: [301, 302, 303, 307, 308])
    func tokenRequest(_ status: Int) async throws {
        let kit = try ClientKit()
        let server = ScriptedServer { _, _ in Self.redirect(status, "/n") }
        let error = try await clientError {
            try await kit.session.tokenRequests.send(ClientKit.request(.post), over: server)
        }
        #expect(error?.code == .redirectRefused)
        #expect(server.requests.count == 1)
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

import DPoPCore
import HTTPTypes
import Testing

@testable import DPoPServer

@Suite struct RequestTargetTests {
    private func one() throws -> ExternalOrigins { try ExternalOrigins(["https://api.example.com"]) }

    private func two() throws -> ExternalOrigins {
        try ExternalOrigins(["https://api.example.com", "https://api.example.com:8443", "http://[2001:db8::1]:8080"])
    }

    @Test("attack 110: a Host field only selects among the origins, by host and port and never by prefix")
    func host() throws {
        let origins = try two()
        let named = [
            "api.example.com": "https://api.example.com/orders", "API.Example.COM": "https://api.example.com/orders",
            "api.example.com:443": "https://api.example.com/orders",
            "api.example.com:": "https://api.example.com/orders",
            "api.example.com:8443": "https://api.example.com:8443/orders",
            "[2001:DB8:0::1]:8080": "http://[2001:db8:0:0:0:0:0:1]:8080/orders",
        ]
        for (host, target) in named {
            #expect(TargetKit.outcome(TargetKit.request(host: host), origins) == target, "\(host)")
        }
        for host in [
            "evil.example", "api.example.com.evil.example", "api.example.com.", "xapi.example.com", "example.com",
            "api.example.com:80", "api.example.com:84430", "api.example.com:08443", "api.example.com:443:443",
            "[2001:db8::1]", "[2001:db8::2]:8080", "", ":443", "user@api.example.com", "api.example.com@evil.example",
            "api.example.com/", "api.example.com/orders", "api.example.com?", "api.example.com#", "api.example.com\\",
            "api.example.com, evil.example", "api.example.com evil", "api%2Eexample.com", "https://api.example.com",
            "\u{FF41}pi.example.com", "api\u{3002}example.com", "*", "api.example.com:443@evil.example",
        ] {
            #expect(TargetKit.outcome(TargetKit.request(host: host), origins) == "421 wrongTarget", "\(host)")
        }
    }

    @Test("attack 110: without a Host field, a list of one knows the origin, a longer one does not")
    func noHost() throws {
        #expect(TargetKit.outcome(TargetKit.request(host: nil), try one()) == "https://api.example.com/orders")
        #expect(TargetKit.outcome(TargetKit.request(host: nil), try two()) == "421 wrongTarget")
        // A Host field that is not the list's one origin is not as good as none.
        #expect(TargetKit.outcome(TargetKit.request(host: "evil.example"), try one()) == "421 wrongTarget")
    }

    @Test("attack 111: behind whatever ends TLS, the configured origin is the target and no setting is needed")
    func terminator() throws {
        for scheme in ["http", "https", nil] {
            var request = TargetKit.request()
            request.scheme = scheme
            #expect(TargetKit.outcome(request, try one()) == "https://api.example.com/orders")
        }
    }

    @Test("attack 112: a Host field beside :authority must agree, and there is never more than one")
    func conflict() throws {
        let origins = try two()
        func outcome(_ authority: String?, _ hosts: [String]) -> String {
            TargetKit.outcome(TargetKit.request(host: authority, fields: hosts.map { ("host", $0) }), origins)
        }
        let accepted = "https://api.example.com/orders"
        #expect(outcome("api.example.com", ["api.example.com"]) == accepted)
        #expect(outcome("api.example.com", ["API.example.com"]) == accepted)
        #expect(outcome(nil, ["api.example.com"]) == accepted)
        for hosts in [
            ["evil.example"], ["api.example.com:8443"], [""], ["api.example.com", "api.example.com"],
            ["api.example.com", "evil.example"],
        ] { #expect(outcome("api.example.com", hosts) == "400 malformedTarget", "\(hosts)") }
        #expect(outcome("evil.example", ["api.example.com"]) == "400 malformedTarget")
        #expect(outcome(nil, ["api.example.com", "api.example.com"]) == "400 malformedTarget")
        #expect(outcome(nil, ["evil.example"]) == "421 wrongTarget")
    }

    @Test(
        "attack 112: the absolute form counts where its origin is the selected one, scheme and all",
        arguments: [
            ("https://api.example.com/orders", "https://api.example.com/orders"),
            ("HTTPS://API.example.com:443/orders?q=//x@y", "https://api.example.com/orders"),
            ("https://api.example.com", "https://api.example.com/"),
            ("https://api.example.com?q", "https://api.example.com/"),
            ("https://api.example.com//a", "https://api.example.com//a"),
            ("http://api.example.com/orders", "421 wrongTarget"),
            ("https://api.example.com:8443/orders", "421 wrongTarget"),
            ("https://evil.example/orders", "421 wrongTarget"),
            ("https://api.example.com.evil.example/orders", "421 wrongTarget"),
            ("https://api.example.com/../orders", "400 malformedTarget"),
            ("https://api.example.com@evil.example/orders", "400 malformedTarget"),
            ("https://evil.example@api.example.com/orders", "400 malformedTarget"),
            ("https:api.example.com/orders", "400 malformedTarget"), ("https:///orders", "400 malformedTarget"),
            ("ftp://api.example.com/orders", "400 malformedTarget"),
            ("api.example.com/orders", "400 malformedTarget"), ("api.example.com:443", "400 malformedTarget"),
        ])
    func absoluteForm(_ pair: (String, String)) throws {
        #expect(TargetKit.outcome(TargetKit.request(pair.0), try two()) == pair.1)
    }

    @Test("attack 112: OPTIONS * and CONNECT have no target; OPTIONS of a path and an extended CONNECT have one")
    func noPath() throws {
        let origins = try one()
        func outcome(_ method: HTTPRequest.Method, _ path: String?) -> String {
            TargetKit.outcome(TargetKit.request(path, method: method), origins)
        }
        for path in ["*", "", nil, "?q", "orders"] {
            #expect(outcome(.options, path) == "400 malformedTarget", "\(path ?? "nil")")
        }
        #expect(outcome(.options, "/orders") == "https://api.example.com/orders")
        for path in [nil, "api.example.com:443", "/orders"] {
            #expect(outcome(.connect, path) == "400 malformedTarget", "\(path ?? "nil")")
        }
        var request = TargetKit.request(method: .connect)
        request.extendedConnectProtocol = "websocket"
        #expect(TargetKit.outcome(request, origins) == "https://api.example.com/orders")
    }

    @Test(
        "attack 112: what a path can hold never changes the origin",
        arguments: [
            ("/", "/"), ("//evil.example/a", "//evil.example/a"), ("/@evil.example", "/@evil.example"),
            ("/:8443", "/:8443"), ("/a%2Fb", "/a%2Fb"),
            ("/a?b=/../../c", "/a"),
            ("/a?\u{E9}", "/a"), ("/https://evil.example/", "/https://evil.example/"), ("/a;b=c", "/a;b=c"),
            ("/...", "/..."), ("/.a/b..", "/.a/b.."), ("/a%2e/%2e%2ea", "/a./..a"),
        ])
    func path(_ pair: (String, String)) throws {
        #expect(TargetKit.outcome(TargetKit.request(pair.0), try one()) == "https://api.example.com" + pair.1)
    }

    @Test(
        "attacks 99 and 112: a path that is none, or has dot segments, which a router may not remove, is refused",
        arguments: [
            ("\\evil.example", "400 malformedTarget"), ("@evil.example/", "400 malformedTarget"),
            (".evil.example/", "400 malformedTarget"), ("/a#b", "400 malformedTarget"),
            ("/a?b#c", "400 malformedTarget"), ("/\\evil.example", "421 wrongTarget"), ("/..", "400 malformedTarget"),
            ("/../a", "400 malformedTarget"), ("/a/../../a/b", "400 malformedTarget"),
            ("/%2e%2e/a", "400 malformedTarget"), ("/a/.%2E/..", "400 malformedTarget"),
            ("/a/../b", "400 malformedTarget"), ("/a/b/%2e%2E/c", "400 malformedTarget"),
            ("/.", "400 malformedTarget"), ("/a/./b", "400 malformedTarget"), ("/a/%2e", "400 malformedTarget"),
            ("/a/..", "400 malformedTarget"), ("/a b", "421 wrongTarget"), ("/\u{E9}", "421 wrongTarget"),
            ("/a\r\nb", "421 wrongTarget"), ("/a\u{7F}b", "421 wrongTarget"), ("/%zz", "421 wrongTarget"),
            ("/%4", "421 wrongTarget"),
        ])
    func badPath(_ pair: (String, String)) throws {
        #expect(TargetKit.outcome(TargetKit.request(pair.0), try one()) == pair.1)
    }

    @Test("a path may be as long as a target URI, and a query as long as it likes")
    func length() throws {
        let long = "/" + String(repeating: "a", count: 4_096 - "https://api.example.com/".utf8.count)
        #expect(TargetKit.outcome(TargetKit.request(long), try one()) == "https://api.example.com" + long)
        #expect(TargetKit.outcome(TargetKit.request(long + "?" + long), try one()) == "https://api.example.com" + long)
        #expect(TargetKit.outcome(TargetKit.request(long + "a"), try one()) == "421 wrongTarget")
    }

    @Test("attack 110: the paths of a gateway that strips or adds a prefix are mapped back, and none leads out of it")
    func prefixes() throws {
        func outcome(_ path: String, _ external: String, _ inner: String) throws -> String {
            let origin = try ExternalOrigin(
                "https://api.example.com", externalPrefix: external, internalPrefix: inner)
            let outcome = TargetKit.outcome(TargetKit.request(path), try ExternalOrigins([origin]))
            return outcome.replacing("https://api.example.com", with: "")
        }
        #expect(try outcome("/orders", "/api/v1", "/") == "/api/v1/orders")
        #expect(try outcome("/", "/api/v1", "/") == "/api/v1/")
        for path in [
            "/a/../orders", "/../admin", "/..", "/../v1/orders", "/a/../../v1/a", "/%2e%2e/admin", "/a//../../../x",
        ] {
            #expect(try outcome(path, "/api/v1", "/") == "400 malformedTarget", "\(path)")
        }
        #expect(try outcome("/svc/orders", "/", "/svc") == "/orders")
        #expect(try outcome("/svc", "/", "/svc") == "/")
        #expect(try outcome("/svc/", "/", "/svc") == "/")
        #expect(try outcome("/svc/orders", "/api", "/svc") == "/api/orders")
        #expect(try outcome("/svc", "/api", "/svc") == "/api")
        #expect(try outcome("/api/orders", "/api", "/api") == "/api/orders")
        for path in [
            "/orders", "/", "/svcs/orders", "/Svc/orders", "/svc%2Forders", "/%73vc/orders", "//svc/orders", "/svc..",
        ] {
            #expect(try outcome(path, "/", "/svc") == "421 wrongTarget", "\(path)")
        }
        #expect(try outcome("https://api.example.com/svc/orders", "/api", "/svc") == "/api/orders")
    }

    @Test("a forward-auth subrequest is judged by the path that is asked about, which is checked like any")
    func forwardAuth() throws {
        let origins = try one()
        func outcome(_ path: String, _ request: HTTPRequest = TargetKit.request("/auth?x")) -> String {
            TargetKit.outcome(request, origins, nil, ClientConnection(originalMethod: "PUT", originalPath: path))
        }
        #expect(outcome("/orders/1?q") == "https://api.example.com/orders/1")
        #expect(outcome("/orders", TargetKit.request(nil)) == "https://api.example.com/orders")
        for path in ["", "*", "orders", "https://api.example.com/orders", "/a#b", "/../a", "/a/../b"] {
            #expect(outcome(path) == "400 malformedTarget", "\(path)")
        }
        for path in ["/a b", "/\\a"] { #expect(outcome(path) == "421 wrongTarget", "\(path)") }
        #expect(outcome("/orders", TargetKit.request(host: "evil.example")) == "421 wrongTarget")
    }
}

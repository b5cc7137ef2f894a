import DPoPCore
import HTTPTypes
import Testing

@testable import DPoPClient

@Suite struct ScopeLimitTests {
    @Test(
        "an origin is signed for in any of its spellings",
        arguments: [
            ("https", "api.example.com"), ("HTTPS", "API.Example.COM"), ("https", "api.example.com:443"),
            ("https", "api.example.com:"), ("https", "someone@api.example.com"), ("https", "[::1]:8443"),
            ("https", "[0:0:0:0:0:0:0:1]:8443"), ("http", "local.example.com:8080"),
        ])
    func insideOrigins(_ scheme: String, _ authority: String) throws {
        let kit = try ScopeKit()
        let handle = try kit.handle(
            kit.scope(origins: ["https://api.example.com", "https://[::1]:8443", "http://local.example.com:8080"]))
        let request = HTTPRequest(method: .get, scheme: scheme, authority: authority, path: "/")
        #expect(ScopeKit.refusal(handle, request) == nil)
    }

    @Test(
        "no other origin is signed for, however it is dressed",
        arguments: [
            ("https", "evil.example"), ("http", "api.example.com"), ("https", "api.example.com:8443"),
            ("http", "api.example.com:443"), ("https", "api.example.com@evil.example"),
            ("https", "api.example.com:443@evil.example"), ("https", "api.example.com.evil.example"),
            ("https", "api.example.com."), ("https", "xapi.example.com"), ("https", "example.com"),
            ("https", "[::1]"), ("https", "[::ffff:127.0.0.1]:8443"), ("https", "127.0.0.1:8443"),
            ("https", "[::2]:8443"),
        ])
    func outsideOrigins(_ scheme: String, _ authority: String) throws {
        let kit = try ScopeKit()
        let handle = try kit.handle(kit.scope(origins: ["https://api.example.com", "https://[::1]:8443"]))
        let request = HTTPRequest(method: .get, scheme: scheme, authority: authority, path: "/")
        #expect(ScopeKit.refusal(handle, request) == .outsideScope)
        #expect(kit.recorder.refusals == [.outsideScope])
    }

    @Test(
        "what is no target is refused as that",
        arguments: [
            ("https", "evil.example/@api.example.com", "/"), ("https", "evil.example#@api.example.com", "/"),
            ("https", "evil.example?@api.example.com", "/"), ("https", "", "/"), ("ftp", "api.example.com", "/"),
            ("https", "api.example.com", "*"), ("https", "api.example.com", ".evil.example/"),
            ("https", "api.example.com", "@evil.example/"), ("https", "[::1%25eth0]:8443", "/"),
            ("https", "api.example.com\\@evil.example", "/"), ("https", "evil.example\\@api.example.com", "/"),
            ("https", "a@evil.example@api.example.com", "/"), ("https", "evil.example\t@api.example.com", "/"),
        ])
    func noTarget(_ scheme: String, _ authority: String, _ path: String) throws {
        let kit = try ScopeKit()
        let handle = try kit.handle(kit.scope())
        let code = ScopeKit.refusal(
            handle, HTTPRequest(method: .get, scheme: scheme, authority: authority, path: path))
        #expect(code != nil && kit.recorder.refusals == [code])
        #expect(ScopeKit.refusal(handle) == nil)
    }

    @Test("methods are compared byte for byte")
    func methods() throws {
        let kit = try ScopeKit()
        let lower = try #require(HTTPRequest.Method("get"))
        let handle = try kit.handle(kit.scope(methods: [.get]))
        #expect(ScopeKit.refusal(handle, ClientKit.request(.get)) == nil)
        for method in [lower, .post, .head, .delete, .connect] {
            #expect(ScopeKit.refusal(handle, ClientKit.request(method)) == .outsideScope)
        }
        let other = try kit.handle(kit.scope(methods: [lower]))
        #expect(ScopeKit.refusal(other, ClientKit.request(lower)) == nil)
        #expect(ScopeKit.refusal(other, ClientKit.request(.get)) == .outsideScope)
    }

    @Test(
        "a path below a prefix is signed for",
        arguments: [
            "/v1/orders", "/v1/orders/", "/v1/orders/7", "/v1/orders/7/lines?x=/../..", "/v1/%6Frders/7",
            "/files/a.txt",
            "/v1/orders/a%20b", "/v1/orders/caf%C3%A9", "/v1/orders/a..b", "/v1/orders/...", "/v1/orders?next=%2F;",
        ])
    func insidePaths(_ path: String) throws {
        let kit = try ScopeKit()
        let handle = try kit.handle(kit.scope(paths: ["/v1/orders", "/files/"]))
        #expect(ScopeKit.refusal(handle, ClientKit.request(.get, path)) == nil)
    }

    @Test(
        "no other path is signed for, nor one that servers may read in several ways",
        arguments: [
            "/", "", "/v1", "/v1/", "/v1/orders2", "/v1/orders-old", "/V1/orders", "/files", "/v2/v1/orders",
            "/v1/orders/../admin", "/v1/orders/../orders/7", "/v1/orders/./7", "/v1/orders/%2e%2e/admin",
            "/v1/orders/.%2E/admin", "/v1/orders/..", "/v1/orders/..%2Fadmin", "/v1/orders/..%5cadmin",
            "/v1/orders/%252e%252e/admin", "/v1/orders/..;/admin", "/v1/orders;x/7", "/v1/orders/%3B/7",
            "/v1//orders/7", "//v1/orders", "/v1/orders//", "/v1/orders/7%00", "/v1/orders/7%0d%0a",
            "/v1/orders/%c0%ae%c0%ae/admin", "/v1/orders/%ff", "/v1/orders/7%3Fx", "/v1/orders/7%23x",
        ])
    func outsidePaths(_ path: String) throws {
        let kit = try ScopeKit()
        let handle = try kit.handle(kit.scope(paths: ["/v1/orders", "/files/"]))
        #expect(ScopeKit.refusal(handle, ClientKit.request(.get, path)) == .outsideScope)
        #expect(ScopeKit.refusal(try kit.handle(kit.scope()), ClientKit.request(.get, path)) == nil)
    }

    @Test("a handle signs until its time, and not at it")
    func time() throws {
        let kit = try ScopeKit()
        let end = kit.clocks.now.advanced(bySeconds: 60)
        let handle = try kit.handle(kit.scope(until: end))
        kit.clocks.set(UnixTime(seconds: end.seconds - 1, nanoseconds: 999_999_999))
        #expect(ScopeKit.refusal(handle) == nil)
        kit.clocks.set(end)
        #expect(ScopeKit.refusal(handle) == .scopeExpired)
        kit.clocks.set(end.advanced(bySeconds: 1_000_000))
        #expect(ScopeKit.refusal(handle) == .scopeExpired)
        #expect(kit.recorder.refusals == [nil, .scopeExpired, .scopeExpired])
    }

    @Test("a token of another key gets no handle")
    func otherKey() throws {
        let (kit, other) = (try ScopeKit(), try ScopeKit())
        let scope = try kit.scope()
        #expect(throws: DPoPClientError.self) {
            try kit.kit.session.scoped(to: scope, with: other.kit.token, observer: kit.recorder)
        }
    }

    @Test("a scope without a limit, or beyond the library's, is none")
    func construction() throws {
        let kit = try ScopeKit()
        func code(_ make: () throws -> Void) -> DPoPClientError.Code? {
            do { try make() } catch { return (error as? DPoPClientError)?.code }
            return nil
        }
        #expect(code { _ = try kit.scope(origins: []) } == .invalidScope)
        #expect(code { _ = try kit.scope(methods: []) } == .invalidScope)
        #expect(code { _ = try kit.scope(paths: []) } == .invalidScope)
        #expect(code { _ = try kit.scope(paths: ["/"]) } == nil)
        let many = (1...1_001).map { "https://h\($0).example.com" }
        #expect(code { _ = try kit.scope(origins: many) } == .invalidScope)
        #expect(code { _ = try kit.scope(origins: Array(many.dropLast())) } == nil)
        for (burst, refill, interval, isGood) in [
            (0, 1, Duration.seconds(1), false), (1, 0, .seconds(1), false), (1, 1, .zero, false),
            (1, 1, .microseconds(999), false), (1, 1, .seconds(86_401), false), (1_000_001, 1, .seconds(1), false),
            (1, 1_000_001, .seconds(1), false), (1, 1, .milliseconds(1), true),
            (1_000_000, 1_000_000, .seconds(86_400), true),
        ] {
            let found = code { _ = try SigningRate(burst: burst, refill: refill, every: interval) }
            #expect(found == (isGood ? nil : .invalidScope))
        }
    }

    @Test(
        "a prefix is a path in its normal form",
        arguments: [
            ("/v1", true), ("/", true), ("/v1/", true), ("/a%20b", true), ("/~me", true), ("", false), ("v1", false),
            ("/v1?x", false), ("/v1#x", false), ("/v1/../v2", false), ("/%7Eme", false), ("/a%2fb", false),
            ("/a%2Fb", false), ("/a;b", false), ("/a//b", false), ("/a b", false), ("/é", false), ("/a%e9", false),
            ("/\(String(repeating: "a", count: 1_023))", true), ("/\(String(repeating: "a", count: 1_024))", false),
        ])
    func prefixes(_ text: String, _ isGood: Bool) {
        #expect(((try? PathPrefix(text)) != nil) == isGood)
    }
}

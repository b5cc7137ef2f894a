import DPoPCore
import HTTPTypes
import Testing

@testable import DPoPClient

@Suite struct WireTargetTests {
    private static func target(
        _ scheme: String? = "https", _ authority: String?, _ path: String?,
        _ spellings: [ServerOrigin: TargetSpelling] = [:]
    ) throws(DPoPClientError) -> WireTarget {
        try WireTarget(
            HTTPRequest(method: .get, scheme: scheme, authority: authority, path: path), spellings: spellings)
    }

    @Test(
        "attack 128: htu has no userinfo, query or fragment, scheme and host in lower case, the path as it is sent",
        arguments: [
            ("https", "api.example.com", "/a", "https://api.example.com/a"),
            ("HTTPS", "API.Example.COM", "/A", "https://api.example.com/A"),
            ("https", "api.example.com:443", "/a", "https://api.example.com/a"),
            ("https", "api.example.com:", "/a", "https://api.example.com/a"),
            ("http", "api.example.com:80", "/a", "http://api.example.com/a"),
            ("http", "api.example.com:443", "/a", "http://api.example.com:443/a"),
            ("https", "api.example.com:8443", "/a", "https://api.example.com:8443/a"),
            ("https", "user:pa55@api.example.com", "/a", "https://api.example.com/a"),
            ("https", "user@api.example.com:8443", "/a", "https://api.example.com:8443/a"),
            ("https", "api.example.com", "/a?b=c&d=/e#f", "https://api.example.com/a"),
            ("https", "api.example.com", "/a#b?c", "https://api.example.com/a"),
            ("https", "api.example.com", "/a?user@evil.example", "https://api.example.com/a"),
            ("https", "api.example.com", "?a=b", "https://api.example.com/"),
            ("https", "api.example.com", "", "https://api.example.com/"),
            ("https", "api.example.com", "//evil.example/a", "https://api.example.com//evil.example/a"),
            ("https", "api.example.com", "/a/../%7Eb/%2f//c/", "https://api.example.com/a/../%7Eb/%2f//c/"),
            ("https", "api.example.com", "/a@b:c", "https://api.example.com/a@b:c"),
            ("https", "[2001:DB8::1]:8443", "/a", "https://[2001:db8:0:0:0:0:0:1]:8443/a"),
            ("https", "xn--bcher-kva.example", "/a", "https://xn--bcher-kva.example/a"),
            ("https", "192.0.2.1", "/a", "https://192.0.2.1/a"),
        ])
    func standard(_ scheme: String, _ authority: String, _ path: String, _ expected: String) throws {
        #expect(try Self.target(scheme, authority, path).uri.spelling == expected)
    }

    @Test(
        "attack 128: what names no target is refused",
        arguments: [
            ("ftp", "api.example.com", "/a"), ("", "api.example.com", "/a"), ("https", "", "/a"),
            ("https", "api.example.com", "*"), ("https", "api.example.com", "a"),
            ("https", "api.example.com", "@evil.example/"), ("https", "api.example.com", ":8443/"),
            ("https", "api.example.com", ".evil.example/"), ("https", "api.example.com", "\\a"),
            ("https", "api.example.com", "/a b"), ("https", "api.example.com", "/\u{FC}"),
            ("https", "api.example.com", "/%"), ("https", "api.example.com", "/%zz"),
            ("https", "b\u{FC}cher.example", "/a"), ("https", "\u{212A}.example", "/a"),
            ("https", "api.example.com:0", "/a"), ("https", "api.example.com:65536", "/a"),
            ("https", "api.example.com:x", "/a"), ("https", "::1", "/a"), ("https", "[::1%25eth0]", "/a"),
            ("https", "api.example.com/x", "/a"), ("https", "api.example.com?x", "/a"),
            ("https", "api.example.com#x", "/a"), ("https", "api.example.com\\x", "/a"),
            ("https", "evil.example/@api.example.com", "/a"), ("https", "evil.example\\@api.example.com", "/a"),
            ("https", "evil.example?@api.example.com", "/a"), ("https", "evil.example#@api.example.com", "/a"),
            ("https", "a@evil.example@api.example.com", "/a"), ("https", "[::1]@api.example.com", "/a"),
            ("https", "\u{FC}@api.example.com", "/a"), ("https", "a b@api.example.com", "/a"),
            ("https", "user@", "/a"), ("https", "api.example.com", "/a?b c"),
            ("https", "api.example.com", "/a?\r\nX: y"),
            ("https", "api.example.com", "/a?\u{FC}"), ("https", "api.example.com", "/a?\u{7F}b"),
            ("https://evil.example/", "api.example.com", "/a"),
        ])
    func refused(_ scheme: String, _ authority: String, _ path: String) {
        let error = promptError { () throws(DPoPClientError) in try Self.target(scheme, authority, path) }
        #expect(error?.code == .malformedRequest)
    }

    @Test("a request without scheme, authority or path is refused")
    func missing() {
        for (scheme, authority, path) in [(nil, "a.example", "/"), ("https", nil, "/"), ("https", "a.example", nil)]
            as [(String?, String?, String?)]
        {
            let error = promptError { () throws(DPoPClientError) in try Self.target(scheme, authority, path) }
            #expect(error?.code == .malformedRequest)
        }
    }

    @Test("the origin is the host's behind the last word of userinfo, never what only looks like it")
    func origin() throws {
        #expect(try Self.target("https", "api.example.com@evil.example", "/").origin.text == "https://evil.example")
        #expect(try Self.target("https", "api.example.com:443@evil.example", "/").origin.text == "https://evil.example")
        #expect(try Self.target("https", "a%40b@Evil.Example:443", "/").origin.text == "https://evil.example")
    }

    @Test("attack 128: a spelling counts for its origin alone, and changes what is written and not what is named")
    func spellings() throws {
        let origin = try ServerOrigin("https://api.example.com")
        let written = ("HTTPS", "u@API.Example.com:443", "/%7ea%2F%C3%BC?q") as (String, String, String)
        for (spelling, expected) in [
            (TargetSpelling.standard, "https://api.example.com/%7ea%2F%C3%BC"),
            (.exact, "HTTPS://API.Example.com:443/%7ea%2F%C3%BC"),
            (.decodedPath, "https://api.example.com/~a/\u{FC}"),
        ] {
            let target = try Self.target(written.0, written.1, written.2, [origin: spelling])
            #expect(target.uri.spelling == expected)
            #expect(target.origin == origin)
            #expect(target.uri == (try TargetURI("https://api.example.com/~a%2F%C3%BC")))
        }
        let other = try Self.target("https", "API.example.com:8443", "/%7e", [origin: .exact])
        #expect(other.uri.spelling == "https://api.example.com:8443/%7e")
    }

    @Test("a path that does not decode to text stays as it is", arguments: ["/%FF", "/%C3%28", "/a%ED%A0%80"])
    func undecodable(_ path: String) throws {
        let spellings = [try ServerOrigin("https://a.example"): TargetSpelling.decodedPath]
        #expect(try Self.target("https", "A.example", path, spellings).uri.spelling == "https://a.example\(path)")
        #expect(try Self.target("https", "A.example", "/%41%25", spellings).uri.spelling == "https://a.example/A%")
    }

    @Test("proofs of decoded paths are JSON, whatever they decode to")
    func decodedProofs() throws {
        var settings = SessionSettings()
        settings.spellings = [try ServerOrigin("https://api.example.com"): .decodedPath]
        let kit = try ClientKit(settings)
        for (path, expected) in [
            ("/%22%5C%0D%0A%00", "/\"\\\r\n\0"), ("/%F0%9F%98%80", "/\u{1F600}"), ("/a%3Fb%23c", "/a?b#c"),
        ] {
            let signed = try kit.session.sign(ClientKit.request(.get, path), with: kit.token)
            #expect(signed.request.proofClaims?["htu"]?.text == "https://api.example.com\(expected)")
            #expect(signed.request.path == path)
        }
    }
}

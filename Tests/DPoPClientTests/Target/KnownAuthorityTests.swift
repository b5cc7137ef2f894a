import DPoPCore
import HTTPTypes
import Testing

@testable import DPoPClient

/// An authority that was read before is not read again: which must not show.
@Suite struct KnownAuthorityTests {
    private static let paths = [
        "/", "", "/orders", "/orders/7?page=2", "/orders#top", "/orders?x#y", "?x", "#x", "*", "orders",
        ".evil.example/",
        "@evil.example/", ":8443/", "/a/./b", "/a/../b", "/..", "/.", "/.hidden", "/a.b", "/a/b..", "/a/..b", "/%7Eme",
        "/%2f", "/%2F", "/%zz", "/a b", "/a\\b", "/a?b\\c", "/é", "/a?é", "//", "//evil.example/", "/a//b", "/a;b=c",
        "/a:b@c",
        "/\"<>^`{|}", "/!$&'()*+,;=-_~", "/\(String(repeating: "a", count: 4_071))",
        "/\(String(repeating: "a", count: 4_072))", "/\(String(repeating: "a", count: 4_073))",
        "/\(String(repeating: "a", count: 2_047))", "/\(String(repeating: "a", count: 2_048))",
    ]

    private func result(_ request: HTTPRequest, _ known: KnownAuthorities?) -> [String] {
        do {
            let target = try WireTarget(request, spellings: [:], known: known)
            return [target.uri.normalized, target.uri.spelling, target.origin.text]
        } catch { return [error.code.rawValue, error.reason] }
    }

    @Test(
        "a target is the same whether its authority is known or not",
        arguments: [
            "api.example.com", "API.example.com:443", "api.example.com:8443", "me@api.example.com", "[::1]", "a:b:c",
        ])
    func same(_ authority: String) throws {
        let known = KnownAuthorities()
        for scheme in ["https", "http", "HTTPS", "ftp"] {
            for path in ["/"] + KnownAuthorityTests.paths {
                let request = HTTPRequest(method: .get, scheme: scheme, authority: authority, path: path)
                let isSame = result(request, known) == result(request, nil)
                #expect(isSame, "\(scheme) \(path.prefix(20)), \(path.utf8.count) bytes")
            }
        }
    }

    @Test("characters that Unicode calls equivalent to an ASCII one are another authority")
    func equivalents() throws {
        let known = KnownAuthorities()
        for (scheme, authority) in [("https", "K.example.com"), ("https", "a;b.example.com")] {
            _ = try WireTarget(
                HTTPRequest(method: .get, scheme: scheme, authority: authority, path: "/"), spellings: [:], known: known
            )
            #expect(known.origin(scheme: scheme, authority: authority) != nil)
        }
        for authority in ["\u{212A}.example.com", "a\u{37E}b.example.com"] {
            let request = HTTPRequest(method: .get, scheme: "https", authority: authority, path: "/")
            #expect(throws: DPoPClientError.self) { try WireTarget(request, spellings: [:], known: known) }
        }
    }

    @Test("a session of two origins keeps them apart, and a spelling is found though the authority is known")
    func spellings() throws {
        var settings = SessionSettings()
        settings.spellings = [try ServerOrigin("https://exact.example.com"): .exact]
        let kit = try ClientKit(settings)
        for _ in 0..<2 {
            for (authority, spelling) in [
                ("EXACT.example.com", "https://EXACT.example.com/a"), ("API.example.com", "https://api.example.com/a"),
            ] {
                let signed = try kit.session.sign(
                    ClientKit.request(.get, "/a?b", authority: authority), with: kit.token)
                #expect(signed.targetURI.spelling == spelling)
            }
        }
    }

    @Test(
        "an authority in which a parser could end the host early is refused",
        arguments: [
            "evil.example/@api.example.com", "evil.example?@api.example.com", "evil.example#@api.example.com",
            "evil.example\\@api.example.com", "a@evil.example@api.example.com", "evil.example\t@api.example.com",
            "é@api.example.com",
        ])
    func userinfo(_ authority: String) throws {
        let kit = try ClientKit()
        _ = try kit.session.sign(ClientKit.request(authority: "me:secret@api.example.com"), with: kit.token)
        #expect(throws: DPoPClientError.self) {
            try kit.session.sign(ClientKit.request(authority: authority), with: kit.token)
        }
    }
}

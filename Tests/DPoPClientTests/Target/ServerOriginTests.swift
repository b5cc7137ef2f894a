import DPoPCore
import Testing

@testable import DPoPClient

@Suite struct ServerOriginTests {
    @Test(
        "an origin has one text",
        arguments: [
            ("https://api.example.com", "https://api.example.com"),
            ("https://api.example.com/", "https://api.example.com"),
            ("HTTPS://API.example.com:443", "https://api.example.com"), ("http://a:80/", "http://a"),
            ("http://a:8080", "http://a:8080"), ("https://[::1]:8443", "https://[0:0:0:0:0:0:0:1]:8443"),
            ("https://a:", "https://a"),
        ])
    func text(_ written: String, _ expected: String) throws {
        let origin = try ServerOrigin(written)
        #expect(origin.text == expected)
        #expect(origin.description == expected)
        #expect(
            try ServerOrigin(of: TargetURI("\(written.hasSuffix("/") ? String(written.dropLast()) : written)/a/b//c"))
                == origin)
        #expect(try ServerOrigin(origin.text) == origin)
    }

    @Test(
        "more than scheme and host is none",
        arguments: [
            "", "api.example.com", "https:", "https://", "https:///", "https://a/b", "https://a//", "https://a/.",
            "https://a/..",
            "https://a/x/..", "https://a?", "https://a/?", "https://a#", "https://a/#x", "https://u@a", "ftp://a",
            "https://a b",
            "https://a\\", "//a", "https:a", "https://a:0", "https://b\u{FC}cher.example", "https://a/%2e",
        ])
    func refused(_ text: String) { #expect(throws: TargetURI.Malformed.self) { try ServerOrigin(text) } }
}

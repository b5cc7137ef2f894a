import DPoPCore
import Testing

@testable import DPoPServer

@Suite struct ExternalOriginTests {
    @Test(
        "an origin is scheme, host and port and nothing more; its neighbour is accepted",
        arguments: [
            ("https://api.example.com/", "https://api.example.com"),
            ("https://api.example.com/v1", "https://api.example.com"),
            ("https://api.example.com?", "https://api.example.com"),
            ("https://api.example.com#f", "https://api.example.com"),
            ("https://u:p@api.example.com", "https://api.example.com"), ("api.example.com", "http://api.example.com"),
            ("//api.example.com", "http://api.example.com"), ("ftp://api.example.com", "http://api.example.com"),
            ("https://", "https://h"), ("", "https://h:8443"), ("https://h:0443", "https://h:443"),
            ("https://h h", "https://h-h"), ("https://b\u{FC}cher.example", "https://xn--bcher-kva.example"),
            ("https://h\\", "https://h"), ("https://[::1", "https://[::1]"),
        ])
    func origin(_ pair: (String, String)) throws {
        #expect(throws: ConfigurationError.self) { try ExternalOrigin(pair.0) }
        _ = try ExternalOrigin(pair.1)
    }

    @Test("a star matches nothing but itself")
    func star() throws {
        let origins = try ExternalOrigins(["https://*.example.com"])
        #expect(TargetKit.outcome(TargetKit.request(host: "api.example.com"), origins) == "421 wrongTarget")
    }

    @Test(
        "a prefix is in its normal form and without a slash at its end; its neighbour is accepted",
        arguments: [
            ("", "/"), ("api", "/api"), ("/api/", "/api"), ("//api", "/api"), ("/api//v1", "/api/v1"),
            ("/api/./v1", "/api/v1"), ("/api/..", "/api"), ("/%61pi", "/api"), ("/a%2fb", "/a%2Fb"),
            ("/api?", "/api"), ("/api#f", "/api"), ("/a b", "/a%20b"), ("/\u{E9}", "/%C3%A9"), ("/a\\b", "/a/b"),
        ])
    func prefix(_ pair: (String, String)) throws {
        let origin = "https://api.example.com"
        #expect(throws: ConfigurationError.self) { try ExternalOrigin(origin, externalPrefix: pair.0) }
        #expect(throws: ConfigurationError.self) { try ExternalOrigin(origin, internalPrefix: pair.0) }
        _ = try ExternalOrigin(origin, externalPrefix: pair.1, internalPrefix: pair.1)
    }

    @Test("a list is not empty and has no origin twice")
    func list() throws {
        #expect(throws: ConfigurationError.self) { try ExternalOrigins([] as [String]) }
        #expect(throws: ConfigurationError.self) { try ExternalOrigins([] as [ExternalOrigin]) }
        for twin in ["https://a.example", "HTTPS://A.example", "https://a.example:443", "https://a.example:"] {
            #expect(throws: ConfigurationError.self, "\(twin)") { try ExternalOrigins(["https://a.example", twin]) }
        }
        #expect(throws: ConfigurationError.self) {
            try ExternalOrigins([
                ExternalOrigin("https://a.example", externalPrefix: "/v1"),
                ExternalOrigin("https://a.example", externalPrefix: "/v2"),
            ])
        }
        _ = try ExternalOrigins(["https://a.example", "https://a.example:8443", "https://b.example"])
    }

    @Test(
        "origins that one Host field can name both need proxies that tell the scheme",
        arguments: [
            ("http://a.example", "https://a.example"), ("http://a.example:443", "https://a.example"),
            ("http://a.example", "https://a.example:80"), ("http://a.example:8080", "https://A.example:8080"),
        ])
    func ambiguous(_ pair: (String, String)) throws {
        var configuration = try ResourceConfiguration(origins: ExternalOrigins([pair.0, pair.1]))
        #expect(throws: ConfigurationError.self) { try configuration.check() }
        configuration.proxies = try TrustedProxies(["10.0.0.0/8"], reading: .xForwarded([.for]))
        #expect(throws: ConfigurationError.self) { try configuration.check() }
        configuration.proxies = try TrustedProxies(["10.0.0.0/8"], reading: .xForwarded([.proto]))
        try configuration.check()
        configuration.proxies = try TrustedProxies(["10.0.0.0/8"], reading: .forwarded)
        try configuration.check()
    }

    @Test("origins that a Host field tells apart need no proxies")
    func unambiguous() throws {
        for other in ["https://b.example", "http://a.example:8080", "https://a.example:8443", "http://a.example.:80"] {
            try ResourceConfiguration(origins: ExternalOrigins(["https://a.example", other])).check()
        }
    }

    @Test("a resource's identifier is beneath one of its origins")
    func metadata() throws {
        let origins = try ExternalOrigins([ExternalOrigin("https://a.example", externalPrefix: "/api")])
        let configuration = ResourceConfiguration(origins: origins)
        for resource in ["https://a.example/api", "https://a.example/api/v1", "https://A.example:443/api/"] {
            _ = try ProtectedResourceMetadata(
                resource: resource, authorizationServers: ["https://as.example"], configuration: configuration)
        }
        for resource in [
            "https://a.example/", "https://a.example/apis", "https://b.example/api", "http://a.example/api",
            "https://a.example:8443/api",
        ] {
            #expect(throws: ConfigurationError.self, "\(resource)") {
                try ProtectedResourceMetadata(
                    resource: resource, authorizationServers: ["https://as.example"], configuration: configuration)
            }
        }
    }
}

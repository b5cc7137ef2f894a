import DPoPCore
import HTTPTypes
import Testing

@testable import DPoPServer

@Suite struct CrossOriginTests {
    private let page = "https://app.example.com"

    private func request(
        _ origins: [String], method: HTTPRequest.Method = .options, asks: String? = "GET"
    ) -> HTTPRequest {
        var fields = origins.map { ("Origin", $0) }
        if let asks { fields.append(("Access-Control-Request-Method", asks)) }
        fields.append(("Access-Control-Request-Headers", "x-evil"))
        return TargetKit.request(method: method, fields: fields)
    }

    @Test("attack 167: pages that are allowed may send a proof and read the challenge and the nonce")
    func allowed() throws {
        let pages = try CrossOrigin(
            .listed(["https://other.example", page]), methods: [.get, .put], requestHeaders: [.contentType],
            exposedHeaders: [.eTag], maximumAge: 60)
        let preflight = try #require(pages.preflight(request([page])))
        #expect(preflight.status == .noContent)
        #expect(
            preflight.headerFields == [
                .accessControlAllowMethods: "GET, PUT",
                .accessControlAllowHeaders: "Authorization, DPoP, Content-Type", .accessControlMaxAge: "60",
                .accessControlAllowOrigin: page, .vary: "Origin",
            ])
        #expect(
            pages.responseFields(request([page], method: .get, asks: nil)) == [
                .accessControlExposeHeaders: "WWW-Authenticate, DPoP-Nonce, ETag", .accessControlAllowOrigin: page,
                .vary: "Origin",
            ])
    }

    @Test("attack 167: any origin is answered with a star, and needs no Vary")
    func any() throws {
        let pages = try CrossOrigin(.any)
        let preflight = try #require(pages.preflight(request(["https://anyone.example"])))
        #expect(preflight.headerFields[.accessControlAllowOrigin] == "*")
        #expect(preflight.headerFields[.accessControlAllowHeaders] == "Authorization, DPoP")
        #expect(!preflight.headerFields.contains(.vary))
        #expect(!preflight.headerFields.contains(.accessControlAllowCredentials))
        #expect(
            pages.responseFields(request([], method: .get)) == [
                .accessControlAllowOrigin: "*", .accessControlExposeHeaders: "WWW-Authenticate, DPoP-Nonce",
            ])
    }

    @Test(
        "attack 167: what is not a listed origin byte for byte is answered without any field that allows something",
        arguments: [
            ["https://evil.example"], ["https://app.example.com.evil.example"], ["https://app.example.com:443"],
            ["https://APP.example.com"], ["http://app.example.com"], ["https://app.example.com/"], ["null"], [""],
            ["*"],
            ["https://app.example.com", "https://app.example.com"],
            ["https://app.example.com", "https://evil.example"],
            ["https://app.example.com, https://evil.example"], ["https://app.example.co"], ["\u{E9}"],
        ])
    func unlisted(_ origins: [String]) throws {
        let pages = try CrossOrigin(.listed([page]), allowsCredentials: true)
        let preflight = try #require(pages.preflight(request(origins)))
        #expect(preflight.status == .noContent && preflight.headerFields == [.vary: "Origin"])
        #expect(pages.responseFields(request(origins, method: .get)) == [.vary: "Origin"])
        let twin = try #require(pages.preflight(request([page])))
        #expect(twin.headerFields[.accessControlAllowOrigin] == page)
        #expect(twin.headerFields[.accessControlAllowCredentials] == "true")
    }

    @Test("a preflight is OPTIONS with both of its fields, and nothing else is")
    func preflights() throws {
        for pages in [try CrossOrigin(.any), try CrossOrigin(.listed([page]))] {
            #expect(pages.preflight(request([page])) != nil)
            #expect(pages.preflight(request([page], method: .get)) == nil)
            #expect(pages.preflight(request([page], asks: nil)) == nil)
            #expect(pages.preflight(request([])) == nil)
        }
        #expect(try CrossOrigin(.listed([page])).responseFields(request([], method: .get)) == [.vary: "Origin"])
    }

    @Test(
        "an origin that no browser would send is refused at construction, its neighbour is accepted",
        arguments: [
            ("https://app.example.com/", "https://app.example.com"),
            ("https://App.example.com", "https://app.example.com"),
            ("https://app.example.com:443", "https://app.example.com:8443"), ("http://h:80", "http://h:443"),
            ("https://h:", "https://h"), ("null", "app://null"), ("*", "https://h"), ("", "capacitor://localhost"),
            ("app.example.com", "tauri://localhost"), ("https://", "https://h"),
            ("https://*.example.com", "https://a.example.com"),
            ("https://u@h", "https://h"), ("https://h?q", "https://h"), ("https://h#f", "https://h"),
            ("https://h a", "https://h-a"), ("https://b\u{FC}cher.example", "https://xn--bcher-kva.example"),
            ("https://[::1", "https://[::1]:8443"), ("https:/h", "chrome-extension://abcdef"), ("://h", "a://h"),
            ("https://h:99999", "https://h:9999"),
        ])
    func spelling(_ pair: (String, String)) throws {
        #expect(throws: ConfigurationError.self) { try CrossOrigin(.listed([page, pair.0])) }
        _ = try CrossOrigin(.listed([page, pair.1]))
    }

    @Test("credentials with any origin, no origins, no methods and an age out of range are refused at construction")
    func construction() throws {
        #expect(throws: ConfigurationError.self) { try CrossOrigin(.any, allowsCredentials: true) }
        #expect(throws: ConfigurationError.self) { try CrossOrigin(.listed([])) }
        #expect(throws: ConfigurationError.self) { try CrossOrigin(.any, methods: []) }
        for age in [-1, 86_401, .min, .max] {
            #expect(throws: ConfigurationError.self) { try CrossOrigin(.any, maximumAge: age) }
        }
        for age in [0, 86_400] { _ = try CrossOrigin(.listed([page]), allowsCredentials: true, maximumAge: age) }
    }

    @Test("attack 167: a guard answers preflights without credentials, and its denials can be read by pages")
    func guardian() async throws {
        struct NoTokens: AccessTokenVerifier {
            func verify(_ token: String, now: UnixTime) async throws(AccessTokenRejection) -> AccessToken {
                throw AccessTokenRejection(.malformed)
            }
        }
        var configuration = try ResourceConfiguration(origin: "https://api.example.com")
        configuration.crossOrigin = try CrossOrigin(.listed([page]))
        let guardian = try ResourceGuard(configuration, tokens: NoTokens())
        guard case .preflight(let response) = await guardian.authorize(request([page])) else {
            Issue.record("not a preflight")
            return
        }
        #expect(response.status == .noContent)
        guard case .denied(let denial) = await guardian.authorize(request([page], method: .get)) else {
            Issue.record("not denied")
            return
        }
        #expect(denial.status == .unauthorized)
        #expect(denial.headerFields[.accessControlAllowOrigin] == page)
        #expect(denial.headerFields[.accessControlExposeHeaders] == "WWW-Authenticate, DPoP-Nonce")
        // Without the setting, OPTIONS is a request like any other.
        configuration.crossOrigin = nil
        let strict = try ResourceGuard(configuration, tokens: NoTokens())
        guard case .denied = await strict.authorize(request([page])) else {
            Issue.record("not denied")
            return
        }
    }
}

import DPoPCore
import HTTPTypes
import Testing

@testable import DPoPServer

@Suite struct TrustedProxiesTests {
    private let both = ["http://api.example.com", "https://api.example.com", "https://other.example"]

    private func hop(
        _ proxies: TrustedProxies, _ fields: [(String, String)], peer: String? = TargetKit.proxy
    ) -> Result<ProxyHop?, Refusal> {
        let request = TargetKit.request(fields: fields)
        do {
            return .success(try proxies.hop(of: request, ClientConnection(peerAddress: peer)))
        } catch {
            return .failure(error)
        }
    }

    private func isMalformed(_ result: Result<ProxyHop?, Refusal>) -> Bool {
        guard case .failure(let refusal) = result else { return false }
        return refusal.code == .malformedForwarding && refusal.status == .badRequest
    }

    @Test("a setting that could have no effect, or one on everybody, is refused")
    func construction() throws {
        _ = try TrustedProxies(["10.1.0.0/16", "::1"], hops: 16, reading: .xForwarded([.for]))
        #expect(throws: ConfigurationError.self) { try TrustedProxies([], reading: .forwarded) }
        for range in ["0.0.0.0/0", "::/0", "10.1.0.1/16", "proxy.example", ""] {
            #expect(throws: ConfigurationError.self) { try TrustedProxies(["10.1.0.7", range], reading: .forwarded) }
        }
        for hops in [0, -1, 17, .min, .max] {
            #expect(throws: ConfigurationError.self) {
                try TrustedProxies(["10.1.0.7"], hops: hops, reading: .forwarded)
            }
        }
        #expect(throws: ConfigurationError.self) { try TrustedProxies(["10.1.0.7"], reading: .xForwarded([])) }
    }

    @Test("attack 110: fields of a peer that is no trusted proxy, or of any where none is configured, have no effect")
    func strangers() throws {
        let spoofed = [
            ("Forwarded", "for=127.0.0.1;host=other.example;proto=http"), ("X-Forwarded-For", "127.0.0.1"),
            ("X-Forwarded-Host", "other.example"), ("X-Forwarded-Proto", "http"), ("X-Forwarded-Port", "8443"),
        ]
        let malformed = [("Forwarded", "\""), ("X-Forwarded-Proto", "\u{E9}"), ("X-Forwarded-Host", "")]
        let origins = try ExternalOrigins(["https://api.example.com", "https://other.example"])
        let settings: [TrustedProxies?] = [
            nil, try TrustedProxies(["10.1.0.0/16"], reading: .forwarded),
            try TrustedProxies(["10.1.0.0/16"], reading: .xForwarded(Set(TrustedProxies.XForwarded.allCases))),
        ]
        for proxies in settings {
            for fields in [spoofed, malformed] {
                for peer in [TargetKit.stranger, "10.2.0.7", "::10.1.0.7", "unix", "", nil] {
                    let outcome = TargetKit.outcome(
                        TargetKit.request(fields: fields), origins, proxies, ClientConnection(peerAddress: peer))
                    #expect(outcome == "https://api.example.com/orders")
                    if let proxies { #expect(try hop(proxies, fields, peer: peer).get() == nil) }
                }
            }
        }
        // From the proxy itself they have: the twin.
        let believed = TargetKit.request(fields: [("Forwarded", "for=127.0.0.1;host=other.example;proto=https")])
        #expect(TargetKit.outcome(believed, origins, settings[1]) == "https://other.example/orders")
        let mapped = ClientConnection(peerAddress: "::ffff:10.1.0.7")
        #expect(TargetKit.outcome(believed, origins, settings[1], mapped) == "https://other.example/orders")
        // A proxy is believed in the fields that it writes, and in no other.
        #expect(TargetKit.outcome(TargetKit.request(fields: spoofed), origins, settings[1]) == "421 wrongTarget")
        let xForwardedFor = try TrustedProxies(["10.1.0.0/16"], reading: .xForwarded([.for]))
        #expect(
            TargetKit.outcome(TargetKit.request(fields: spoofed), origins, xForwardedFor)
                == "https://api.example.com/orders")
    }

    @Test("attack 110: a proxy only selects among the origins too")
    func neverANewOrigin() throws {
        let origins = try ExternalOrigins(both)
        let proxies = try TrustedProxies(["10.1.0.7"], reading: .forwarded)
        func outcome(_ forwarded: String) -> String {
            TargetKit.outcome(TargetKit.request(fields: [("Forwarded", forwarded)]), origins, proxies)
        }
        #expect(outcome("proto=https") == "https://api.example.com/orders")
        #expect(outcome("proto=HTTP") == "http://api.example.com/orders")
        #expect(outcome("host=other.example") == "https://other.example/orders")
        #expect(outcome("host=\"api.example.com:443\"") == "https://api.example.com/orders")
        #expect(outcome("host=\"API.example.com:80\";proto=http") == "http://api.example.com/orders")
        for forwarded in [
            "proto=https;host=evil.example", "proto=http;host=other.example", "host=\"\"", "for=192.0.2.1",
            "proto=https;host=\"api.example.com:80\"", "proto=https;host=\"api.example.com/\"",
            "proto=https;host=\"u@api.example.com\"", "proto=https;host=\"api.example.com:8443\"",
        ] { #expect(outcome(forwarded) == "421 wrongTarget", "\(forwarded)") }
        for forwarded in ["proto=ws", "proto=\"https, http\"", "proto=\"\"", "for=evil.example", "for=\"\""] {
            #expect(outcome(forwarded) == "400 malformedForwarding", "\(forwarded)")
        }
        // Nobody tells the scheme of a request that comes directly.
        let direct = ClientConnection(peerAddress: TargetKit.stranger)
        let request = TargetKit.request(fields: [("Forwarded", "proto=https")])
        #expect(TargetKit.outcome(request, origins, proxies, direct) == "421 wrongTarget")
    }

    @Test("attack 111: of a chain counts what the outermost trusted proxy wrote, from the right, over all lines")
    func chains() throws {
        func scheme(_ hops: Int, _ lines: [String]) throws -> String {
            let proxies = try TrustedProxies(["10.1.0.7"], hops: hops, reading: .xForwarded([.proto]))
            let result = hop(proxies, lines.map { ("X-Forwarded-Proto", $0) })
            if isMalformed(result) { return "refused" }
            return try result.get()?.scheme?.rawValue ?? "none"
        }
        #expect(try scheme(1, ["https, http"]) == "http")
        #expect(try scheme(2, ["https, http"]) == "https")
        #expect(try scheme(1, ["https", "http"]) == "http")
        #expect(try scheme(2, ["https", "http"]) == "https")
        #expect(try scheme(2, ["junk,https ,\thttp"]) == "https")
        #expect(try scheme(2, ["junk", "HTTPS", "junk"]) == "https")
        for (hops, lines) in [
            (1, []), (1, [""]), (3, ["https, http"]), (2, ["https"]), (1, ["https,"]), (1, ["https", ""]),
            (1, ["\"https\""]), (1, ["https http"]), (2, ["https,,"]), (1, ["https;http"]), (1, ["htt\u{17F}s"]),
        ] as [(Int, [String])] { #expect(try scheme(hops, lines) == "refused", "\(hops) \(lines)") }
    }

    @Test("attack 111: quoted elements of Forwarded are counted as what they are")
    func forwardedChains() throws {
        func address(_ hops: Int, _ lines: [String]) throws -> String {
            let proxies = try TrustedProxies(["10.1.0.7"], hops: hops, reading: .forwarded)
            let result = hop(proxies, lines.map { ("Forwarded", $0) })
            if isMalformed(result) { return "refused" }
            return try result.get()?.clientAddress ?? "unknown"
        }
        let chain = ["for=\"[2001:db8::9]:1\", for=192.0.2.1;secret=\"a, for=6.6.6.6\"", "For=10.1.0.6"]
        #expect(try address(1, chain) == "10.1.0.6")
        #expect(try address(2, chain) == "192.0.2.1")
        #expect(try address(3, chain) == "2001:db8::9")
        #expect(try address(4, chain) == "refused")
        #expect(try address(1, ["for=unknown"]) == "unknown")
        #expect(try address(1, ["for=_gateway;proto=https"]) == "unknown")
        #expect(try address(1, ["proto=https"]) == "unknown")
        // A client that opens a quote does not get its proxy's element swallowed.
        for lines in [
            ["for=\"6.6.6.6, for=192.0.2.1"], ["for=\"6.6.6.6", "for=192.0.2.1"], ["", "for=192.0.2.1"], [],
        ] {
            #expect(try address(1, lines) == "refused", "\(lines)")
        }
    }

    @Test("X-Forwarded-For, -Host and -Port are read where they are named, and must be there then")
    func xForwarded() throws {
        let origins = try ExternalOrigins(["https://api.example.com:8443", "https://other.example"])
        let proxies = try TrustedProxies(
            ["10.1.0.0/16"], reading: .xForwarded([.for, .host, .proto, .port]))
        func outcome(_ change: [String: String?]) -> String {
            var fields: [String: String] = [
                "X-Forwarded-For": "6.6.6.6, 192.0.2.1", "X-Forwarded-Host": "api.example.com",
                "X-Forwarded-Proto": "https", "X-Forwarded-Port": "8443",
            ]
            for (name, value) in change { fields[name] = value }
            let request = TargetKit.request(host: "backend:8080", fields: fields.sorted { $0.key < $1.key }.map { $0 })
            return TargetKit.outcome(request, origins, proxies)
        }
        #expect(outcome([:]) == "https://api.example.com:8443/orders")
        #expect(outcome(["X-Forwarded-Host": "api.example.com:8443"]) == "https://api.example.com:8443/orders")
        #expect(
            outcome(["X-Forwarded-Host": "other.example", "X-Forwarded-Port": "443"]) == "https://other.example/orders")
        #expect(outcome(["X-Forwarded-For": "2001:db8::1"]) == "https://api.example.com:8443/orders")
        for name in ["X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Port"] {
            #expect(outcome([name: nil]) == "400 malformedForwarding", "\(name)")
            #expect(outcome([name: ""]) == "400 malformedForwarding", "\(name)")
        }
        for port in ["84430000", "+8443", "8443x", "\u{0668}443"] {
            #expect(outcome(["X-Forwarded-Port": port]) == "400 malformedForwarding", "\(port)")
        }
        for port in ["443", "08443", "0", "65536"] {
            #expect(outcome(["X-Forwarded-Port": port]) == "421 wrongTarget", "\(port)")
        }
        #expect(outcome(["X-Forwarded-Host": "api.example.com:443"]) == "400 malformedTarget")
        #expect(outcome(["X-Forwarded-Host": "[::1]"]) == "421 wrongTarget")
        #expect(outcome(["X-Forwarded-For": "evil"]) == "400 malformedForwarding")
    }

    @Test("a port that a proxy names completes the request's own Host, and no request without one")
    func portOfHost() throws {
        let proxies = try TrustedProxies(["10.1.0.7"], reading: .xForwarded([.port]))
        let origins = try ExternalOrigins(["https://[2001:db8::1]:8443"])
        let field = [("X-Forwarded-Port", "8443")]
        let target = "https://[2001:db8:0:0:0:0:0:1]:8443/orders"
        #expect(TargetKit.outcome(TargetKit.request(host: "[2001:db8::1]", fields: field), origins, proxies) == target)
        #expect(
            TargetKit.outcome(TargetKit.request(host: "[2001:db8::1]:8443", fields: field), origins, proxies) == target)
        #expect(
            TargetKit.outcome(TargetKit.request(host: nil, fields: field), origins, proxies) == "400 malformedTarget")
        #expect(TargetKit.outcome(TargetKit.request(host: nil), origins) == target)
    }

    @Test("the client's address is the one that the outermost proxy was connected from")
    func clientAddress() throws {
        let proxies = try TrustedProxies(["10.1.0.0/16"], hops: 2, reading: .xForwarded([.for]))
        let fields = [("X-Forwarded-For", "6.6.6.6"), ("X-Forwarded-For", "192.0.2.1:4711, 10.1.0.6")]
        #expect(try hop(proxies, fields).get()?.clientAddress == "192.0.2.1")
        #expect(isMalformed(hop(proxies, [("X-Forwarded-For", "10.1.0.6")])))
    }
}

import DPoPCore
import HTTPTypes
import Testing

@testable import DPoPServer

/// Random requests: none traps, and none has a target outside the list.
@Suite struct TargetPropertyTests {
    private static let scale = 4_000

    private let hostPieces = [
        "api.example.com", "API.", "evil", ".", ":", "443", "8443", "80", "@", "/", "\\", "[", "]", "::1", "%", ",",
        " ",
        "?", "#", "\u{E9}", "\r\n", "a", "",
    ]
    private let pathPieces = [
        "/", "/", "..", ".", "%2e", "%2E", "//", "\\", "@", "evil.example", "https://", "api.example.com", ":", "?",
        "#",
        "svc", "/svc", "/svc/", "api", "*", "%2f", "%5c", "%00", "%", "\u{E9}", " ", "\r\n", "\u{200D}\u{301}", "a",
    ]
    private let fieldPieces = [
        "for=", "host=", "proto=", "by=", "192.0.2.1", "\"[2001:db8::1]:1\"", "api.example.com", "\"", "\\", ",", ";",
        "=",
        "https", "http", " ", "evil.example", "unknown", "_x", "443", "8443", "\u{E9}", "\t", "for=192.0.2.1",
        "host=api.example.com", "proto=https",
    ]

    @Test("attacks 110 to 112: random hosts, paths and proxy fields never lead to a target outside the list")
    func closed() throws {
        let lists: [(origins: ExternalOrigins, starts: [String])] = [
            (try ExternalOrigins(["https://api.example.com"]), ["https://api.example.com/"]),
            (
                try ExternalOrigins([
                    ExternalOrigin("https://api.example.com", externalPrefix: "/api", internalPrefix: "/svc"),
                    ExternalOrigin("http://api.example.com:8080", internalPrefix: "/svc"),
                    ExternalOrigin("https://api.example.com:8443", externalPrefix: "/api"),
                ]), ["https://api.example.com/api", "http://api.example.com:8080/", "https://api.example.com:8443/api"]
            ),
        ]
        let settings: [TrustedProxies?] = [
            nil, try TrustedProxies(["10.1.0.7"], reading: .forwarded),
            try TrustedProxies(["10.1.0.7"], hops: 2, reading: .xForwarded([.for, .proto, .host])),
            try TrustedProxies(["10.1.0.7"], reading: .xForwarded([.port])),
        ]
        let names = [
            "Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-Port", "Host",
        ]
        var random = TargetRandom(seed: 112)
        var found = 0
        for _ in 0..<Self.scale * 5 {
            let (origins, starts) = lists[random.below(lists.count)]
            let host: String? =
                switch random.below(4) {
                case 0: random.text(hostPieces, upTo: 6)
                case 1: nil
                default: "api.example.com"
                }
            let start = ["", "/", "/", "/svc/", "https://api.example.com/"][random.below(5)]
            var fields: [(String, String)] = []
            for _ in 0..<max(0, random.below(6) - 2) {
                fields.append((names[random.below(names.count)], random.text(fieldPieces, upTo: 8)))
            }
            var connection = ClientConnection(peerAddress: TargetKit.proxy)
            if random.below(5) == 0 { connection.originalPath = random.text(pathPieces, upTo: 8) }
            let plain = ["orders", "a/../b", "svc/a//b", "svc", "a?b=/../c"]
            let path = start + (random.below(2) == 0 ? random.text(pathPieces, upTo: 8) : plain[random.below(5)])
            let request = TargetKit.request(path, host: host, fields: fields)
            let proxies = random.below(2) == 0 ? nil : settings[random.below(settings.count)]
            guard let target = try? TargetKit.target(request, origins, proxies, connection) else { continue }
            found += 1
            #expect(
                starts.contains { start in
                    target.normalized.hasPrefix(start)
                        && (start.hasSuffix("/") || target.normalized == start
                            || target.normalized.dropFirst(start.count).hasPrefix("/"))
                }, "\(target) of \(path)")
            #expect(try TargetURI(target.normalized) == target)
        }
        // Or the property would hold of nothing.
        #expect(found > Self.scale / 4)
    }

    @Test("random Forwarded fields, addresses and nodes are read or refused, and what is read is what is written")
    func fields() throws {
        var random = TargetRandom(seed: 111)
        var found = 0
        for _ in 0..<Self.scale * 5 {
            let lines = (0..<random.below(3)).map { _ in random.text(fieldPieces, upTo: 10) }
            if let elements = ForwardedElement.read(lines), !elements.isEmpty {
                found += 1
                // Written anew with quotes everywhere, it reads the same.
                let text = elements.map { element in
                    [
                        ("FOR", element.node), ("by", element.by), ("Host", element.host), ("proto", element.proto),
                        ("x", "y"),
                    ].compactMap { pair in
                        pair.1.map { "\(pair.0)=\"\($0.map { "\\\($0)" }.joined())\"" }
                    }.joined(separator: ";")
                }.joined(separator: " , ")
                #expect(ForwardedElement.read([text]) == elements, "\(lines)")
            }
            let node = random.text(["192.0.2.1", "1", ".", ":", "[", "]", "::", "ab", "_", "80", "unknown"], upTo: 8)
            if let address = ForwardedNode(node, bareIPv6: random.below(2) == 0)?.address {
                #expect(IPAddress(address) != nil && node.contains(address), "\(node)")
            }
            let range = random.text(["10.1.0.0", "/", "8", "16", "::", "1", "."], upTo: 6)
            _ = IPAddressRange(range)
        }
        #expect(found > 20)
    }
}

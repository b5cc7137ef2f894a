import Testing

@testable import DPoPCore

/// Random URIs against the rules that hold for all of them.
@Suite struct TargetURIPropertyTests {
    /// A URI in parts, so that an equal spelling of each part can be chosen apart.
    private struct Parts {
        var scheme: String
        var host: String
        var port: Int?
        var segments: [String]

        init(_ random: inout CheckRandom) {
            scheme = random.pick(["http", "https"])
            host = random.pick(["h.example", "api-1.example.org", "10.0.0.1", "[2001:db8::1]", "localhost", "a_b~c"])
            port = random.pick([nil, nil, 8443, 80, 443, 1, 65535])
            let characters = "aZ09-._~%!$&'()*+,;=:@".map(String.init) + ["%2F", "%20", "%3F", "%C3%A9", "%25"]
            segments = (0..<random.below(5)).map { _ in
                let text = (0..<random.below(6)).map { _ in random.pick(characters.filter { $0 != "%" }) }.joined()
                return text == "." || text == ".." ? "x" : text
            }
        }

        var plain: String { "\(scheme)://\(host)\(port.map { ":\($0)" } ?? "")/\(segments.joined(separator: "/"))" }

        /// Another spelling, by a random choice of the listed normalisations backwards.
        func respelled(_ random: inout CheckRandom) -> String {
            var text = anyCase(scheme, &random) + "://"
            let ipv6 = ["[2001:DB8:0:0:0:0:0:1]", "[2001:0db8::0001]", "[2001:db8::0.0.0.1]"]
            text += host.hasPrefix("[") ? random.pick(ipv6 + [host]) : anyCase(host, &random)
            if let port {
                let isDefault = port == (scheme == "http" ? 80 : 443)
                text += isDefault ? random.pick(["", ":", ":\(port)"]) : ":\(port)"
            } else {
                text += random.pick(["", ":", scheme == "http" ? ":80" : ":443"])
            }
            if !segments.isEmpty || !random.chance(2) {
                // Dot segments that lead nowhere.
                if random.chance(3) { text += random.pick(["/.", "/x/..", "/..", "/%2e", "/%2E%2e", "/a/b/../.."]) }
                for segment in segments {
                    if random.chance(5) { text += "/." }
                    if random.chance(5) { text += "/y/.%2E" }
                    text += "/" + escaped(segment, &random)
                }
                if segments.isEmpty { text += "/" }
            }
            return text + random.pick(["", "?", "?q=/../x", "#f?g", "?a#b"])
        }

        private func anyCase(_ text: String, _ random: inout CheckRandom) -> String {
            text.map { random.chance(2) ? $0.uppercased() : String($0) }.joined()
        }

        /// Escapes unreserved characters at random and writes escapes in either case.
        private func escaped(_ segment: String, _ random: inout CheckRandom) -> String {
            var result = ""
            var rest = Substring(segment)
            while let first = rest.first {
                if first == "%" {
                    result += random.chance(2) ? rest.prefix(3).lowercased() : String(rest.prefix(3))
                    rest = rest.dropFirst(3)
                    continue
                }
                rest = rest.dropFirst()
                let byte = first.asciiValue ?? 0
                if ASCII.isUnreserved(byte), random.chance(4) {
                    let hex = String(byte, radix: 16)
                    result += "%" + (random.chance(2) ? hex.uppercased() : hex)
                } else {
                    result += String(first)
                }
            }
            return result
        }
    }

    @Test("attacks 94 to 102: any spelling by the listed normalisations names the same target")
    func respelling() throws {
        var random = CheckRandom(seed: 94)
        for _ in 0..<3_000 * CheckKit.scale {
            let parts = Parts(&random)
            let (plain, respelled) = (parts.plain, parts.respelled(&random))
            let target = try TargetURI(plain)
            #expect(try TargetURI(respelled) == target, "\(plain) and \(respelled)")
            #expect(try matches(target, respelled), "\(plain) and \(respelled)")
        }
    }

    @Test("normalising twice changes nothing, also what a proof is given")
    func idempotence() throws {
        var random = CheckRandom(seed: 1)
        for _ in 0..<3_000 * CheckKit.scale {
            let target = try TargetURI(Parts(&random).respelled(&random))
            #expect(try TargetURI(target.normalized).normalized == target.normalized)
            #expect(try TargetURI(target.spelling) == target)
            #expect(try TargetURI(target.spelling).spelling == target.spelling)
        }
    }

    @Test("attack 109: a changed host, port, scheme or segment is another target")
    func changes() throws {
        var random = CheckRandom(seed: 109)
        for _ in 0..<2_000 * CheckKit.scale {
            let parts = Parts(&random)
            var other = parts
            switch random.below(4) {
            case 0: other.scheme = parts.scheme == "http" ? "https" : "http"
            case 1: other.host = "other.example"
            case 2: other.port = parts.port == 4711 ? 4712 : 4711
            default: other.segments.append("z")
            }
            // An explicit default port in one scheme is another port in the other scheme, so they still differ.
            let (one, two) = (parts.respelled(&random), other.respelled(&random))
            #expect(try TargetURI(one) != TargetURI(two), "\(one) and \(two)")
            #expect(try !matches(TargetURI(one), two), "\(one) and \(two)")
        }
    }

    @Test("a proof's bytes match exactly when the two targets are equal, whatever the bytes")
    func agreement() {
        var random = CheckRandom(seed: 2)
        var equal = 0
        for _ in 0..<5_000 * CheckKit.scale {
            let parts = Parts(&random)
            guard let target = try? TargetURI(parts.plain) else {
                Issue.record("not read: \(parts.plain)")
                continue
            }
            var bytes = [UInt8](parts.respelled(&random).utf8)
            for _ in 0..<random.below(3) {
                bytes[random.below(bytes.count)] = UInt8.random(in: 0x20...0x7F, using: &random)
            }
            let text = String(decoding: bytes, as: UTF8.self)
            let other = try? TargetURI(text)
            #expect((try? matches(target, text)) == other.map { $0 == target }, "\(parts.plain) and \(text)")
            if other == target { equal += 1 }
        }
        #expect(equal > 1_000)
    }

    @Test("attack 185: random bytes are refused or read, and never trap")
    func randomBytes() {
        var random = CheckRandom(seed: 3)
        let alphabet = [UInt8]("http://s:/?#[]@%2e..\\:0443aZ\0\u{7F}".utf8) + [0x80, 0xC3, 0xFF]
        for _ in 0..<10_000 * CheckKit.scale {
            let isWild = random.chance(4)
            var bytes = isWild ? [] : [UInt8](random.pick(["https://", "http://h", "https://[", "https://h/"]).utf8)
            for _ in 0..<random.below(40) { bytes.append(isWild ? random.bytes(1)[0] : random.pick(alphabet)) }
            if let target = try? matchable(bytes) {
                #expect((try? TargetURI(target).normalized) == target)
            }
        }
    }

    private func matchable(_ bytes: [UInt8]) throws -> String {
        String(decoding: try URINormalizer.normalize(bytes.span, 0..<bytes.count).bytes, as: UTF8.self)
    }

    private func matches(_ target: TargetURI, _ text: String) throws(TargetURI.Malformed) -> Bool {
        // Among other bytes, as in a proof.
        let bytes = [UInt8]("\"\(text)\"".utf8)
        return try target.matches(bytes.span, 1..<bytes.count - 1)
    }
}

import Testing

@testable import DPoPServer

@Suite struct IPAddressTests {
    @Test("an IPv4 address, its mapped IPv6 address and the spellings of one IPv6 address are equal by value")
    func equality() throws {
        let four = try #require(IPAddress("192.0.2.1"))
        #expect(four.isIPv4)
        for spelling in ["::ffff:192.0.2.1", "::FFFF:c000:201", "0:0:0:0:0:ffff:192.0.2.1"] {
            #expect(IPAddress(spelling) == four, "\(spelling)")
        }
        let six = try #require(IPAddress("2001:db8::1"))
        #expect(!six.isIPv4 && IPAddress("2001:0DB8:0:0:0:0:0:1") == six)
        for other in ["::192.0.2.1", "64:ff9b::192.0.2.1", "192.0.2.2", "2001:db8::2"] {
            #expect(IPAddress(other) != four && IPAddress(other) != six && IPAddress(other) != nil, "\(other)")
        }
    }

    @Test(
        "what is not an address is none",
        arguments: [
            "", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.4 ", " 1.2.3.4", "0x1.2.3.4", "1.2.3.4:80",
            "a.b.c.d", "abcd", "1.2.3.-4", "\u{0661}.2.3.4", ":", ":::", "1::2::3", "[::1]", "fe80::1%eth0",
            "::ffff:1.2.3",
            "12345::", "::1/64", "1:2:3:4:5:6:7:8:9", "::ffff:0000:0000:0000:0000:0000:0000:0000:0000:0001",
        ])
    func none(_ text: String) { #expect(IPAddress(text) == nil) }

    @Test("a range contains the addresses with its prefix, mapped ones too")
    func ranges() throws {
        let cases: [(range: String, inside: [String], outside: [String])] = [
            (
                "10.1.0.0/16", ["10.1.0.0", "10.1.255.255", "::ffff:10.1.2.3"],
                ["10.0.255.255", "10.2.0.0", "::10.1.2.3"]
            ),
            ("10.1.0.7", ["10.1.0.7", "::ffff:a01:7"], ["10.1.0.6", "10.1.0.8", "::a01:7"]),
            ("10.1.0.7/32", ["10.1.0.7"], ["10.1.0.6"]), ("128.0.0.0/1", ["255.0.0.1"], ["127.0.0.1", "ffff::1"]),
            ("192.0.2.8/29", ["192.0.2.8", "192.0.2.15"], ["192.0.2.7", "192.0.2.16"]),
            ("2001:db8::/32", ["2001:db8::1", "2001:db8:ffff::"], ["2001:db9::", "2001:db7:ffff::", "32.1.13.184"]),
            ("2001:db8::/65", ["2001:db8::7fff:0:0:0"], ["2001:db8::8000:0:0:0"]),
            ("::1", ["::1"], ["::2", "127.0.0.1"]),
            ("fd00::/8", ["fd12::3"], ["fc00::"]), ("::/1", ["::1", "7fff::"], ["8000::", "1.2.3.4"]),
            ("::ffff:10.1.0.0/112", ["10.1.2.3", "::ffff:10.1.2.3"], ["10.2.0.0"]),
        ]
        for (text, inside, outside) in cases {
            let range = try #require(IPAddressRange(text), "\(text)")
            for address in inside { #expect(range.contains(try #require(IPAddress(address))), "\(address) \(text)") }
            for address in outside { #expect(!range.contains(try #require(IPAddress(address))), "\(address) \(text)") }
        }
    }

    @Test("random prefixes agree with a comparison bit by bit")
    func randomRanges() throws {
        var random = TargetRandom(seed: 7)
        func bits(_ octets: [UInt8]) -> [Bool] {
            octets.flatMap { octet in (0..<8).map { octet >> (7 - $0) & 1 == 1 } }
        }
        for _ in 0..<2_000 {
            let isIPv4 = random.below(2) == 0
            let length = 1 + random.below(isIPv4 ? 32 : 128)
            // Few high bits, so that no IPv6 address here is a mapped one.
            var one = (0..<(isIPv4 ? 4 : 16)).map { _ in UInt8.random(in: 1...255, using: &random) }
            var other = one
            other[random.below(one.count)] ^= 1 << random.below(8)
            let expected = bits(one).prefix(length) == bits(other).prefix(length)
            for index in one.indices {
                one[index] &= length >= index * 8 + 8 ? 255 : ~(255 >> max(0, length - index * 8))
            }
            func text(_ octets: [UInt8]) -> String {
                if isIPv4 { return octets.map(String.init).joined(separator: ".") }
                return stride(from: 0, to: 16, by: 2).map {
                    String(UInt16(octets[$0]) << 8 | UInt16(octets[$0 + 1]), radix: 16)
                }.joined(separator: ":")
            }
            let range = try #require(IPAddressRange("\(text(one))/\(length)"))
            #expect(range.contains(try #require(IPAddress(text(other)))) == expected, "\(text(other)) \(range)")
        }
    }

    @Test(
        "what is not a range is none, its neighbour is one",
        arguments: [
            ("10.1.0.0/33", "10.1.0.0/32"), ("10.1.0.1/16", "10.1.0.0/16"), ("0.0.0.0/0", "0.0.0.0/1"),
            ("::/0", "::/1"), ("10.1.0.0/016", "10.1.0.0/16"), ("10.1.0.0/", "10.1.0.0"), ("/16", "10.1.0.0"),
            ("10.1.0.0/16/16", "10.1.0.0/16"), ("10.1/16", "10.1.0.0/16"), ("10.1.0.0/+8", "10.0.0.0/8"),
            ("10.1.0.0/-1", "10.0.0.0/8"), ("10.1.0.0/\u{0661}6", "10.1.0.0/16"), ("2001:db8::/129", "2001:db8::/128"),
            ("2001:db8::1/64", "2001:db8::/64"), ("[::1]", "::1"), ("proxy.example", "10.1.0.7"),
            ("10.1.0.0/255.255.0.0", "10.1.0.0/16"), ("", "10.1.0.7"), ("10.1.0.7 ", "10.1.0.7"),
        ])
    func notRanges(_ pair: (String, String)) {
        #expect(IPAddressRange(pair.0) == nil)
        #expect(IPAddressRange(pair.1) != nil)
    }
}

import Testing

@testable import DPoPCore

@Suite struct IPv6AddressTests {
    private func address(_ text: String) -> IPv6Address? {
        let bytes = [UInt8](text.utf8)
        return IPv6Address(bytes.span, 0..<bytes.count)
    }

    @Test(
        "attack 104: addresses and their groups",
        arguments: [
            ("::", "0:0:0:0:0:0:0:0"), ("::1", "0:0:0:0:0:0:0:1"), ("1::", "1:0:0:0:0:0:0:0"),
            ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"), ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
            ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"), ("1::3:4:5:6:7:8", "1:0:3:4:5:6:7:8"),
            ("FE80::ABCD", "fe80:0:0:0:0:0:0:abcd"), ("0001:002:03::", "1:2:3:0:0:0:0:0"),
            ("::1.2.3.4", "0:0:0:0:0:0:102:304"), ("::ffff:255.255.255.255", "0:0:0:0:0:ffff:ffff:ffff"),
            ("1:2:3:4:5:6:0.0.0.0", "1:2:3:4:5:6:0:0"), ("64:ff9b::10.0.0.1", "64:ff9b:0:0:0:0:a00:1"),
        ])
    func read(_ pair: (String, String)) {
        #expect(address(pair.0)?.text == pair.1)
        #expect(address(pair.0) == address(pair.1))
    }

    @Test(
        "attack 104: what is no address",
        arguments: [
            "", ":", ":::", "1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8",
            "1::2::3", "1:::2", ":1:2:3:4:5:6:7", "1:2:3:4:5:6:7:", "::1:", ":1", "12345::", "::g", "::1%eth0", "::1 ",
            " ::1", "::-1", "::+1", "::1.2.3", "::1.2.3.4.5", "::1.2.3.256", "::1.2.3.04", "::01.2.3.4", "::1.2.3.",
            "::.1.2.3", "::1..2.3", "1.2.3.4", "1.2.3.4::", "::1.2.3.4:5", "1:2:3:4:5:6:7:1.2.3.4", "::a.2.3.4",
            "::1.2.3.a", "::1.2.3.4a", "::\u{661}", "::1.2.3.1000",
        ])
    func refused(_ text: String) {
        #expect(address(text) == nil)
    }

    @Test("a random address equals its shortest spelling and no other address")
    func random() {
        var random = CheckRandom(seed: 104)
        for _ in 0..<1_000 * CheckKit.scale {
            let groups = (0..<8).map { _ in random.chance(2) ? 0 : UInt16.random(in: 0...0xFFFF, using: &random) }
            let full = groups.map { String($0, radix: 16) }.joined(separator: ":")
            #expect(address(full)?.groups == groups)
            // The first run of zeros as a gap.
            if let start = groups.firstIndex(of: 0) {
                let end = groups[start...].firstIndex { $0 != 0 } ?? 8
                let head = groups[..<start].map { String($0, radix: 16) }.joined(separator: ":")
                let tail = groups[end...].map { String($0, radix: 16) }.joined(separator: ":")
                #expect(address(head + "::" + tail)?.groups == groups)
            }
            var other = groups
            other[random.below(8)] ^= 1
            #expect(address(other.map { String($0, radix: 16) }.joined(separator: ":")) != address(full))
        }
    }
}

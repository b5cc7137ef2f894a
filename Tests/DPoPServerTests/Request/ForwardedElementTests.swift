import Testing

@testable import DPoPServer

@Suite struct ForwardedElementTests {
    private func element(
        node: String? = nil, by: String? = nil, host: String? = nil, proto: String? = nil
    ) -> ForwardedElement { ForwardedElement(node: node, by: by, host: host, proto: proto) }

    @Test("attack 111: Forwarded is read as RFC 7239 has it: quoted or not, in any case, over several lines in order")
    func accepted() {
        #expect(ForwardedElement.read([]) == [])
        #expect(ForwardedElement.read(["for=192.0.2.1"]) == [element(node: "192.0.2.1")])
        #expect(
            ForwardedElement.read(["for=192.0.2.60;proto=http;by=203.0.113.43"])
                == [element(node: "192.0.2.60", by: "203.0.113.43", proto: "http")])
        #expect(
            ForwardedElement.read(["For=\"[2001:db8:cafe::17]:4711\";host=x"])
                == [element(node: "[2001:db8:cafe::17]:4711", host: "x")])
        #expect(
            ForwardedElement.read(["for=a, FOR=b ,\tfOr=c", "for=d"])
                == ["a", "b", "c", "d"].map { element(node: $0) })
        #expect(
            ForwardedElement.read(["proto=\"ht\\tps\";HOST=\"h\\\"x\";secret=\"a,b;for=c\""])
                == [element(host: "h\"x", proto: "https")])
        #expect(ForwardedElement.read(["for=\"\""]) == [element(node: "")])
    }

    @Test(
        "attack 111: anything else is refused whole, its neighbour is read",
        arguments: [
            ("", "for=a"), ("for", "for=a"), ("for=", "for=\"\""), ("=a", "x=a"), ("for=a,", "for=a"),
            (",for=a", "for=a"), ("for=a,,for=b", "for=a,for=b"), ("for=a;", "for=a"), (";for=a", "for=a"),
            ("for=a;;proto=http", "for=a;proto=http"), ("for=a; proto=http", "for=a;proto=http"),
            ("for =a", "for=a"), ("for= a", "for=a"), ("for=a b", "for=a"), ("for=a;for=b", "for=a,for=b"),
            ("for=a;For=a", "for=a"), ("host=a;host=b", "host=a"), ("for=[::1]", "for=\"[::1]\""),
            ("for=1.2.3.4:80", "for=\"1.2.3.4:80\""), ("for=\"a", "for=\"a\""), ("for=a\"", "for=a"),
            ("for=\"a\"b", "for=\"ab\""), ("for=\"a\\\"", "for=\"a\\\"\""), ("for=\"a\\", "for=\"a\\a\""),
            ("for=\"\u{E9}\"", "for=\"e\""), ("for=\u{E9}", "for=e"), ("\u{212A}=a", "k=a"), ("for=a==", "for=\"a==\""),
            ("for=a/b", "for=\"a/b\""),
            ("for=\"x, for=1.1.1.1;by=\"2.2.2.2\"", "for=\"x, for=1.1.1.1;by=\";by=2.2.2.2"),
        ])
    func refused(_ pair: (String, String)) {
        #expect(ForwardedElement.read([pair.0]) == nil)
        #expect(ForwardedElement.read(["for=first", pair.0]) == nil)
        #expect(ForwardedElement.read([pair.1]) != nil)
    }

    @Test("a node is an address, unknown or an identifier, with or without a port")
    func nodes() {
        let addresses = [
            "192.0.2.1": "192.0.2.1", "192.0.2.1:4711": "192.0.2.1", "192.0.2.1:_port": "192.0.2.1",
            "[2001:db8::1]": "2001:db8::1", "[2001:db8::1]:4711": "2001:db8::1",
            "[::ffff:192.0.2.1]": "::ffff:192.0.2.1",
        ]
        for (text, address) in addresses {
            #expect(ForwardedNode(text, bareIPv6: false)?.address == address, "\(text)")
            #expect(ForwardedNode(text, bareIPv6: true)?.address == address, "\(text)")
        }
        for text in ["unknown", "Unknown", "unknown:80", "_hidden", "_a.b-c_D9", "_hidden:_x"] {
            #expect(ForwardedNode(text, bareIPv6: false) != nil, "\(text)")
            #expect(ForwardedNode(text, bareIPv6: false)?.address == nil, "\(text)")
        }
        for text in [
            "", "192.0.2", "192.0.2.1:", "192.0.2.1:123456", "192.0.2.1:a", "192.0.2.1:_", "[2001:db8::1",
            "[2001:db8::1]4711", "[192.0.2.1]", "[]", "2001:db8::1]", "host.example", "_", "_a b", "_a~", "unknown2",
            "192.0.2.1 ", "[2001:db8::1]:80:80", "[fe80::1%25eth0]", "\u{0661}92.0.2.1",
        ] {
            #expect(ForwardedNode(text, bareIPv6: false) == nil, "\(text)")
            #expect(ForwardedNode(text, bareIPv6: true) == nil, "\(text)")
        }
        #expect(ForwardedNode("2001:db8::1", bareIPv6: false) == nil)
        #expect(ForwardedNode("2001:db8::1", bareIPv6: true)?.address == "2001:db8::1")
    }
}

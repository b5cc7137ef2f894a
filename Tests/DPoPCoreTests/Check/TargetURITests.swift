import Testing

@testable import DPoPCore

@Suite struct TargetURITests {
    @Test(
        "attacks 94, 95, 98, 99, 100, 102, 104: spellings of one target are equal",
        arguments: [
            ("https://h.example/a", "HTTPS://H.EXAMPLE/a"),
            ("https://h.example/a", "https://h.example:443/a"),
            ("http://h.example/a", "http://h.example:80/a"),
            ("https://h.example/a", "https://h.example:/a"),
            ("https://h.example/", "https://h.example"),
            ("https://h.example/", "https://h.example?q=1"),
            ("https://h.example/", "https://h.example#f"),
            ("https://h.example/a", "https://h.example/a?b/../c"),
            ("https://h.example/a", "https://h.example/a#b?c"),
            ("https://h.example/a", "https://h.example/a?\\^%zz"),
            ("https://h.example/b", "https://h.example/a/../b"),
            ("https://h.example/a/b", "https://h.example/a/./b"),
            ("https://h.example/b", "https://h.example/a/%2e%2E/b"),
            ("https://h.example/a/", "https://h.example/a/b/.."),
            ("https://h.example/a/", "https://h.example/a/."),
            ("https://h.example/a", "https://h.example/../../a"),
            ("https://h.example/a/b", "https://h.example/a//../b"),
            ("https://h.example/a%2Fb", "https://h.example/a%2fb"),
            ("https://h.example/A~", "https://h.example/%41%7e"),
            ("https://[::1]/", "https://[0:0:0:0:0:0:0:1]/"),
            ("https://[2001:db8::ab]/", "https://[2001:0DB8:0::00AB]:443/"),
            ("https://[::ffff:1.2.3.4]/", "https://[::ffff:102:304]/"),
        ])
    func equal(_ pair: (String, String)) throws {
        let (one, other) = (try TargetURI(pair.0), try TargetURI(pair.1))
        #expect(one == other)
        #expect(one.hashValue == other.hashValue)
        #expect(one.normalized == other.normalized)
    }

    @Test(
        "attacks 94 to 96, 99, 100, 102 to 104: different targets stay different",
        arguments: [
            ("https://h.example/a", "https://h.example/A"),
            ("https://h.example/a", "http://h.example/a"),
            ("https://h.example/a", "https://h.example:80/a"),
            ("https://h.example/a", "https://h.example:8443/a"),
            ("http://h.example/a", "http://h.example:443/a"),
            ("https://h.example/a", "https://h.example/a/"),
            ("https://h.example/a/b", "https://h.example/a//b"),
            ("https://h.example/", "https://h.example//"),
            ("https://h.example/a/b", "https://h.example/a%2Fb"),
            ("https://h.example/a%2Fb", "https://h.example/a%252Fb"),
            ("https://h.example/a", "https://h.example/a%3Fb"),
            ("https://h.example/a", "https://h.example/a%23b"),
            ("https://h.example/a", "https://h.example/a%00"),
            ("https://h.example/a", "https://h.example/a;b=c"),
            ("https://h.example/a", "https://h.example./a"),
            ("https://h.example/a", "https://h.example.evil/a"),
            ("https://h.example/a/b", "https://h.example/a/.../b"),
            ("https://127.0.0.1/", "https://127.1/"),
            ("https://127.0.0.1/", "https://2130706433/"),
            ("https://127.0.0.1/", "https://0x7f.1/"),
            ("https://1.2.3.4/", "https://[::ffff:1.2.3.4]/"),
            ("https://[::1]/", "https://[::2]/"),
            ("https://h.example/!", "https://h.example/%21"),
        ])
    func different(_ pair: (String, String)) throws {
        #expect(try TargetURI(pair.0) != TargetURI(pair.1))
        #expect(try TargetURI(pair.0) == TargetURI(pair.0))
    }

    @Test(
        "attacks 95, 96, 97, 101, 104, 105, 106: what is no target URI is refused, its neighbour is read",
        arguments: [
            ("ftp://h.example/", "http://h.example/"), ("javascript:alert(1)", "https://alert"),
            ("file:///a", "https://file/a"), ("data:,a", "https://data/a"), ("//h.example/a", "https://h.example/a"),
            ("/a", "https://h.example/a"), ("", "https://h.example"), ("https:h.example", "https://h.example"),
            ("https:/h.example", "https://h.example"), ("https://", "https://h"), ("https:///a", "https://h/a"),
            ("https://:443/", "https://h:443/"), ("https://?a", "https://h?a"),
            ("https://u@h.example/", "https://h.example/"), ("https://u:p@h.example/", "https://h.example/"),
            ("https://@h.example/", "https://h.example/@"),
            ("https://good.example@evil.example/", "https://good.example/@evil.example/"),
            ("https://a\\@b/", "https://a/@b/"), ("https://a/\\b", "https://a/%5Cb"), ("https://a\\b", "https://a/b"),
            ("https://h.example:0443/", "https://h.example:443/"), ("https://h.example:+443/", "https://h.example/"),
            ("https://h.example:65536/", "https://h.example:65535/"), ("https://h.example:0/", "https://h.example:1/"),
            ("https://h.example:-1/", "https://h.example:1/"), ("https://h.example:4 3/", "https://h.example:43/"),
            ("https://h.example:99999999999999999999/", "https://h.example:9999/"),
            ("https://h.example:\u{0664}43/", "https://h.example:443/"),
            ("https://h.example:443:443/", "https://h.example:443/"),
            ("https://h%2Eexample/", "https://h.example/"), ("https://h.example/%zz", "https://h.example/%2f"),
            ("https://h.example/%4", "https://h.example/%41"), ("https://h.example/%", "https://h.example/%25"),
            ("https://[fe80::1%25eth0]/", "https://[fe80::1]/"), ("https://::1/", "https://[::1]/"),
            ("https://[::1/", "https://[::1]/"), ("https://[::1]x/", "https://[::1]:1/"),
            ("https://[v1.a]/", "https://[::a]/"), ("https://[]/", "https://[::]/"),
            ("https://\u{FF48}.example/", "https://h.example/"), ("https://\u{212A}.example/", "https://k.example/"),
            ("https://h\u{3002}example/", "https://h.example/"),
            ("https://b\u{FC}cher.example/", "https://xn--bcher-kva.example/"),
            ("https://h.example/a b", "https://h.example/a%20b"), ("https://h.example/a\tb", "https://h.example/a%09b"),
            ("https://h.example/a\r\nb", "https://h.example/a%0D%0Ab"),
            ("https://h.example/a\0", "https://h.example/a%00"),
            ("https://h.example/\u{E9}", "https://h.example/%C3%A9"),
            ("https://h.example/?\u{E9}", "https://h.example/?e"),
            ("https://h.example/\u{7F}", "https://h.example/%7F"), (" https://h.example/", "https://h.example/"),
            ("https://h.example/ ", "https://h.example/"), ("https://h<>.example/", "https://h.example/"),
        ])
    func refused(_ pair: (String, String)) throws {
        #expect(throws: TargetURI.Malformed.self) { try TargetURI(pair.0) }
        _ = try TargetURI(pair.1)
    }

    @Test("attack 107: 4,096 bytes are read, one more is not")
    func size() throws {
        let prefix = "https://h.example/"
        let longest = prefix + String(repeating: "a", count: 4_096 - prefix.utf8.count)
        #expect(try TargetURI(longest).normalized == longest)
        #expect(throws: TargetURI.Malformed.self) { try TargetURI(longest + "a") }
        // Query and fragment count.
        #expect(throws: TargetURI.Malformed.self) { try TargetURI(prefix + "?" + longest.dropFirst(prefix.count)) }
    }

    @Test("a proof gets the path as it was given, in the normal form of scheme, host and port")
    func spelling() throws {
        #expect(try TargetURI("HTTPS://H.example:443/%7eA/./b%2f?q#f").spelling == "https://h.example/%7eA/./b%2f")
        #expect(try TargetURI("https://h.example").spelling == "https://h.example/")
        #expect(try TargetURI("http://H:080x".replacing("080x", with: "8080")).spelling == "http://h:8080/")
    }

    @Test("a refusal repeats nothing of the text")
    func silence() {
        #expect {
            try TargetURI("https://marker@marker/marker")
        } throws: { error in
            !"\(error) \(String(reflecting: error))".contains("marker")
        }
    }
}

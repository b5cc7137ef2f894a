"""The target URI: attacks 94-108."""

SITE = "https://server.example.com"


def add_refused(book):
    def malformed(name, title, attacks, htu, **changes):
        book.refuse("htu-" + name, title, attacks, "malformedClaim", "htu", htu=htu, **changes)

    for name, port in (("leading-zero", ":0443"), ("plus", ":+443"), ("minus", ":-443"), ("65536", ":65536"),
                       ("huge", ":99999999999999999999"), ("arabic-digits", ":\u0664\u0664\u0663"),
                       ("letters", ":https"), ("hex", ":0x1bb"), ("space", ": 443"), ("twice", ":443:443")):
        malformed("port-" + name, "A port that is not one (%s)" % name, [95], SITE + port + "/token")
    for name, htu in (("ftp", "ftp://server.example.com/token"), ("javascript", "javascript:alert(1)"),
                      ("file", "file:///token"), ("data", "data:,token"), ("ws", "wss://server.example.com/token"),
                      ("longer-scheme", "httpss://server.example.com/token"),
                      ("scheme-relative", "//server.example.com/token"), ("path-absolute", "/token"),
                      ("path-relative", "token"),
                      ("opaque", "https:server.example.com/token"), ("one-slash", "https:/server.example.com/token"),
                      ("three-slashes", "https:///server.example.com/token"), ("no-scheme", "server.example.com/token"),
                      ("empty", ""), ("scheme-only", "https:"), ("no-host", "https:///token"),
                      ("no-host-port", "https://:443/token"),
                      ("query-only", "?a"), ("fullwidth-scheme", "http\uff53://server.example.com/token")):
        malformed(name, "Not an absolute http or https URI (%s)" % name, [96], htu)
    for name, authority in (("user", "u@server.example.com"), ("user-password", "u:p@server.example.com"),
                            ("empty-user", "@server.example.com"), ("user-is-host", "server.example.com@evil.example"),
                            ("two-ats", "a@b@server.example.com"), ("encoded-user", "u%40x@server.example.com")):
        malformed(name, "User information in the authority (%s)" % name, [97], "https://" + authority + "/token")
    for name, htu in (("backslash-host", "https://server.example.com\\@evil.example/token"),
                      ("backslash-slashes", "https:\\\\server.example.com\\token"),
                      ("backslash-path", SITE + "/\\token")):
        malformed(name, "A backslash (%s)" % name, [97], htu)
    for name, htu in (("not-hex", SITE + "/%zz"), ("cut", SITE + "/token%4"), ("cut-more", SITE + "/token%"),
                      ("fullwidth", SITE + "/%\uff14\uff11"), ("u-escape", SITE + "/%u0074oken")):
        malformed("escape-" + name, "A malformed escape (%s)" % name, [101], htu)
    for name, host in (("plain", "server%2Eexample.com"), ("utf8", "s%C3%A9rver.example.com"),
                       ("nul", "server.example.com%00"), ("slash", "server.example.com%2F")):
        malformed("escaped-host-" + name, "An escape in the host (%s)" % name, [101, 105], "https://" + host + "/token")
    for name, host in (("zone", "[fe80::1%25eth0]"), ("zone-raw", "[fe80::1%eth0]"), ("unbracketed", "::1"),
                       ("not-closed", "[::1"), ("not-opened", "::1]"), ("empty", "[]"), ("two-elisions", "[1::2::3]"),
                       ("nine-groups", "[1:2:3:4:5:6:7:8:9]"), ("seven-groups", "[1:2:3:4:5:6:7]"),
                       ("five-digits", "[::00001]"),
                       ("letter", "[::g]"), ("ipv4-inside", "[127.0.0.1]"), ("ipv4-octet", "[::256.0.0.1]"),
                       ("ipv4-three", "[::1.2.3]"), ("text-behind", "[::1]x"), ("colon-alone", "[:]")):
        malformed("ipv6-" + name, "Not an IPv6 literal in brackets (%s)" % name, [104], "https://" + host + "/token",
                  url="https://[::1]/token", twin="htu-ipv6-plain")
    for name, text in (("u-label", "https://s\u00e9rver.example.com/token"),
                       ("kelvin", "https://server.example.com/to\u212aen"),
                       ("fullwidth-dot", "https://server\uff0eexample.com/token"),
                       ("ideographic-dot", "https://server\u3002example.com/token"),
                       ("soft-hyphen", "https://ser\u00adver.example.com/token"), ("path", SITE + "/tok\u00e9n"),
                       ("zero-width", SITE + "/token\u200b"), ("bom", "\ufeff" + SITE + "/token")):
        malformed("raw-" + name, "Raw characters outside ASCII (%s)" % name,
                  [105] if name in ("u-label", "kelvin", "fullwidth-dot", "ideographic-dot") else [106], text)
    book.refuse("htu-raw-kelvin-host", "KELVIN SIGN is not the letter k", [105], "malformedClaim", "htu",
                url="https://k.example/token", htu="https://\u212a.example/token", twin="htu-k-host")
    for name, text in (("space", SITE + "/to ken"), ("space-before", " " + SITE + "/token"),
                       ("space-behind", SITE + "/token "), ("space-host", "https://server .example.com/token"),
                       ("cr", SITE + "/token\r"), ("lf", SITE + "/token\n"), ("crlf", SITE + "/token\r\nX: y"),
                       ("tab", SITE + "/to\tken"), ("tab-scheme", "ht\ttps://server.example.com/token"),
                       ("nul", SITE + "/token\0"), ("nul-host", "https://server.example.com\0.evil.example/token"),
                       ("delete", SITE + "/token\x7f")):
        malformed("character-" + name, "A space or control character (%s)" % name,
                  [106, 26] if name == "nul" else [106], text)
    longest = SITE + "/token?" + "q" * (4096 - len(SITE) - 7)
    book.accept("htu-4096-bytes", "An htu of 4096 octets", [107], htu=longest)
    malformed("4097-bytes", "An htu of 4097 octets", [107], longest + "q", twin="htu-4096-bytes")


def add_matches(book):
    def pairs(name, title, attacks, htu, url=SITE + "/token"):
        book.accept("htu-" + name, title, attacks, htu=htu, url=url)

    def differs(name, title, attacks, htu, url=SITE + "/token", twin="plain"):
        if twin != "plain":
            book.accept("htu-" + twin, "The twin of the next vectors: " + url, attacks, url=url)
            twin = "htu-" + twin
        book.refuse("htu-" + name, title, attacks, "targetMismatch", htu=htu, url=url, twin=twin)

    pairs("upper-host", "Scheme and host in upper case", [94], "HTTPS://SERVER.Example.COM/token")
    pairs("upper-host-server", "The same on the side of the server", [94], SITE + "/token",
          "HTTPS://Server.Example.COM/token")
    differs("path-case", "The case of the path", [94], SITE + "/Token")
    differs("other-path", "Another path", [94], SITE + "/other")
    differs("other-host", "Another host", [94], "https://evil.example/token")
    differs("longer-host", "A host that begins with ours", [94], "https://server.example.com.evil.example/token")
    differs("subdomain", "A host that ends with ours", [94], "https://a.server.example.com/token")
    pairs("port-443", "The default port of https", [95], SITE + ":443/token")
    pairs("port-443-server", "The default port, only on the side of the server", [95], SITE + "/token",
          SITE + ":443/token")
    pairs("port-80", "The default port of http", [95], "http://server.example.com:80/token",
          "http://server.example.com/token")
    pairs("port-empty", "An empty port is the default one", [95], SITE + ":/token")
    pairs("port-8443", "Another port on both sides", [95], SITE + ":8443/token", SITE + ":8443/token")
    pairs("port-65535", "The highest port", [95], SITE + ":65535/token", SITE + ":65535/token")
    differs("port-80-https", "The port of http under https", [95], SITE + ":80/token")
    differs("port-443-http", "The port of https under http", [95], "http://server.example.com:443/token",
            "http://server.example.com/token", twin="plain-http")
    differs("port-other", "Another port", [95], SITE + ":8443/token")
    differs("port-missing", "A default port where the server has another", [95], SITE + "/token", SITE + ":8443/token",
            twin="plain-8443")
    differs("http", "http in place of https", [96], "http://server.example.com/token")
    differs("http-same-port", "http on the port of https", [96], "http://server.example.com:443/token")
    for name, tail in (("query", "?a=b&c=%2F"), ("fragment", "#part"), ("query-and-fragment", "?a#b?c"),
                       ("empty-query", "?"), ("empty-fragment", "#"), ("slashes-in-query", "?/../x"),
                       ("at-in-query", "?u@host:1")):
        pairs(name, "Query and fragment in htu are ignored (%s)" % name, [98], SITE + "/token" + tail)
        pairs(name + "-server", "Query and fragment of the request are ignored (%s)" % name, [98], SITE + "/token",
              SITE + "/token" + tail)
    pairs("query-without-path", "A query directly behind the host", [98, 102], SITE + "?a=b", SITE + "/")
    pairs("escaped-question", "An escaped question mark belongs to the path", [98], SITE + "/a%3Fb", SITE + "/a%3fb?c")
    differs("escaped-question-cut", "An escaped question mark does not begin a query", [98], SITE + "/token%3Fa=b")
    differs("escaped-number-sign", "An escaped number sign does not begin a fragment", [98], SITE + "/token%23a")
    for name, path in (("parent", "/a/../token"), ("here", "/./token"), ("escaped-here", "/%2e/token"),
                       ("escaped-parent", "/a/%2E%2e/token"), ("half-escaped-parent", "/a/.%2e/token"),
                       ("above-root", "/../../token"), ("last-here", "/a/b/../../token")):
        pairs("dots-" + name, "Dot segments are removed (%s)" % name, [99], SITE + path)
    pairs("dots-trailing-parent", "A trailing parent segment leaves its slash", [99], SITE + "/a/b/..", SITE + "/a/")
    pairs("dots-trailing-here", "A trailing dot segment leaves its slash", [99], SITE + "/a/.", SITE + "/a/")
    pairs("dots-empty-segment", "A parent segment removes an empty segment", [99], SITE + "/a//../b", SITE + "/a/b")
    pairs("dots-server", "Dot segments on the side of the server", [99], SITE + "/token", SITE + "/x/../token")
    differs("dots-trailing-no-slash", "A trailing parent segment is not the file above", [99], SITE + "/a/b/..",
            SITE + "/a", twin="plain-a")
    differs("dots-three", "Three dots are a name", [99], SITE + "/.../token")
    differs("dots-hidden", "A name that begins with a dot", [99], SITE + "/.token")
    differs("dots-escaped-slash", "An escaped slash does not end a dot segment", [99, 100], SITE + "/a/..%2Ftoken")
    differs("dots-other", "Dot segments that lead to another resource", [99], SITE + "/token/../admin")
    differs("escaped-slash", "An escaped slash is not a slash", [100], SITE + "/a%2Fb", SITE + "/a/b", twin="plain-a-b")
    pairs("escape-case", "The case of an escape", [100], SITE + "/a%2fb", SITE + "/a%2Fb")
    pairs("escaped-letter", "An escaped letter is that letter", [100], SITE + "/%74oken%2D%2e%5F%7e",
          SITE + "/token-._~")
    differs("double-escape", "A double escape", [100], SITE + "/a%252Fb", SITE + "/a%2Fb", twin="plain-escaped-slash")
    differs("double-escaped-letter", "A double escape is decoded once at most", [100], SITE + "/%2574oken")
    differs("escaped-reserved", "An escaped reserved character is not that character", [100], SITE + "/a%3Ab",
            SITE + "/a:b", twin="plain-colon")
    pairs("reserved", "Every reserved character that a path may hold", [100], SITE + "/!$&'()*+,;=:@",
          SITE + "/!$&'()*+,;=:@")
    differs("escaped-nul", "An escaped NUL is data of another path", [101], SITE + "/token%00")
    differs("escaped-crlf", "An escaped line break is data of another path", [101], SITE + "/token%0d%0a")
    pairs("empty-path", "The empty path is /", [102], SITE, SITE + "/")
    pairs("empty-path-port", "The empty path behind a port", [102], SITE + ":443", SITE)
    differs("double-slash", "Two slashes are not one", [102], SITE + "//token")
    differs("trailing-slash", "A trailing slash is significant", [102], SITE + "/token/")
    differs("trailing-slash-missing", "So is its absence", [102], SITE + "/token", SITE + "/token/",
            twin="plain-trailing-slash")
    pairs("double-slash-both", "Two slashes on both sides", [102], SITE + "//token", SITE + "//token")
    pairs("matrix", "Parameters in the path are part of it", [103], SITE + "/token;a=b", SITE + "/token;a=b")
    differs("matrix-missing", "Parameters in the path are significant", [103], SITE + "/token;a=b")
    differs("trailing-dot-host", "A trailing dot makes another host", [103], SITE + "./token")

    for name, host in (("plain", "[::1]"), ("long", "[0:0:0:0:0:0:0:1]"),
                       ("zeros", "[0000:0000:0000:0000:0000:0000:0000:0001]"),
                       ("elision", "[0::1]"), ("ipv4-tail", "[::0.0.0.1]"), ("port", "[::1]:443")):
        pairs("ipv6-" + name, "IPv6 literals compare by value (%s)" % name, [104], "https://" + host + "/token",
              "https://[::1]/token")
    pairs("ipv6-upper", "Hexadecimal digits in upper case", [104], "https://[2001:DB8::ABCD]/token",
          "https://[2001:db8:0:0::abcd]/token")
    pairs("ipv6-mapped", "An IPv4-mapped address in its two spellings", [104], "https://[::ffff:192.0.2.1]/token",
          "https://[::FFFF:c000:201]/token")
    differs("ipv6-other", "Another IPv6 address", [104], "https://[::2]/token", "https://[::1]/token",
            twin="plain-ipv6")
    differs("ipv6-mapped-ipv4", "An IPv4-mapped address is not the IPv4 literal", [104],
            "https://[::ffff:192.0.2.1]/token", "https://192.0.2.1/token", twin="plain-ipv4")
    for name, host in (("short", "127.1"), ("hex", "0x7f.1"), ("number", "2130706433"), ("octal", "0177.0.0.1"),
                       ("leading-zeros", "127.000.000.001"), ("trailing-dot", "127.0.0.1.")):
        book.refuse("htu-ipv4-" + name, "Another spelling of an IPv4 address is another host (%s)" % name, [104],
                    "targetMismatch", htu="https://%s/token" % host, url="https://127.0.0.1/token",
                    twin="htu-ipv4-literal")
        pairs("ipv4-%s-both" % name, "The same spelling on both sides (%s)" % name, [104], "https://%s/token" % host,
              "https://%s/token" % host)
    pairs("ipv4-literal", "An IPv4 literal", [104], "https://127.0.0.1/token", "https://127.0.0.1/token")
    pairs("a-label", "An A-label", [105], "https://XN--srver-bsa.example.com/token",
          "https://xn--srver-bsa.example.com/token")
    pairs("k-host", "A host with the letter k, in upper case", [105], "https://K.example/token",
          "https://k.example/token")
    pairs("dotless", "Hosts may be one label, with digits and underscores", [105], "http://a_1:8080/token",
          "http://a_1:8080/token")


def add(book):
    add_refused(book)
    add_matches(book)

#if Valkey
    import Testing

    @testable import DPoPValkey

    @Suite struct ValkeyAddressTests {
        struct Expected: Sendable {
            var location: ValkeyAddress.Location
            var tls = false
            var user: String?
            var password: String?
            var database = 0
        }

        @Test(
            "a server's URL is read",
            arguments: [
                ("redis://localhost", Expected(location: .host("localhost", port: 6_379))),
                ("valkey://a.example:1", Expected(location: .host("a.example", port: 1))),
                (
                    "rediss://A_b-c.example:65535/15",
                    Expected(location: .host("A_b-c.example", port: 65_535), tls: true, database: 15)
                ),
                ("valkeys://10.0.0.1/0", Expected(location: .host("10.0.0.1", port: 6_379), tls: true)),
                ("redis://[::1]", Expected(location: .host("::1", port: 6_379))),
                ("redis://[2001:DB8::1]:7/65535", Expected(location: .host("2001:DB8::1", port: 7), database: 65_535)),
                ("redis://:pw@h", Expected(location: .host("h", port: 6_379), password: "pw")),
                ("redis://u:pw@h:1/2", Expected(location: .host("h", port: 1), user: "u", password: "pw", database: 2)),
                ("redis://u:p:w@[::]:1", Expected(location: .host("::", port: 1), user: "u", password: "p:w")),
                (
                    "redis://%75:a%40b%2F%3a%C3%A9+!$&'()*,;=@h",
                    Expected(location: .host("h", port: 6_379), user: "u", password: "a@b/:é+!$&'()*,;=")
                ),
                ("unix:///run/redis.sock", Expected(location: .unixSocket(path: "/run/redis.sock"))),
                ("redis+unix:///a%20b/c:d@e?db=3", Expected(location: .unixSocket(path: "/a b/c:d@e"), database: 3)),
                ("valkey+unix://u:p@/s?db=0", Expected(location: .unixSocket(path: "/s"), user: "u", password: "p")),
            ] as [(String, Expected)])
        func read(url: String, expected: Expected) throws {
            let address = try ValkeyAddress(url)
            #expect(address.location == expected.location)
            #expect(address.usesTLS == expected.tls)
            #expect(address.user == expected.user)
            #expect(address.password == expected.password)
            #expect(address.database == expected.database)
        }

        @Test(
            "a server's URL with anything else is refused",
            arguments: [
                // Schemes.
                "", "localhost", "localhost:6379", "redis:localhost", "redis:/localhost", "//localhost", "://localhost",
                "Redis://localhost", "http://localhost", "redis+tls://localhost", "redis-sentinel://localhost",
                " redis://localhost", "redis://localhost ", "redis://local host", "redis://localhost\n", "redis://é",
                // Hosts and ports.
                "redis://", "redis:///0", "redis://:6379", "redis://h:", "redis://h:0", "redis://h:65536",
                "redis://h:01",
                "redis://h:+1", "redis://h:-1", "redis://h:1:2", "redis://h:x", "redis://h%2E", "redis://a,b",
                "redis://::1",
                "redis://[::1", "redis://::1]", "redis://[]", "redis://[h]", "redis://[::1]x", "redis://[::1]:",
                "redis://[fe80::1%25lo]", "redis://[1.2.3.4]", "redis://h\\x", "redis://]:1", "redis://[::1]]",
                // Users and passwords.
                "redis://@h", "redis://:@h", "redis://u:@h", "redis://u@h", "redis://u:p@", "redis://a:b@c:d@h",
                "redis://u:p%@h", "redis://u:p%4@h", "redis://u:p%zz@h", "redis://u:%FF@h", "redis://%C0%80:p@h",
                "redis://u:p/w@h", "redis://u:p?w@h", "redis://u:p#w@h", "redis://u:p^@h", "redis://u:p[@h",
                // Databases.
                "redis://h/", "redis://h/x", "redis://h/01", "redis://h/-1", "redis://h/+1", "redis://h/65536",
                "redis://h/0/",
                "redis://h//0", "redis://h/%30", "redis://h/99999999999999999999", "redis://h?db=1", "redis://h/0?",
                "redis://h?",
                "redis://h#", "redis://h/0#x",
                // Sockets.
                "unix://", "unix:///", "unix://h/s", "unix:s", "unix://s", "unix:///s#", "unix:///s?", "unix:///s?db=",
                "unix:///s?db=01", "unix:///s?db=65536", "unix:///s?DB=1", "unix:///s?db=1&db=2", "unix:///s?db=1?",
                "unix:///s%00",
                "unix:///s%0A", "unix:///s%FF", "unix:///s%", "unix://u@/s", "unix://h:1/s", "rediss+unix:///s",
            ])
        func refused(url: String) { #expect(throws: ValkeyConfigurationError.self) { try ValkeyAddress(url) } }

        @Test("lengths have bounds")
        func lengths() throws {
            func accepts(_ url: String, _ password: String? = nil) -> Bool {
                (try? ValkeyAddress(url, password: password)) != nil
            }
            func text(_ count: Int) -> String { String(repeating: "a", count: count) }
            #expect(accepts("redis://" + text(253)))
            #expect(!accepts("redis://" + text(254)))
            #expect(accepts("unix:///" + text(106)))
            #expect(!accepts("unix:///" + text(107)))
            #expect(accepts("redis://:\(text(2_048 - 11))@h"))
            #expect(!accepts("redis://:\(text(2_048 - 10))@h"))
            #expect(accepts("redis://h", text(16_384)))
            #expect(!accepts("redis://h", text(16_385)))
            #expect(accepts("redis://h", "a"))
            #expect(!accepts("redis://h", ""))
        }

        @Test("a password stands in the URL or beside it")
        func passwords() throws {
            let beside = try ValkeyAddress("redis://u@h", password: "p@/#?é\0")
            #expect(beside.user == "u")
            #expect(beside.password == "p@/#?é\0")
            #expect(try ValkeyAddress("redis://h", password: "p").user == nil)
            #expect(try ValkeyAddress("unix://u@/s", password: "p").user == "u")
            for url in ["redis://:p@h", "redis://u:p@h"] {
                #expect(throws: ValkeyConfigurationError.self) { try ValkeyAddress(url, password: "p") }
                #expect(try ValkeyAddress(url).password == "p")
            }
        }

        @Test("an address shows its place alone")
        func descriptions() throws {
            let shown = [
                ("valkey://some-user:hunter2@h/3", "redis://h:6379/3"),
                ("valkeys://:hunter2@[::1]:1", "rediss://[::1]:1/0"),
                ("redis+unix://some-user:hunter2@/run/s?db=4", "unix:///run/s?db=4"),
            ]
            for (url, description) in shown {
                let address = try ValkeyAddress(url)
                var text = "\(address) \(String(reflecting: address)) \([address]) "
                dump(address, to: &text)
                dump([address], to: &text)
                #expect(address.description == description)
                #expect(!text.contains("hunter2"))
                #expect(!text.contains("some-user"))
            }
        }

        @Test(
            "no error shows a user or a password",
            arguments: [
                "redis://some-user:hunter2@h:x", "redis://some-user:hunter2@h/x", "some-user:hunter2@h",
                "hunter2://some-user", "redis://some-user:hunter2%@h", "redis://some-user:hunter2@h?hunter2",
                "redis://hunter2", "unix://some-user:hunter2@h/s", "redis://[hunter2]", "redis://h:1/hunter2#some-user",
            ])
        func errors(url: String) {
            let error = #expect(throws: ValkeyConfigurationError.self) {
                try ValkeyAddress(url == "redis://hunter2" ? "redis://:hunter2@h" : url, password: "hunter2")
            }
            var text = error.map { "\($0) \(String(reflecting: $0))" } ?? ""
            dump(error, to: &text)
            #expect(text.contains("server"))
            #expect(!text.contains("hunter2"))
            #expect(!text.contains("some-user"))
        }
    }
#endif

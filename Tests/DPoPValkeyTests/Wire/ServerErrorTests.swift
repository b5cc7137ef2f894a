#if Valkey
    import Testing

    @testable import DPoPValkey

    @Suite struct ServerErrorTests {
        private static let local = NodeAddress(host: "127.0.0.1", port: 6381)

        @Test(
            "attack 145: a server's error has its meaning",
            arguments: [
                ("MOVED 3999 127.0.0.1:6381", .moved(slot: 3_999, local)),
                ("ASK 3999 127.0.0.1:6381", .ask(slot: 3_999, local)),
                ("MOVED 0 :1", .moved(slot: 0, NodeAddress(host: "", port: 1))),
                (
                    "MOVED 16383 a-b_c.example:65535",
                    .moved(slot: 16_383, NodeAddress(host: "a-b_c.example", port: 65_535))
                ),
                ("MOVED 1 2001:db8::1:6379", .moved(slot: 1, NodeAddress(host: "2001:db8::1", port: 6_379))),
                ("ASK 1 ::ffff:1.2.3.4:80", .ask(slot: 1, NodeAddress(host: "::ffff:1.2.3.4", port: 80))),
                ("TRYAGAIN Multiple keys request during rehashing of slot", .tryAgain),
                ("CLUSTERDOWN Hash slot not served", .clusterDown), ("CLUSTERDOWN", .clusterDown),
                ("LOADING Redis is loading the dataset in memory", .loading),
                ("READONLY You can't write against a read only replica.", .readOnly),
                ("MASTERDOWN Link with MASTER is down", .masterDown),
                ("OOM command not allowed when used memory > 'maxmemory'.", .outOfMemory),
                ("NOAUTH Authentication required.", .noAuth),
                ("WRONGPASS invalid username-password pair or user is disabled.", .wrongPassword),
                ("ERR invalid password", .wrongPassword),
                ("ERR Client sent AUTH, but no password is set", .wrongPassword),
                ("ERR AUTH <password> called without any password configured for the default user.", .wrongPassword),
                ("NOPERM this user has no permissions to run the 'set' command", .noPermission),
                ("WRONGTYPE Operation against a key holding the wrong kind of value", .wrongType),
                ("ERR syntax error", .syntax),
                ("ERR unknown command 'ASKING', with args beginning with: ", .unknownCommand),
            ] as [(String, ServerError.Kind)])
        func known(text: String, kind: ServerError.Kind) {
            let error = ServerError(Array(text.utf8))
            #expect(error.kind == kind)
            #expect(error.name == text.split(separator: " ").first.map(String.init))
        }

        @Test(
            "attack 145: what a server's error does not say is not guessed",
            arguments: [
                "", " ", "ERR", "ERR something else", "ERROR syntax error", "err syntax error",
                "CROSSSLOT Keys in request",
                "MISCONF Redis is configured to save", "OOMX", "oom", "Loading", "XLOADING ", " LOADING",
                // Redirections: slot, host, port.
                "MOVED", "MOVED 1", "MOVED 1 ", "MOVED  1 a:1", "MOVED 1  a:1", "MOVED 1 a:1 ", "MOVED 1 a:1 b:2",
                "MOVED 16384 a:1", "MOVED -1 a:1", "MOVED 01 a:1", "MOVED +1 a:1", "MOVED x a:1",
                "MOVED 99999999999999999999 a:1", "MOVED 1 a", "MOVED 1 a:", "MOVED 1 a:0", "MOVED 1 a:65536",
                "MOVED 1 a:01", "MOVED 1 a:-1", "MOVED 1 ?:6379", "MOVED 1 [::1]:6379", "MOVED 1 a/b:1",
                "MOVED 1 a@b:1",
                "MOVED 1 é:1", "MOVED 1 :::1:::2", "MOVED 1 a:b:1", "MOVED 1 fe80::1%lo:1", "moved 1 a:1",
                "ASK 16384 a:1",
                "ASK 1 ?:1",
            ])
        func unknown(text: String) { #expect(ServerError(Array(text.utf8)).kind == .other) }

        @Test("attack 145: a host in a redirection has 253 bytes at most")
        func hostLength() {
            func kind(_ count: Int) -> ServerError.Kind {
                ServerError(Array("MOVED 1 \(String(repeating: "a", count: count)):1".utf8)).kind
            }
            #expect(kind(253) == .moved(slot: 1, NodeAddress(host: String(repeating: "a", count: 253), port: 1)))
            #expect(kind(254) == .other)
        }

        @Test("of an error's text one word of 32 upper case letters at most is kept")
        func name() {
            let long = String(repeating: "A", count: 32)
            #expect(ServerError(Array(long.utf8)).name == long)
            for text in [long + "A", "Secret", "A1", "A\u{1B}[31m", "", "É", "A-B"] {
                #expect(ServerError(Array(text.utf8)).name == "ERR")
            }
            var shown = ""
            dump(ServerError(Array("WRONGPASS hunter2 is not the password".utf8)), to: &shown)
            #expect(shown.contains("WRONGPASS"))
            #expect(!shown.contains("hunter2"))
        }
    }
#endif

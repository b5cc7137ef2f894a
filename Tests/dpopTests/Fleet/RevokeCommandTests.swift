#if Valkey
    import DPoPCore
    import Foundation
    import Testing

    @testable import dpop

    @Suite("dpop revoke and revoked: usage")
    struct RevokeUsageTests {
        private static let jkt = Thumbprint(sha256Of: [1]).jkt

        @Test("help is no error", arguments: ["revoke", "revoked"])
        func help(_ command: String) throws {
            let result = try Workbench().dpop(command, "--help")
            #expect(result.status == 0 && result.error.isEmpty)
            #expect(result.output.contains("USAGE: dpop \(command)"))
        }

        @Test(
            "one line names the option and status 2 says usage",
            arguments: [
                ("revoke", "--store"), ("revoke --store redis://127.0.0.1:1", "--jkt"),
                ("revoke --store redis://127.0.0.1:1 --jkt short", "--jkt"),
                ("revoke --store redis://127.0.0.1:1 --jkt JKT --issued-before 1e9", "--issued-before"),
                ("revoke --store redis://127.0.0.1:1 --jkt JKT --until never", "seconds since 1970"),
                ("revoke --store redis://127.0.0.1:1 --jkt JKT --until 1", "a time to come"),
                ("revoke --store redis://127.0.0.1:1 --jkt JKT --prefix a/b", "--prefix"),
                ("revoke --store http://127.0.0.1:1 --jkt JKT", "--store"),
                ("revoke --store 127.0.0.1 --jkt JKT", "--store"),
                ("revoke --store redis://127.0.0.1:1 --jkt JKT --store-ca /dev/null", "rediss://"),
                ("revoke --store rediss://127.0.0.1:1 --jkt JKT --store-ca /dev/null", "BEGIN CERTIFICATE"),
                ("revoke --store redis://127.0.0.1:1 --jkt JKT --store-password-file /dev/null", "--store-password"),
                ("revoke --store rediss://a --jkt JKT --store-password-file - --store-ca -", "standard input"),
                ("revoke --jkt JKT", "see dpop revoke --help"),
                ("revoked", "--store"), ("revoked --store redis://127.0.0.1:1 --issued-at 1", "--jkt beside"),
                ("revoked --store redis://127.0.0.1:1 --jkt JKT --issued-at -1", "--issued-at"),
                ("revoked --store redis://127.0.0.1:1 --jkt short", "--jkt"),
            ])
        func usage(_ arguments: String, _ named: String) throws {
            let words = arguments.split(separator: " ").map { $0 == "JKT" ? Self.jkt : String($0) }
            let result = try Workbench().dpop(words)
            #expect(result.status == 2)
            #expect(result.output.isEmpty)
            #expect(isOneLine(result.error, naming: named), "\(result.error)")
        }

        @Test(
            "a password in the URL, or one in the place of its file, is not repeated",
            arguments: [
                ["--store", "redis://user:opensesame@127.0.0.1:1"],
                ["--store=redis://:opensesame@127.0.0.1:1"],
                ["--store", "redis://127.0.0.1:1", "--store-password-file", "opensesame"],
            ])
        func noEcho(_ store: [String]) throws {
            for command in [["revoke", "--jkt", Self.jkt], ["revoked"]] {
                let result = try Workbench().dpop(command + store)
                #expect(result.status == 2)
                #expect(isOneLine(result.error, naming: "--store-password-file"), "\(result.error)")
                #expect(!result.error.contains("sesame"))
            }
        }

        @Test(
            "which URLs hold a password",
            arguments: [
                ("redis://a", false), ("redis://a:6379/0", false), ("redis://user@a:6379", false),
                ("redis://[::1]:6379", false), ("redis://user@[::1]:6379", false), ("redis://user:@a", true),
                ("redis://:p@a", true), ("redis://u:p@a", true), ("redis://u:p/q@a", true), ("redis://u:p@q@a", true),
                ("u:p@a", true), ("", false), ("://", false), ("unix:///run/a", false),
                ("unix:///run/a:b@c", false), ("unix://u:p@/run/a", true),
            ])
        func passwords(_ url: String, _ isHeld: Bool) {
            #expect(holdsPassword(url) == isHeld)
        }

        @Test("a server that is not there: status 2 says that it is not known, and to call again")
        func absent() throws {
            let bench = try Workbench()
            let url = "redis://127.0.0.1:\(try StoreServer.freePort())"
            let text = try bench.dpop("revoke", "--store", url, "--jkt", Self.jkt)
            #expect(text.status == 2 && text.output.isEmpty)
            #expect(isOneLine(text.error, naming: "not known whether the key is revoked", "call again"))
            let json = try bench.dpop("revoke", "--store", url, "--jkt", Self.jkt, "--json")
            #expect(json.status == 2 && json.error.isEmpty)
            #expect(try json.object()["status"] as? String == "unknown")
            let state = try bench.dpop("revoked", "--store", url, "--jkt", Self.jkt)
            #expect(state.status == 2 && state.output == "unknown\njkt: \(Self.jkt)\n")
            #expect(isOneLine(state.error, naming: "no answer"))
            let list = try bench.dpop("revoked", "--store", url)
            #expect(list.status == 2 && list.output.isEmpty)
            #expect(isOneLine(list.error, naming: "no answer"))
        }
    }

    @Suite("dpop revoke and revoked", .enabled(if: StoreServer.isInstalled, StoreServer.reason))
    struct RevokeCommandTests {
        private let bench: Workbench
        private let store: StoreServer
        private let jkt = Thumbprint(sha256Of: [1]).jkt
        private let other = Thumbprint(sha256Of: [2]).jkt
        private static let farAhead = "4000000000"

        init() throws {
            bench = try Workbench()
            store = try StoreServer.start()
        }

        private func dpop(_ command: String, _ arguments: String...) throws -> CommandResult {
            try bench.dpop([command, "--store", store.url] + arguments)
        }

        @Test("a revoked key is revoked, another is not, and the list names it")
        func revoked() throws {
            let empty = try dpop("revoked")
            #expect(empty.status == 0 && empty.output.isEmpty && empty.error.isEmpty, "\(empty.error)")
            let active = try dpop("revoked", "--jkt", jkt)
            #expect(active.status == 0 && active.output == "active\njkt: \(jkt)\n")

            let done = try dpop("revoke", "--jkt", jkt, "--json")
            #expect(done.status == 0 && done.error.isEmpty, "\(done.error)")
            #expect(
                done.output == #"{"status":"revoked","jkt":"\#(jkt)","issuedBefore":null,"until":null}"# + "\n")

            let state = try dpop("revoked", "--jkt", jkt)
            #expect(state.status == 1 && state.output == "revoked\njkt: \(jkt)\n" && state.error.isEmpty)
            let object = try dpop("revoked", "--jkt", jkt, "--json")
            #expect(object.status == 1 && object.output == #"{"status":"revoked","jkt":"\#(jkt)"}"# + "\n")
            #expect(try dpop("revoked", "--jkt", other).status == 0)
            let list = try dpop("revoked")
            #expect(list.status == 0 && list.output == jkt + "\n")
        }

        @Test("--issued-before leaves later tokens, and a second call narrows nothing")
        func issuedBefore() throws {
            let first = try dpop("revoke", "--jkt", jkt, "--issued-before", "1700000000", "--until", Self.farAhead)
            #expect(first.status == 0, "\(first.error)")
            #expect(
                first.output == "revoked\njkt: \(jkt)\nissued before: 1700000000\nuntil: \(Self.farAhead)\n")
            for (issuedAt, status) in [("1699999999", 1), ("1700000000", 0)] as [(String, Int32)] {
                #expect(try dpop("revoked", "--jkt", jkt, "--issued-at", issuedAt).status == status)
            }
            // Without the time of a token it is not known to be a later one.
            #expect(try dpop("revoked", "--jkt", jkt).status == 1)

            #expect(try dpop("revoke", "--jkt", jkt, "--issued-before", "1600000000").status == 0)
            #expect(try dpop("revoked", "--jkt", jkt, "--issued-at", "1699999999").status == 1)
            #expect(try dpop("revoke", "--jkt", other).status == 0)
            let list = try dpop("revoked", "--json")
            let keys = try #require(try list.object()["revoked"] as? [[String: Any]])
            #expect(keys.compactMap { $0["jkt"] as? String } == [jkt, other].sorted())
            let entry = try #require(keys.first { $0["jkt"] as? String == jkt })
            #expect(entry["issuedBefore"] as? Int == 1_700_000_000)
            // The second call had no end, which is the later one.
            #expect(entry["until"] is NSNull)
            let lines = try dpop("revoked").outputLines
            #expect(lines.contains("\(jkt) issued before 1700000000") && lines.contains(Substring(other)))
        }

        @Test("fleets with another --prefix or database are apart")
        func prefix() throws {
            #expect(try dpop("revoke", "--jkt", jkt, "--prefix", "other").status == 0)
            #expect(try dpop("revoked", "--jkt", jkt).status == 0)
            #expect(try dpop("revoked", "--jkt", jkt, "--prefix", "other").status == 1)
            #expect(try bench.dpop("revoked", "--store", store.url + "/1", "--jkt", jkt).status == 0)
        }

        @Test("a store that may forget live entries is none to use")
        func evicting() throws {
            let evicting = try StoreServer.start(["--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru"])
            let result = try bench.dpop("revoke", "--store", evicting.url, "--jkt", jkt)
            #expect(result.status == 2 && result.output.isEmpty)
            #expect(isOneLine(result.error, naming: "--store", "noeviction"), "\(result.error)")
        }

        @Test("the password comes from a file or standard input", arguments: [true, false])
        func password(_ isRight: Bool) throws {
            let guarded = try StoreServer.start(["--requirepass", "open sesame"])
            let password = isRight ? "open sesame\n" : "open rye\n"
            let file = try bench.file("password", password)
            for (path, input) in [(file, ""), ("-", password)] {
                let result = try bench.dpop(
                    "revoke", "--store", guarded.url, "--jkt", jkt, "--store-password-file", path, input: input)
                #expect(result.status == (isRight ? 0 : 2), "\(result.error)")
            }
        }

        @Test(
            "TLS: the server's certificate is checked, against --store-ca too",
            .enabled(if: StoreCertificates.canBeMade, "needs openssl"), arguments: [true, false])
        func certificates(_ isKnown: Bool) throws {
            let certificates = try StoreCertificates(in: bench)
            let guarded = try StoreServer.start(usesTLS: true, certificates.arguments)
            let authority = isKnown ? ["--store-ca", certificates.authority] : []
            let url = "rediss://127.0.0.1:\(guarded.port)"
            let result = try bench.dpop(["revoke", "--store", url, "--jkt", jkt] + authority)
            #expect(result.status == (isKnown ? 0 : 2), "\(result.error)")
        }
    }
#endif

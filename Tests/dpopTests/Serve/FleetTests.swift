#if Hummingbird
    import DPoPCore
    import Foundation
    import Testing

    @Suite("dpop serve: several instances behind one origin, without a store")
    struct StorelessFleetTests {
        private let form = [("grant_type", "client_credentials")] + ServedClient.credentials

        @Test("a token of one instance is taken by another with its --signing-key, and by none with a key of its own")
        func signingKey() throws {
            let fleet = try Fleet(2, store: nil)
            let client = try ServedClient(fleet.servers[0])
            let token = try client.clientCredentials()
            #expect(try client.use(token).status == 200)
            #expect(try client.at(fleet.servers[1]).use(token).status == 200)
            let jwks = try fleet.servers.map { try $0.send("GET", "/jwks").body }
            #expect(jwks[0] == jwks[1])

            let stranger = try client.at(RunningServer([], origin: Fleet.origin)).use(token)
            #expect(stranger.status == 401)
            #expect(stranger.field("WWW-Authenticate")?.contains("error=\"invalid_token\"") == true)
        }

        @Test("an encrypted --signing-key is read with its passphrase, and is not without")
        func encryptedKey() throws {
            let bench = try Workbench()
            let (key, passphrase) = (bench.path("key.pem"), try bench.file("passphrase", "open sesame\n"))
            #expect(try bench.dpop("key", "new", "--out", key, "--passphrase-file", passphrase).status == 0)
            let server = try RunningServer("--signing-key", key, "--signing-key-passphrase-file", passphrase)
            #expect(try ServedClient(server).issue(at: server) != nil)
            let result = try bench.dpop("serve", "--signing-key", key)
            #expect(result.status == 2)
            #expect(isOneLine(result.error, naming: "--signing-key", "--signing-key-passphrase-file"))
        }

        @Test(
            "tokens are signed with keys of every kind",
            arguments: ["ES256", "ES384", "ES512", "Ed25519", "RS256"])
        func kinds(_ algorithm: String) throws {
            let bench = try Workbench()
            let key = bench.path("key.pem")
            #expect(try bench.dpop("key", "new", "--alg", algorithm, "--out", key).status == 0)
            let client = try ServedClient(RunningServer("--signing-key", key))
            #expect(try client.use(client.clientCredentials()).status == 200)
        }

        @Test(
            "a nonce of one instance is taken by another with its --nonce-secret, and by none with a secret of its own")
        func nonceSecret() throws {
            let bench = try Workbench()
            let secret = try bench.file("secret", Data((0..<32).map { _ in UInt8.random(in: .min ... .max) }))
            let fleet = try Fleet(2, store: nil, ["--nonce", "required", "--nonce-secret", secret])
            let client = try ServedClient(fleet.servers[0])
            let nonce = try #require(try client.token(form).field("DPoP-Nonce"))
            #expect(try client.at(fleet.servers[1]).token(form, nonce: nonce).status == 200)
            #expect(try client.token(form, nonce: nonce).status == 200)

            let stranger = try client.at(RunningServer(["--nonce", "required"], origin: Fleet.origin))
            #expect(try stranger.token(form, nonce: nonce).error == "use_dpop_nonce")
        }

        @Test("attack 143: without a store a neighbour accepts a proof once more, which is what one is for")
        func neighbours() throws {
            let fleet = try Fleet(2, store: nil)
            let client = try ServedClient(fleet.servers[0])
            let token = try client.clientCredentials()
            let proof = try client.proof("GET", "/resource", accessToken: token)
            let statuses = try (fleet.servers + fleet.servers).map {
                try client.at($0).use(token, proof: proof).status
            }
            #expect(statuses == [200, 200, 401, 401])
        }

        @Test(
            "one line names a bad option and status 2 says usage",
            arguments: [
                ("--signing-key /nowhere/key", "--signing-key"), ("--signing-key /dev/null", "--signing-key"),
                ("--signing-key-passphrase-file /dev/null", "--signing-key beside"),
                ("--nonce-secret /dev/null", "--nonce required"),
                ("--nonce required --nonce-secret /nowhere/secret", "--nonce-secret"),
                ("--nonce required --nonce-secret /dev/null", "fewer than 32 bytes"),
                ("--nonce required --nonce-secret -", "fewer than 32 bytes"),
                ("--nonce required --nonce-secret /dev/zero", "larger than 1024 bytes"),
                ("--nonce required --replay redis://127.0.0.1:1", "--nonce-secret beside"),
                ("--client a:- --signing-key -", "standard input"),
                ("--replay-password-file /dev/null", "--replay beside"), ("--replay-ca /dev/null", "--replay beside"),
                ("--replay-prefix a", "--replay beside"), ("--replay-deadline 50", "--replay beside"),
                ("--replay redis://127.0.0.1:1 --replay-deadline 0", "1 to 10000"),
            ])
        func usage(_ arguments: String, _ named: String) throws {
            let result = try Workbench().dpop(["serve"] + arguments.split(separator: " ").map(String.init))
            #expect(result.status == 2)
            #expect(result.output.isEmpty)
            #expect(isOneLine(result.error, naming: named), "\(result.error)")
        }

        #if Valkey
            @Test(
                "one line names what is wrong about a store",
                arguments: [
                    ("redis://127.0.0.1:1 --replay-password-file /dev/null", "--replay-password-file"),
                    ("redis://127.0.0.1:1 --replay-password-file - --signing-key -", "standard input"),
                    ("redis://127.0.0.1:1 --replay-ca /dev/null", "rediss://"),
                    ("rediss://127.0.0.1:1 --replay-ca /dev/null", "BEGIN CERTIFICATE"),
                    ("rediss://127.0.0.1:1 --replay-ca /nowhere/ca", "--replay-ca /nowhere/ca"),
                    ("redis://127.0.0.1:1 --replay-prefix a/b", "--replay-prefix"),
                    ("http://127.0.0.1:1", "--replay"), ("127.0.0.1:1", "--replay"), ("redis://", "--replay"),
                ])
            func storeUsage(_ arguments: String, _ named: String) throws {
                let result = try Workbench().dpop(
                    ["serve", "--replay"] + arguments.split(separator: " ").map(String.init))
                #expect(result.status == 2)
                #expect(result.output.isEmpty)
                #expect(isOneLine(result.error, naming: named), "\(result.error)")
            }

            @Test(
                "a password in the URL is refused with the option's name, and not repeated",
                arguments: [
                    "redis://user:opensesame@127.0.0.1:1", "redis://:opensesame@127.0.0.1:1/0",
                    "rediss://user:open/sesame@127.0.0.1", "redis://user:open@sesame@127.0.0.1",
                    "redis://user:open?sesame@127.0.0.1", "unix://user:opensesame@/run/redis.sock",
                    "user:opensesame@127.0.0.1",
                ])
            func passwordInURL(_ url: String) throws {
                for arguments in [["serve", "--replay", url], ["serve", "--replay=\(url)"]] {
                    let result = try Workbench().dpop(arguments)
                    #expect(result.status == 2)
                    #expect(isOneLine(result.error, naming: "--replay-password-file"), "\(result.error)")
                    #expect(!result.error.contains("sesame") && !result.error.contains("user"))
                }
            }
        #else
            @Test("without the trait Valkey --replay names it")
            func missingTrait() throws {
                let result = try Workbench().dpop("serve", "--replay", "redis://127.0.0.1:1")
                #expect(result.status == 2 && result.output.isEmpty)
                #expect(isOneLine(result.error, naming: "--replay", "trait Valkey"), "\(result.error)")
            }
        #endif

        @Test("help says what instances share and what they do not")
        func help() throws {
            let result = try Workbench().dpop("serve", "--help")
            #expect(result.status == 0)
            let words = result.output.split { $0 == " " || $0 == "\n" }.joined(separator: " ")
            for text in ["--replay", "--signing-key", "--nonce-secret", "What stays with the instance"] {
                #expect(words.contains(text))
            }
        }
    }
#endif

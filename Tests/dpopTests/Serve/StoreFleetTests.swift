#if Hummingbird && Valkey
    import DPoPCore
    import Foundation
    import Testing

    @Suite(
        "dpop serve: three instances on one store", .enabled(if: StoreServer.isInstalled, StoreServer.reason))
    struct StoreFleetTests {
        @Test("attack 130: a proof that one of three processes accepted is refused by the other two as replayed")
        func neighbours() throws {
            let store = try StoreServer.start()
            let fleet = try Fleet(store: store.url)
            let (client, token) = try fleet.client()
            let before = try fleet.fates()
            // Each of them comes first once.
            for first in 0..<3 {
                let proof = try client.proof("GET", "/resource", accessToken: token)
                let statuses = try (0..<3).map {
                    try client.at(fleet.servers[(first + $0) % 3]).use(token, proof: proof).status
                }
                #expect(statuses == [200, 401, 401])
            }
            let fates = try fleet.fates().filter { before[$0.key] == nil }
            #expect(fates.count == 3)
            #expect(fates.values.allSatisfy { $0 == ["granted": 1, "replayed": 2] }, "\(fates)")

            let form = [("grant_type", "client_credentials")] + ServedClient.credentials
            let proof = try client.proof("POST", "/token")
            let replies = try fleet.servers.map { try client.at($0).token(form, proof: proof) }
            #expect(replies.map(\.status) == [200, 400, 400])
            #expect(replies.dropFirst().allSatisfy { $0.error == "invalid_dpop_proof" })
        }

        @Test(
            """
            attack 130: of 1,000 concurrent attempts with one proof over three processes one is accepted, 999 are \
            replayed and none is the server's fault
            """)
        func oneOfAThousand() async throws {
            let rounds = 5
            let store = try StoreServer.start()
            let fleet = try Fleet(store: store.url)
            let (client, token) = try fleet.client()
            let before = try fleet.fates()
            for round in 1...rounds {
                let proof = try client.proof("GET", "/resource", accessToken: token)
                let request =
                    "GET /resource HTTP/1.1\r\nHost: fleet.example\r\nAuthorization: DPoP \(token)\r\n"
                    + "DPoP: \(proof)\r\nContent-Length: 0\r\n\r\n"
                let start = ContinuousClock.now
                let statuses = await Attempts(request: request, ports: fleet.servers.map(\.port)).send(1_000)
                print("round \(round): \(statuses.sorted { $0.key < $1.key }) in \(start.duration(to: .now))")
                #expect(statuses == [200: 1, 401: 999])
            }
            let fates = try fleet.fates().filter { before[$0.key] == nil }
            #expect(fates.count == rounds)
            #expect(fates.values.allSatisfy { $0 == ["granted": 1, "replayed": 999] }, "\(fates)")
        }

        @Test("dpop revoke is obeyed by all three, by the resource and the token endpoint, for that key alone")
        func revoke() throws {
            let store = try StoreServer.start()
            let fleet = try Fleet(store: store.url)
            let (client, token) = try fleet.client()
            let (other, otherToken) = try fleet.client()
            let done = try fleet.bench.dpop("revoke", "--store", store.url, "--jkt", client.jkt)
            #expect(done.status == 0 && done.error.isEmpty, "\(done.error)")
            #expect(done.output == "revoked\njkt: \(client.jkt)\n")
            var statuses: [Int] = []
            let time = try waitUntil("the key is not revoked at all three") {
                statuses = try fleet.servers.map { try client.at($0).use(token).status }
                return statuses == [401, 401, 401]
            }
            print("revoked at all three after \(time)")
            let form = [("grant_type", "client_credentials")] + ServedClient.credentials
            for server in fleet.servers {
                let refused = try client.at(server).use(token)
                #expect(refused.status == 401)
                #expect(refused.field("WWW-Authenticate")?.contains("error=\"invalid_token\"") == true)
                let noToken = try client.at(server).token(form)
                #expect(noToken.status == 400 && noToken.error == "invalid_grant")
                #expect(try other.at(server).use(otherToken).status == 200)
                #expect(try other.issue(at: server) != nil)
            }
        }

        @Test("a key that was revoked before an instance started is revoked there too")
        func revokedBefore() throws {
            let store = try StoreServer.start()
            let fleet = try Fleet(1, store: store.url)
            let (client, token) = try fleet.client()
            #expect(try fleet.bench.dpop("revoke", "--store", store.url, "--jkt", client.jkt).status == 0)
            let later = try Fleet(1, store: store.url)
            _ = try later.client()
            #expect(
                try client.at(later.servers[0]).token(
                    [("grant_type", "client_credentials")] + ServedClient.credentials
                ).error == "invalid_grant")
            try waitUntil("the key is not revoked") { try client.use(token).status == 401 }
        }

        @Test("a store that is absent at the start is no reason to stop: 503 until it is there")
        func absent() throws {
            let port = try StoreServer.freePort()
            let fleet = try Fleet(1, store: "redis://127.0.0.1:\(port)")
            let client = try ServedClient(fleet.servers[0])
            let form = [("grant_type", "client_credentials")] + ServedClient.credentials
            // By the deadline of ten seconds, or at once where it is known that nobody is there.
            #expect(try client.token(form).status == 503)
            let store = try StoreServer(port: port)
            let time = try waitUntil("no token") { try client.issue(at: fleet.servers[0]) != nil }
            print("tokens \(time) after \(store.url) was there")
            let end = try fleet.servers[0].stop()
            #expect(end.status == 0 && end.reason == .exit)
        }

        @Test("a signal stops an instance whose store never was there", arguments: [SIGTERM, SIGINT])
        func stops(_ signal: Int32) throws {
            let server = try RunningServer("--replay", "redis://127.0.0.1:\(try StoreServer.freePort())")
            let end = try server.stop(by: signal)
            #expect(end.status == 0 && end.reason == .exit)
        }

        @Test("a store that may forget live entries ends it with status 2")
        func evicting() throws {
            let store = try StoreServer.start(["--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru"])
            let bench = try Workbench()
            // So that a server which goes on fails this test and does not hang it.
            let result = try bench.run(
                URL(fileURLWithPath: "/usr/bin/env"), "timeout", "60", executable().path, "serve", "--replay", store.url
            )
            #expect(result.status == 2)
            let line = result.error.split(separator: "\n").last.map { $0 + "\n" } ?? ""
            #expect(isOneLine(String(line), naming: "--replay", "noeviction"), "\(result.error)")
        }

        @Test("the password comes from a file, and with a wrong one nothing is accepted", arguments: [true, false])
        func password(_ isRight: Bool) throws {
            let store = try StoreServer.start(["--requirepass", "open sesame"])
            let bench = try Workbench()
            let file = try bench.file("password", isRight ? "open sesame\n" : "open rye\n")
            let fleet = try Fleet(1, store: store.url, ["--replay-password-file", file])
            try expectTokens(isRight, fleet)
        }

        @Test(
            "TLS: the server's certificate is checked, against --replay-ca too",
            .enabled(if: StoreCertificates.canBeMade, "needs openssl"), arguments: ["own", "another", "none"])
        func certificates(_ authority: String) throws {
            let bench = try Workbench()
            let own = try StoreCertificates(in: bench)
            let store = try StoreServer.start(usesTLS: true, own.arguments)
            let arguments =
                switch authority {
                case "own": ["--replay-ca", own.authority]
                case "another": ["--replay-ca", try StoreCertificates(in: bench, name: "another").authority]
                default: [String]()
                }
            let fleet = try Fleet(1, store: "rediss://127.0.0.1:\(store.port)", arguments)
            try expectTokens(authority == "own", fleet)
        }

        @Test(
            "instances with another --replay-prefix, or another database, are another fleet's",
            arguments: [("", ["--replay-prefix", "other"]), ("/1", []), ("", [])] as [(String, [String])])
        func apart(_ database: String, _ prefix: [String]) throws {
            let store = try StoreServer.start()
            let fleet = try Fleet(1, store: store.url)
            let other = try Fleet(1, store: store.url + database, prefix, sharing: fleet)
            _ = try other.client()
            let (client, token) = try fleet.client()
            let proof = try client.proof("GET", "/resource", accessToken: token)
            #expect(try client.use(token, proof: proof).status == 200)
            let isApart = !database.isEmpty || !prefix.isEmpty
            #expect(try client.at(other.servers[0]).use(token, proof: proof).status == (isApart ? 200 : 401))
            #expect(try client.at(other.servers[0]).use(token, proof: proof).status == 401)
        }

        /// Whether tokens are issued; where they are not, that is the server's fault.
        private func expectTokens(_ isIssued: Bool, _ fleet: Fleet) throws {
            let client = try ServedClient(fleet.servers[0])
            if isIssued {
                try waitUntil("no token") { try client.issue(at: fleet.servers[0]) != nil }
            } else {
                let form = [("grant_type", "client_credentials")] + ServedClient.credentials
                for _ in 0..<3 { #expect(try client.token(form).status == 503) }
            }
        }
    }
#endif

#if Valkey
    import DPoPCore
    import DPoPServer
    import HTTPTypes
    import Testing

    @testable import DPoPValkey

    /// Revoked keys on servers as they are.
    @Suite(.serialized) struct RealRevocationTests {
        private func settings(_ port: Int) throws -> ValkeySettings {
            var settings = ValkeySettings(try ValkeyAddress("redis://127.0.0.1:\(port)"))
            settings.deadline = .milliseconds(500)
            return settings
        }

        /// One whose view is confirmed.
        private func node(_ settings: ValkeySettings) async throws -> Node {
            let node = try Node(settings)
            try await node.ready()
            try await eventually("the revoked keys are known") {
                await status(RevocationKit.key(9_999), node) == .active
            }
            return node
        }

        private func status(_ key: Thumbprint, _ node: Node) async -> KeyStatus {
            await node.store.revocations.status(of: key, tokenIssuedAt: .now(), now: .now())
        }

        /// How long it takes until all of the nodes refuse a key that one revoked.
        private func spreads(_ key: Thumbprint, from node: Node, to others: [Node]) async throws -> Duration {
            for other in others { #expect(await status(key, other) == .active) }
            try await node.store.revocations.revoke(key)
            let start = ContinuousClock.now
            #expect(await status(key, node) == .revoked)
            for other in others {
                try await eventually("another node refuses it") { await status(key, other) == .revoked }
            }
            return .now - start
        }

        @Test("what one node revokes another refuses within a second, and other keys go on", .needsRealServer)
        func byMessage() async throws {
            let server = try await RealServer()
            let nodes = try await [node(settings(server.port)), node(settings(server.port))]
            try await eventually("both listen") {
                try server.command("PUBSUB", "NUMSUB", "dpop:{revoked}:0").hasSuffix("\n2")
            }
            var times: [Duration] = []
            for number in 0..<10 {
                times.append(
                    try await spreads(RevocationKit.key(number), from: nodes[number % 2], to: [nodes[1 - number % 2]]))
            }
            print("revocation: by message at the other node after \(times.max() ?? .zero) at most")
            #expect(times.max() ?? .zero < .seconds(1))
            for node in nodes { #expect(await status(RevocationKit.key(50), node) == .active) }
            // From the server, sorted by nobody's account.
            let list = try await nodes[1].store.revocations.list()
            #expect(Set(list.map(\.thumbprint)) == Set((0..<10).map(RevocationKit.key)))
            try await nodes[0].stop()
            let restarted = try await node(settings(server.port))
            for number in 0..<10 { #expect(await status(RevocationKit.key(number), restarted) == .revoked) }
        }

        @Test("where channels are not allowed it is polled for", .needsRealServer)
        func byPolling() async throws {
            var options = RealServer.Options()
            options.users = ["alice on >hers ~dpop:* resetchannels -@all +set +get +ping +info +publish +subscribe"]
            let server = try await RealServer(options)
            var settings = try settings(server.port)
            settings.addresses = [try ValkeyAddress("redis://alice:hers@127.0.0.1:\(server.port)")]
            let nodes = try await [node(settings), node(settings)]
            var times: [Duration] = []
            for number in 0..<4 {
                times.append(try await spreads(RevocationKit.key(number), from: nodes[0], to: [nodes[1]]))
            }
            #expect(try server.command("PUBSUB", "CHANNELS") == "")
            print("revocation: by polling alone after \(times.max() ?? .zero) at most")
        }

        @Test(
            "attack 151: a server that was killed leaves keys unknown after a while, and gets back what it lost",
            .needsRealServer)
        func killed() async throws {
            let server = try await RealServer()
            let nodes = try await [node(settings(server.port)), node(settings(server.port))]
            let (revoked, other) = (RevocationKit.key(1), RevocationKit.key(2))
            _ = try await spreads(revoked, from: nodes[0], to: [nodes[1]])
            server.kill()
            let gone = ContinuousClock.now
            for node in nodes {
                try await eventually("other keys are unknown") { await status(other, node) == .unknown }
                #expect(await status(revoked, node) == .revoked)
                #expect(node.events.count(.revocationsStale) <= 1)
            }
            print("revocation: unknown \(ContinuousClock.now - gone) after the server was gone")
            await #expect(throws: ValkeyRevocationError.unavailable) {
                try await nodes[0].store.revocations.revoke(RevocationKit.key(3))
            }
            try await server.restart()
            for node in nodes {
                try await eventually("other keys are active") { await status(other, node) == .active }
                try await eventually("what was revoked meanwhile is") {
                    await status(RevocationKit.key(3), node) == .revoked
                }
            }
            #expect(nodes.map { $0.events.count(.revocationsRestored) }.reduce(0, +) > 0)
            let fresh = try await node(settings(server.port))
            for key in [revoked, RevocationKit.key(3)] {
                try await eventually("a new node knows both") { await status(key, fresh) == .revoked }
            }
        }

        @Test("attack 151: a server that was emptied gets back what is revoked", .needsRealServer)
        func flushed() async throws {
            let server = try await RealServer()
            let nodes = try await [node(settings(server.port)), node(settings(server.port))]
            for number in 0..<300 { try await nodes[0].store.revocations.revoke(RevocationKit.key(number)) }
            try await eventually("the other knows all") { await status(RevocationKit.key(299), nodes[1]) == .revoked }
            try server.command("FLUSHALL")
            let lost = ContinuousClock.now
            try await eventually("one has given them back") {
                nodes.contains { $0.events.count(.revocationsRestored) > 0 }
            }
            print("revocation: written back after \(ContinuousClock.now - lost)")
            #expect(try await Set(nodes[1].store.revocations.list().map(\.thumbprint)).count == 300)
            // One that starts just then knows them a second later.
            let fresh = try await node(settings(server.port))
            for number in 0..<300 {
                try await eventually("a new node knows all") {
                    await status(RevocationKit.key(number), fresh) == .revoked
                }
            }
            for node in nodes { #expect(await status(RevocationKit.key(500), node) == .active) }
        }

        @Test("a server of before 7.0 serves as well")
        func oldServer() async throws {
            let server = try await ScriptedServer(ScriptedServer.healthy(oldSet: true))
            let nodes = try await [node(settings(server.port)), node(settings(server.port))]
            let time = try await spreads(RevocationKit.key(1), from: nodes[0], to: [nodes[1]])
            print("revocation: at a server of before 7.0 after \(time)")
            #expect(try await nodes[1].store.revocations.list().map(\.thumbprint) == [RevocationKit.key(1)])
        }

        @Test(
            "attack 149: in a cluster one primary has them, wherever its slot is, and a replica that takes over",
            .needsRealServer)
        func cluster() async throws {
            let cluster = try await RealCluster(withReplica: true, nodeTimeout: 2_000)
            let settings = try ClusterKit.settings(cluster.primaries[1], deadline: .milliseconds(500))
            let nodes = try await [node(settings), node(settings)]
            let slot = try cluster.slot(of: "dpop:{revoked}:version")
            print(
                "revocation: in a cluster after \(try await spreads(RevocationKit.key(1), from: nodes[0], to: [nodes[1]]))"
            )
            // Alone among slots of other primaries, so that it is not where its neighbours are.
            for target in [cluster.primaries[2], cluster.primaries[0]] {
                if try cluster.owner(ofSlot: slot) !== target { try cluster.moveSlot(slot, to: target) }
                for node in nodes {
                    try await eventually("the keys are known") { await status(RevocationKit.key(2), node) == .active }
                }
            }
            try await nodes[0].store.revocations.revoke(RevocationKit.key(3))
            try await eventually("the other refuses it") { await status(RevocationKit.key(3), nodes[1]) == .revoked }
            try await cluster.failover(killing: true)
            for (number, node) in nodes.enumerated() {
                try await eventually("the keys can be revoked again") {
                    (try? await node.store.revocations.revoke(RevocationKit.key(10 + number))) != nil
                }
            }
            for node in nodes {
                for key in [1, 3, 10, 11].map(RevocationKit.key) {
                    try await eventually("it is revoked") { await status(key, node) == .revoked }
                }
                try await eventually("others are active") { await status(RevocationKit.key(2), node) == .active }
            }
        }

        @Test("a guard refuses a revoked key with 401, and where that is not known with 503")
        func guarded() async throws {
            let server = try await ScriptedServer(ScriptedServer.healthy())
            let proxy = try await FaultProxy(target: server.port)
            let store = try Node(settings(server.port))
            try await store.ready()
            let (key, other) = (try SigningKey.generate(.es256), try SigningKey.generate(.es256))
            let guardian = try ResourceGuard(
                ResourceConfiguration(origin: "https://api.example.com"),
                tokens: BoundTokens(["one": key.publicJWK.thumbprint, "two": other.publicJWK.thumbprint]),
                replay: MemoryReplayCache(memory: .startsEmpty), keyStatus: store.store.revocations)
            func denial(_ token: String, _ key: SigningKey, by guardian: ResourceGuard) async throws -> Denial? {
                var request = HTTPRequest(method: .get, scheme: "https", authority: "api.example.com", path: "/orders")
                request.headerFields[.authorization] = "DPoP \(token)"
                request.headerFields[.dpop] = try ProofBuilder(signer: key).proof(
                    method: "GET", targetURI: TargetURI("https://api.example.com/orders"), accessToken: token)
                guard case .denied(let denial) = await guardian.authorize(request) else { return nil }
                return denial
            }
            try await eventually("it is known") { try await denial("one", key, by: guardian) == nil }
            try await store.store.revocations.revoke(key.publicJWK.thumbprint)
            let revoked = try await denial("one", key, by: guardian)
            #expect(revoked?.code == DecisionCode(ProofRejection.Code.keyRevoked) && revoked?.status == .unauthorized)
            #expect(try await denial("two", other, by: guardian) == nil)

            proxy.faults.refuses = true
            let cutOff = try Node(settings(proxy.port))
            let unsure = try ResourceGuard(
                ResourceConfiguration(origin: "https://api.example.com"),
                tokens: BoundTokens(["two": other.publicJWK.thumbprint]),
                replay: MemoryReplayCache(memory: .startsEmpty), keyStatus: cutOff.store.revocations)
            let unknown = try await denial("two", other, by: unsure)
            #expect(unknown?.code == .keyStatusUnavailable && unknown?.status == .serviceUnavailable)
            proxy.faults.refuses = false
            try await eventually("it is known") { try await denial("two", other, by: unsure) == nil }
        }
    }

    /// Tokens that are known, and the keys that they are bound to.
    private struct BoundTokens: AccessTokenVerifier {
        let answersLocally = true
        private let keys: [String: Thumbprint]

        init(_ keys: [String: Thumbprint]) { self.keys = keys }

        func verify(_ token: String, now: UnixTime) async throws(AccessTokenRejection) -> AccessToken {
            guard let key = keys[token] else { throw AccessTokenRejection(.malformed) }
            return AccessToken(
                confirmation: DPoPServer.Confirmation(jkt: key), subject: "alice", clientID: "agent",
                issuedAt: now.advanced(bySeconds: -100), expiresAt: now.advanced(bySeconds: 200))
        }
    }
#endif

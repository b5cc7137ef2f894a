#if Valkey
    import DPoPCore
    import DPoPServer
    import Testing

    @testable import DPoPValkey

    /// What a node does that may go on without its server.
    @Suite(.serialized) struct AloneTests {
        private let kit: AloneKit
        private let server: ScriptedServer
        private let proxy: FaultProxy

        init() async throws {
            kit = try AloneKit()
            server = try await ScriptedServer(ScriptedServer.healthy())
            proxy = try await FaultProxy(target: server.port)
        }

        private func cutOff() {
            proxy.faults.refuses = true
            proxy.cutAll()
        }

        /// The same, and nothing is under way any more.
        private func cutOffWholly() async throws {
            cutOff()
            try await eventually("no connection is left") { proxy.open == 0 }
        }

        private func readyNode(_ port: Int, _ settings: ValkeySettings? = nil) async throws -> Node {
            let node = try kit.node(settings ?? kit.settings(port))
            try await node.ready()
            try await kit.acceptedProof(at: node)
            return node
        }

        @Test("attack 136: alone a node accepts a proof once, with a nonce of afterwards, and each is an event")
        func once() async throws {
            let node = try await readyNode(proxy.port)
            let used = try await kit.acceptedProof(at: node)
            let early = try kit.proof()
            try await cutOffWholly()
            // The one that finds out.
            #expect(await kit.code(try kit.proof(), at: node) != nil)
            #expect(node.events.count(.degraded) == 1)
            #expect(await kit.code(early, at: node) == .nonceInvalid)
            #expect(await kit.code(used, at: node) != nil)
            let before = node.events.count(.acceptedLocally)
            let proofs = try (0..<10).map { _ in try kit.proof() }
            for proof in proofs {
                #expect(await kit.code(proof, at: node) == nil)
                #expect(await kit.code(proof, at: node) == .replayed)
            }
            #expect(node.events.count(.acceptedLocally) == before + 10)
            #expect(node.events.count(.degraded) == 1 && node.events.count(.recovered) == 0)
        }

        @Test("alone a node refuses when it has no room, and remembers all that it accepted")
        func capacity() async throws {
            let node = try await readyNode(proxy.port, kit.settings(proxy.port, .degradeToLocal(capacity: 5)))
            try await cutOffWholly()
            #expect(await kit.code(try kit.proof(), at: node) != nil)
            var accepted: [String] = []
            for _ in 0..<10 {
                let proof = try kit.proof()
                let code = await kit.code(proof, at: node)
                #expect(code == nil || code == .replayStoreFull)
                if code == nil { accepted.append(proof) }
            }
            #expect(3...5 ~= accepted.count)
            for proof in accepted { #expect(await kit.code(proof, at: node) == .replayed) }
        }

        @Test("attack 150: what a node accepted alone is written back before claims resume, and refused by the others")
        func writtenBack() async throws {
            let other = try await readyNode(server.port)
            let node = try await readyNode(proxy.port)
            try await cutOffWholly()
            #expect(await kit.code(try kit.proof(), at: node) != nil)
            // More than are written back at once.
            var accepted: [String] = []
            for _ in 0..<600 { accepted.append(try await kit.acceptedProof(at: node)) }
            let decided = UnixTime.now()
            let early = try kit.proof()
            proxy.faults.refuses = false
            try await eventually("it is back") { node.events.count(.recovered) == 1 }
            for proof in accepted { #expect(await kit.code(proof, at: other) == .replayed) }
            for proof in accepted.suffix(20) { #expect(await kit.code(proof, at: node) != nil) }
            let event = try #require(node.events.all.first { $0.code == .recovered })
            #expect(event.count >= 600)
            #expect(node.events.count(.acceptedTwice) == 0)
            // Of after the last decision made alone, and of before.
            #expect(decided < .now())
            #expect(await kit.code(early, at: node) == nil)
            #expect(await kit.code(try kit.proof(nonceOf: decided.advanced(bySeconds: -1)), at: node) == .nonceInvalid)
            let local = node.events.count(.acceptedLocally)
            #expect(await kit.code(try kit.proof(), at: node) == nil)
            #expect(node.events.count(.acceptedLocally) == local)
        }

        @Test("a proof that two nodes accepted alone is an event at one, and one that a lost reply had claimed is none")
        func twice() async throws {
            let second = try await FaultProxy(target: server.port)
            let nodes = try await [readyNode(proxy.port), readyNode(second.port)]
            // The server does what it is asked, and nobody hears of it.
            for proxy in [proxy, second] { proxy.faults.replyLatency = .seconds(8) }
            for node in nodes {
                #expect(await kit.code(try kit.proof(), at: node) != nil)
                #expect(node.events.count(.degraded) == 1)
            }
            let proof = try kit.proof()
            for node in nodes { #expect(await kit.code(proof, at: node) == nil) }
            for proxy in [proxy, second] { proxy.faults.replyLatency = .zero }
            try await eventually("both are back") { nodes.allSatisfy { $0.events.count(.recovered) == 1 } }
            #expect(nodes.map { $0.events.count(.acceptedTwice) }.reduce(0, +) == 1)
        }

        @Test("a server of before 7.0 is told, too, and what it has already is no reason to stay alone")
        func oldServer() async throws {
            let old = try await ScriptedServer(ScriptedServer.healthy(oldSet: true))
            let proxy = try await FaultProxy(target: old.port)
            let node = try await readyNode(proxy.port)
            proxy.faults.replyLatency = .seconds(8)
            #expect(await kit.code(try kit.proof(), at: node) != nil)
            let proof = try await kit.acceptedProof(at: node)
            proxy.faults.replyLatency = .zero
            try await eventually("it is back") { node.events.count(.recovered) == 1 }
            #expect(node.events.count(.acceptedTwice) == 0)
            let other = try kit.node(kit.settings(old.port))
            try await other.ready()
            #expect(await kit.code(proof, at: other) != nil)
            try await kit.acceptedProof(at: node)
        }

        @Test("attacks 130 and 136: while a server goes away no proof is accepted twice by one node")
        func race() async throws {
            let node = try await readyNode(proxy.port)
            var accepted = 0
            for round in 0..<60 {
                let proof = try kit.proof()
                let tally = Tally<ProofRejection.Code?>()
                await withTaskGroup(of: Void.self) { group in
                    for task in 0..<16 {
                        group.addTask {
                            if task == round % 16 { self.cutOff() }
                            await tally.count { await self.kit.code(proof, at: node) }
                        }
                    }
                }
                #expect(tally[nil] <= 1, "\(tally)")
                accepted += tally[nil]
                #expect(await kit.code(proof, at: node) != nil)
                if round.isMultiple(of: 3) {
                    proxy.faults.refuses = false
                    let recovered = node.events.count(.recovered)
                    try await eventually("it is back, or never was away") {
                        node.events.count(.recovered) == node.events.count(.degraded)
                    }
                    #expect(await kit.code(proof, at: node) != nil)
                    #expect(node.events.count(.recovered) >= recovered)
                    try await kit.acceptedProof(at: node)
                }
            }
            print("alone: \(accepted) of 60 proofs accepted once while the server went away")
        }

        @Test("before it runs, and after it has stopped, a store decides nothing")
        func outside() async throws {
            let settings = try kit.settings(proxy.port)
            var policy = VerificationPolicy.default
            policy.nonces = .required(kit.nonces)
            let events = EventLog()
            let store = try ValkeyStore(settings, observer: events)
            let replay = store.replay(.resourceServer)
            func claim() async throws -> ReplayOutcome {
                await replay.admit(try TestClaims.key(), until: TestClaims.deadline(), now: .now())
            }
            #expect(try await claim() == .unavailable)
            #expect(events.all.isEmpty)
            let run = Task { try await store.run() }
            try await store.waitUntilReady(timeout: .seconds(600))
            #expect(try await claim() == .firstSighting)
            #expect(events.count(.acceptedLocally) == 0)
            try await cutOffWholly()
            #expect(try await claim() == .firstSighting)
            #expect(events.count(.degraded) == 1)
            run.cancel()
            try await run.value
            #expect(try await claim() == .unavailable)
            proxy.faults.refuses = false
            #expect(events.count(.recovered) == 0)
        }

        @Test("a server absent from the start is replaced by the node alone until it comes")
        func absent() async throws {
            proxy.faults.refuses = true
            let node = try kit.node(kit.settings(proxy.port))
            let proof = try await kit.acceptedProof(at: node)
            #expect(await kit.code(proof, at: node) == .replayed)
            proxy.faults.refuses = false
            try await eventually("it is back") { node.events.count(.recovered) == 1 }
            #expect(await kit.code(proof, at: node) != nil)
        }

        @Test("without nonces every proof is refused from the start, and no guard and no endpoint is made")
        func withoutNonces() async throws {
            let node = try Node(kit.settings(server.port))
            try await node.ready()
            let proof = try ProofBuilder(signer: kit.key).proof(method: "POST", targetURI: kit.target)
            #expect(await kit.code(proof, at: node) == .replayStoreUnavailable)
            #expect(!server.received.contains { $0.count > 1 && $0[1].contains(":rs:") })

            let replay = node.store.replay(.resourceServer)
            let tokens = NoTokens()
            var resource = try ResourceConfiguration(origin: "https://api.example.com")
            #expect(throws: ConfigurationError.self) { try ResourceGuard(resource, tokens: tokens, replay: replay) }
            resource.nonces = kit.nonces
            _ = try ResourceGuard(resource, tokens: tokens, replay: replay)
            var endpoint = TokenEndpointConfiguration(uri: "https://as.example.com/token")
            #expect(throws: ConfigurationError.self) { try TokenEndpoint(endpoint, replay: replay) }
            endpoint.nonces = try StatelessNonces(secrets: [.random()], audience: .authorizationServer)
            _ = try TokenEndpoint(endpoint, replay: replay)
        }
    }

    /// No token is known.
    struct NoTokens: AccessTokenVerifier {
        let answersLocally = true

        func verify(_ token: String, now: UnixTime) async throws(AccessTokenRejection) -> AccessToken {
            throw AccessTokenRejection(.malformed)
        }
    }
#endif

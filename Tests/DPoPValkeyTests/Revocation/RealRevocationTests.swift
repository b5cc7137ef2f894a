#if Valkey
    import DPoPCore
    import DPoPServer
    import Testing

    @testable import DPoPValkey

    /// Revoked keys on servers as they are.
    @Suite(.serialized) struct RealRevocationTests {
        func settings(_ port: Int) throws -> ValkeySettings {
            var settings = ValkeySettings(try ValkeyAddress("redis://127.0.0.1:\(port)"))
            settings.deadline = StoreKit.patient
            return settings
        }

        /// One whose view is confirmed.
        func node(_ settings: ValkeySettings) async throws -> Node {
            let node = try Node(settings)
            try await node.ready()
            try await eventually("the revoked keys are known") {
                await status(RevocationKit.key(9_999), node) == .active
            }
            return node
        }

        func status(_ key: Thumbprint, _ node: Node) async -> KeyStatus {
            await node.store.revocations.status(of: key, tokenIssuedAt: .now(), now: .now())
        }

        /// How long it takes until all of the nodes refuse a key that one revoked.
        func spreads(_ key: Thumbprint, from node: Node, to others: [Node]) async throws -> Duration {
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
            #expect(!StoreKit.isAlone || times.max() ?? .zero < .seconds(1))
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

        @Test("a server of before 7.0 serves as well")
        func oldServer() async throws {
            let server = try await ScriptedServer(ScriptedServer.healthy(oldSet: true))
            let nodes = try await [node(settings(server.port)), node(settings(server.port))]
            let time = try await spreads(RevocationKit.key(1), from: nodes[0], to: [nodes[1]])
            print("revocation: at a server of before 7.0 after \(time)")
            #expect(try await nodes[1].store.revocations.list().map(\.thumbprint) == [RevocationKit.key(1)])
        }
    }
#endif

#if Valkey
    import Testing

    @Suite("The tests' real cluster", .needsRealServer)
    struct RealClusterKitTests {
        @Test("forms, answers MOVED and ASK, and moves slots")
        func forms() async throws {
            let cluster = try await RealCluster()
            let slot = try cluster.slot(of: "key")
            let owner = try cluster.owner(ofSlot: slot)
            let other = try #require(cluster.primaries.first { $0 !== owner })
            #expect(try owner.command("SET", "key", "value") == "OK")
            #expect(try error(other, "GET", "key") == "MOVED \(slot) 127.0.0.1:\(owner.port)")

            try cluster.startMove(ofSlot: slot, to: other)
            #expect(try owner.command("GET", "key") == "value")
            // The braces: in the same slot, and not there.
            #expect(try error(owner, "GET", "{key}2") == "ASK \(slot) 127.0.0.1:\(other.port)")
            try cluster.finishMove(ofSlot: slot, to: other)
            #expect(try error(owner, "GET", "key") == "MOVED \(slot) 127.0.0.1:\(other.port)")
            #expect(try other.command("GET", "key") == "value")
        }

        @Test("fails over to its replica, in agreement or by force", arguments: [false, true])
        func failsOver(killing: Bool) async throws {
            let cluster = try await RealCluster(withReplica: true)
            let replica = try #require(cluster.replica)
            #expect(try cluster.owner(ofSlot: 0) === cluster.primaries[0])
            try await cluster.failover(killing: killing)
            #expect(try cluster.owner(ofSlot: 0) === replica)
            #expect((cluster.primaries[0].pid == 0) == killing)
        }

        private func error(_ server: RealServer, _ words: String...) throws -> String? {
            do {
                return "no error: " + (try server.command(words))
            } catch let error as BlockingClient.ErrorReply {
                return error.description
            }
        }
    }
#endif

#if Valkey
    import DPoPCore
    import Testing

    @testable import DPoPValkey

    extension StoreTests {
        /// What a node knows to be used it answers by itself.
        @Suite struct NearbyTests {
            @Test("a replay that this node has seen makes no command, and is known since its first use")
            func noCommand() async throws {
                let server = try await FaultyServer()
                let (node, other) = try (Node(StoreKit.settings(server.port)), Node(StoreKit.settings(server.port)))
                try await node.ready()
                try await other.ready()
                let (key, now) = (try TestClaims.key(), UnixTime.now())
                let first = UnixTime(seconds: now.seconds - 5, nanoseconds: 700_000_000)
                #expect(await node.admit(key, until: TestClaims.deadline(), now: first) == .firstSighting)
                #expect(server.claims.count == 1)
                for _ in 0..<20 { #expect(await node.admit(key) == .seen(since: UnixTime(seconds: first.seconds))) }
                #expect(server.claims.count == 1)
                // Another asks once, and says the same.
                for _ in 0..<20 { #expect(await other.admit(key) == .seen(since: UnixTime(seconds: first.seconds))) }
                #expect(server.claims.count == 2)
                // For another role it is another key.
                #expect(await node.admit(key, .authorizationServer) == .firstSighting)
                #expect(server.claims.count == 3)
            }

            @Test("a deadline that has passed, or that no server would keep, makes no command either")
            func deadlines() async throws {
                let server = try await FaultyServer()
                let node = try Node(try StoreKit.settings(server.port))
                try await node.ready()
                let (key, now) = (try TestClaims.key(), UnixTime.now())
                #expect(await node.admit(key, until: now.advanced(bySeconds: -1), now: now) == .deadlinePassed)
                #expect(await node.admit(key, until: UnixTime(seconds: .max), now: now) == .unavailable)
                #expect(await node.admit(key, until: UnixTime(seconds: 5), now: UnixTime(seconds: -5)) == .unavailable)
                #expect(server.claims.isEmpty)
                #expect(await node.admit(key, until: now, now: now) == .firstSighting)
            }

            @Test(
                "attack 153: two nodes tell each other apart by the attempt alone, and nobody's value is no answer",
                arguments: [
                    ("AAAAAAAAAAAAAAAAAAAAAA1700000000", true), ("AAAAAAAAAAAAAAAAAAAAAA0", true),
                    ("AAAAAAAAAAAAAAAAAAAAAA01700000000", false), ("AAAAAAAAAAAAAAAAAAAAAA+1700000000", false),
                    ("AAAAAAAAAAAAAAAAAAAAAA-1", false), ("AAAAAAAAAAAAAAAAAAAAAA", false), ("1", false), ("", false),
                    ("AAAAAAAAAAAAAAAAAAAAAA253402300800", false),
                ])
            func values(value: String, isUse: Bool) async throws {
                let server = try await FaultyServer()
                let node = try Node(try StoreKit.settings(server.port))
                try await node.ready()
                let key = try TestClaims.key()
                var name: [UInt8] = []
                KeySpace(prefix: Array("dpop".utf8)).append(ClaimedKey(key, role: Array("rs".utf8)), to: &name)
                _ = server.fake.answer(["SET", WireText.text(name), value], 0)
                let outcome = await node.admit(key)
                #expect(outcome == .unavailable || isUse && outcome.isSeen)
                #expect(outcome.isSeen == isUse)
            }

            @Test("what is known nearby is bounded, and what is not asks the server")
            func bounded() async throws {
                let server = try await FaultyServer()
                let node = try Node(try StoreKit.settings(server.port))
                try await node.ready()
                let nearby = MemoryReplayCache(
                    capacity: ValkeyReplayStore.nearbyCapacity, keyShare: .unlimited, memory: .startsEmpty)
                let (now, deadline) = (UnixTime.now(), TestClaims.deadline())
                let keys = try TestClaims.keys(ValkeyReplayStore.nearbyCapacity + 5_000)
                for key in keys { nearby.note(key, usedAt: now, until: deadline, now: now) }
                let known = keys.count { nearby.known($0) != nil }
                #expect(known <= ValkeyReplayStore.nearbyCapacity && known > ValkeyReplayStore.nearbyCapacity / 2)
            }
        }

        /// Settings that must not be, each beside one that may.
        @Suite struct ValkeySettingsTests {
            private func isRefused(_ change: (inout ValkeySettings) -> Void) throws -> Bool {
                var settings = ValkeySettings(try ValkeyAddress("redis://127.0.0.1"))
                change(&settings)
                do {
                    _ = try ValkeyStore(settings)
                    return false
                } catch {
                    return true
                }
            }

            @Test("the defaults, and that there is an address")
            func defaults() throws {
                let settings = ValkeySettings(try ValkeyAddress("redis://127.0.0.1"))
                #expect(settings.deadline == .milliseconds(50))
                #expect(settings.failurePolicy == .closed)
                #expect(settings.prefix == "dpop")
                #expect(try !isRefused { _ in })
                #expect(try isRefused { $0.addresses = [] })
                #expect(try ValkeyStore(settings).replay(.resourceServer).scope == .shared)
                #expect(try ValkeyStore(settings).replay(.resourceServer).requiresNonces == false)
            }

            @Test(
                "connections", arguments: [(0, true), (1, false), (16, false), (17, true), (-1, true), (Int.max, true)])
            func connections(count: Int, isRefused: Bool) throws {
                #expect(try self.isRefused { $0.connections = count } == isRefused)
            }

            @Test(
                "the deadline",
                arguments: [
                    (.zero, true), (.microseconds(999), true), (.milliseconds(1), false), (.seconds(10), false),
                    (.milliseconds(10_001), true), (.seconds(-1), true), (.seconds(Int64.max), true),
                ] as [(Duration, Bool)])
            func deadline(deadline: Duration, isRefused: Bool) throws {
                #expect(try self.isRefused { $0.deadline = deadline } == isRefused)
            }

            @Test(
                "the prefix",
                arguments: [
                    ("", true), ("a", false), ("shop:eu-1_b.c", false), ("a b", true), ("a{b}", true), ("a*", true),
                    ("é", true), ("a\r\n", true), (String(repeating: "a", count: 64), false),
                    (String(repeating: "a", count: 65), true),
                ])
            func prefix(prefix: String, isRefused: Bool) throws {
                #expect(try self.isRefused { $0.prefix = prefix } == isRefused)
            }

            @Test("the local capacity", arguments: [(0, true), (1, false), (-1, true)])
            func capacity(capacity: Int, isRefused: Bool) throws {
                #expect(try self.isRefused { $0.failurePolicy = .degradeToLocal(capacity: capacity) } == isRefused)
            }

            @Test(
                "a role's name",
                arguments: [
                    ("", true), ("rs", false), ("a:b", true), ("a b", true), ("ü", true), ("a.b-c_d", false),
                    ("{a}", true),
                    (String(repeating: "a", count: 64), false), (String(repeating: "a", count: 65), true),
                ])
            func role(name: String, isRefused: Bool) {
                let role = try? ValkeyStore.Role.named(name)
                #expect((role == nil) == isRefused)
                #expect(role != .resourceServer && role != .authorizationServer)
            }
        }
    }
#endif

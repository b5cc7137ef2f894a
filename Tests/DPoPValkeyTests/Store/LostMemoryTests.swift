#if Valkey
    import DPoPCore
    import Testing

    @testable import DPoPValkey

    extension StoreTests {
        /// A server that has forgotten is noticed before what it says is believed.
        @Suite struct LostMemoryTests {
            private func isCanary(_ key: String) -> Bool { key.contains(":canary:") }

            /// Claims until memory begins later than it did.
            private func notices(_ node: Node, _ before: UnixTime?) async throws {
                try await eventually("the loss is noticed") {
                    _ = await node.admit(try TestClaims.key())
                    return (node.since ?? .init(seconds: 0)) > (before ?? .init(seconds: 0))
                }
            }

            @Test("attack 151: the claims whose canary is wrong are unavailable, and memory begins with the loss")
            func canaryGone() async throws {
                let server = try await FaultyServer()
                let node = try Node(try StoreKit.settings(server.port))
                try await node.ready()
                let (used, before) = (try TestClaims.key(), node.since)
                #expect(await node.admit(used) == .firstSighting)
                let (fake, isFirst) = (server.fake, Locked(true))
                // Emptied right before a claim arrives.
                server.set { step, _, _ in
                    if step == .claim,
                        isFirst.withLock({ first in
                            defer { first = false }
                            return first
                        })
                    {
                        fake.flush()
                    }
                    return nil
                }
                let lost = UnixTime.now()
                let key = try TestClaims.key()
                #expect(await node.admit(key) == .unavailable)
                try await node.recovers()
                #expect(node.events.count(.memoryLost) == 1)
                let since = try #require(node.since)
                #expect(try since >= lost && since > #require(before) && since <= .now())
                #expect(node.events.all.first { $0.code == .memoryLost }?.since == since)
                // It may have been used; and what this node knows it knows still.
                #expect(await node.admit(key).isSeen)
                #expect(await node.admit(used).isSeen)
            }

            @Test("attack 151: a canary that another node made anew is another canary")
            func canaryChanged() async throws {
                let server = try await FaultyServer()
                let node = try Node(try StoreKit.settings(server.port))
                try await node.ready()
                let before = try #require(node.since)
                let canary = try #require(server.fake.keys.first(where: isCanary))
                let young = try #require(Canary.new(now: .now()))
                _ = server.fake.answer(["SET", canary, WireText.text(young.value)], 0)
                try await notices(node, before)
                #expect(node.events.count(.memoryLost) >= 1)
                #expect(try #require(node.since) >= young.createdAt)
                try await node.recovers()
            }

            @Test(
                "attack 149: another run, or another reign of the same run, begins a memory", arguments: [false, true])
            func reign(isRun: Bool) async throws {
                let server = try await FaultyServer()
                let node = try Node(try StoreKit.settings(server.port))
                try await node.ready()
                let before = try #require(node.since)
                // With everything still there: what a replica that was promoted has not received can not be seen.
                if isRun {
                    server.fake.runID = String(repeating: "a", count: 40)
                } else {
                    let fake = server.fake
                    server.set { step, words, connection in
                        guard step == .info, case .text(let text) = fake.answer(words, connection) else { return nil }
                        let lines = text.split(separator: "\r\n").dropFirst().map { line in
                            line.hasPrefix("master_replid:")
                                ? "master_replid:" + String(repeating: "b", count: 40) : line
                        }
                        return .bulk(lines.joined(separator: "\r\n"))
                    }
                }
                // The poll finds it also where connections stay.
                try await eventually("the loss is noticed") { (node.since ?? before) > before }
                #expect(node.events.count(.memoryLost) == 1)
                try await node.recovers()
                // And a connection that is cut, before any claim.
                let second = try #require(node.since)
                server.fake.restart()
                server.server.closeAll()
                try await node.recovers()
                #expect(try #require(node.since) > second || !isRun)
            }

            @Test("attack 151: a node that was not there at the loss meets the young canary")
            func freshNode() async throws {
                let server = try await FaultyServer()
                let node = try Node(try StoreKit.settings(server.port))
                try await node.ready()
                let before = try #require(node.since)
                let lost = UnixTime.now()
                server.fake.flush()
                try await notices(node, before)
                let fresh = try Node(try StoreKit.settings(server.port))
                try await fresh.ready()
                #expect(try #require(fresh.since) >= lost)
                #expect(fresh.events.count(.memoryLost) == 0)
                // One that comes when nothing was lost goes by the same canary.
                let later = try Node(try StoreKit.settings(server.port))
                try await later.ready()
                #expect(later.since == fresh.since)
            }

            @Test("attack 151: an idle node notices by itself", .needsRealServer)
            func idle() async throws {
                let server = try await RealServer()
                let node = try Node(try StoreKit.settings(server.port))
                try await node.ready()
                #expect(await node.admit(try TestClaims.key()) == .firstSighting)
                let lost = UnixTime.now()
                try server.command("FLUSHALL")
                try await eventually("memoryLost") { node.events.count(.memoryLost) == 1 }
                #expect(try #require(node.since) >= lost)
                try await node.recovers()
                // And once is enough.
                #expect(node.events.count(.memoryLost) == 1)
            }

            @Test("attack 151: a canary dated ahead by a wrong clock counts from when it is met, and once")
            func farFuture() async throws {
                let fake = FakeValkey()
                let wrong = try #require(Canary.new(now: .now().advanced(bySeconds: 1_000_000_000)))
                let server = try await FaultyServer(fake) { step, words, connection in
                    guard step == .canarySet else { return nil }
                    return fake.answer(["SET", words[1], WireText.text(wrong.value), "NX"], connection)
                }
                let node = try Node(try StoreKit.settings(server.port))
                try await node.ready()
                try await node.recovers()
                try await eventually("both connections") { node.events.count(.connected) == 2 }
                let since = try #require(node.since)
                #expect(since <= .now())
                server.server.closeAll()
                try await eventually("both again") { node.events.count(.connected) == 4 }
                #expect(node.since == since)
                #expect(node.events.count(.memoryLost) == 0)
                try await node.recovers()
            }

            @Test(
                "attack 151: what is no canary is none",
                arguments: ["", "x", "2022-01-01", "AAAAAAAAAAAAAAAAAAAAAA -1"])
            func noCanary(_ value: String) async throws {
                let fake = FakeValkey()
                let server = try await FaultyServer(fake) { step, words, connection in
                    step == .canarySet ? fake.answer(["SET", words[1], value, "NX"], connection) : nil
                }
                let node = try Node(try StoreKit.settings(server.port, deadline: .milliseconds(300)))
                try await eventually("it was met") { server.met > 0 }
                #expect(await node.admit(try TestClaims.key()) == .unavailable)
                fake.flush()
                server.set(nil)
                try await node.recovers()
            }

            @Test(
                "canaries in their one spelling",
                arguments: [
                    ("AAAAAAAAAAAAAAAAAAAAAA 0", true), ("AAAAAAAAAAAAAAAAAAAAAA 1700000000000000", true),
                    ("AAAAAAAAAAAAAAAAAAAAAA +1", false), ("AAAAAAAAAAAAAAAAAAAAAA 01", false),
                    ("AAAAAAAAAAAAAAAAAAAAAA -1", false), ("AAAAAAAAAAAAAAAAAAAAAA ", false),
                    ("AAAAAAAAAAAAAAAAAAAAAA1", false),
                    ("AAAAAAAAAAAAAAAAAAAAAA 99999999999999999999", false),
                ])
            func spelling(text: String, isCanary: Bool) { #expect((Canary(Array(text.utf8)) != nil) == isCanary) }
        }
    }
#endif

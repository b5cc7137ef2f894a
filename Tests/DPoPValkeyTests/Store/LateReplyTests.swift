#if Valkey
    import DPoPCore
    import Testing

    @testable import DPoPValkey

    extension StoreTests {
        /// Replies that come late, or not at all, after the server has done what was asked.
        @Suite struct LateReplyTests {
            /// A server that does what one command asks, and what it answers is late or lost.
            private func arm(
                _ server: FaultyServer, once: Bool = true, _ become: @escaping @Sendable (String) -> Reply
            ) {
                let (fake, isArmed) = (server.fake, Locked(true))
                server.set { step, words, connection in
                    guard step == .claim,
                        isArmed.withLock({ isArmed in
                            defer { isArmed = isArmed && !once }
                            return isArmed
                        })
                    else { return nil }
                    guard case .text(let text) = fake.answer(words, connection) else { return nil }
                    return become(text)
                }
            }

            @Test(
                "attacks 146 and 147: a reply after the deadline is nobody else's answer",
                arguments: [nil, "$-1\r\n", "+OK\r\n", ":1\r\n", "-ERR late\r\n", "*-1\r\n"])
            func late(_ text: String?) async throws {
                let server = try await FaultyServer()
                var settings = try StoreKit.settings(server.port, deadline: .milliseconds(300))
                settings.connections = 1
                let node = try Node(settings)
                let other = try Node(try StoreKit.settings(server.port))
                try await node.ready()
                try await other.ready()
                for _ in 0..<3 {
                    let (slow, used, new) = (try TestClaims.key(), try TestClaims.key(), try TestClaims.key())
                    #expect(await other.admit(used) == .firstSighting)
                    arm(server) { .delayed(.milliseconds(500), text ?? $0) }
                    #expect(await node.admit(slow) == .unavailable)
                    // While the answer is on its way, and beyond.
                    var outcomes: [ReplayOutcome] = []
                    try await eventually("an answer of its own") {
                        outcomes.append(await node.admit(used))
                        return outcomes.last?.isSeen == true
                    }
                    #expect(outcomes.dropLast().allSatisfy { $0 == .unavailable })
                    #expect(await node.admit(new) == .firstSighting)
                    #expect(await node.admit(new).isSeen)
                    // The server had stored it.
                    #expect(await node.admit(slow).isSeen)
                }
                // It was read, as nobody's answer, and the connection is still good.
                #expect(server.handshakes == 1 + 2)
            }

            @Test("attack 146: claims that come during a stall are answered when it ends, within their deadline")
            func stall() async throws {
                let server = try await FaultyServer()
                var settings = try StoreKit.settings(server.port, deadline: .milliseconds(600))
                settings.connections = 1
                let node = try Node(settings)
                try await node.ready()
                arm(server) { .delayed(.milliseconds(800), $0) }
                #expect(await node.admit(try TestClaims.key()) == .unavailable)
                // The server answers long before this one's deadline.
                let key = try TestClaims.key()
                let outcome = await node.admit(key)
                #expect(outcome == .firstSighting)
                #expect(server.handshakes == 1)
            }

            @Test(
                "attack 148: a reply is lost within the deadline: asked again, our own attempt is known, and accepted once"
            )
            func lostReply() async throws {
                let server = try await FaultyServer()
                let node = try Node(try StoreKit.settings(server.port))
                try await node.ready()
                for _ in 0..<5 {
                    let key = try TestClaims.key()
                    let before = server.claims.count
                    arm(server) { _ in .close }
                    #expect(await node.admit(key) == .firstSighting)
                    let claims = server.claims.dropFirst(before)
                    #expect(claims.count == 2 && Set(claims).count == 1, "\(claims)")
                    #expect(await node.admit(key).isSeen)
                    let other = try Node(try StoreKit.settings(server.port))
                    try await other.ready()
                    #expect(await other.admit(key).isSeen)
                }
            }

            @Test("attack 148: no answer by the deadline: unavailable, and the proof counts as used")
            func lostForGood() async throws {
                let server = try await FaultyServer()
                var settings = try StoreKit.settings(server.port, deadline: .milliseconds(500))
                settings.connections = 1
                let node = try Node(settings)
                let other = try Node(try StoreKit.settings(server.port))
                try await node.ready()
                try await other.ready()
                let key = try TestClaims.key()
                arm(server) { _ in .none }
                #expect(await node.admit(key) == .unavailable)
                #expect(await other.admit(key).isSeen)
                server.set(nil)
                try await eventually("the node knows it too") { await node.admit(key).isSeen }
                try await node.recovers()
            }

            @Test("attack 148: before 7.0 nothing is sent again", arguments: [true, false])
            func plain(closes: Bool) async throws {
                let server = try await FaultyServer(FakeValkey(oldSet: true))
                let node = try Node(try StoreKit.settings(server.port, deadline: .seconds(2)))
                try await node.ready()
                let key = try TestClaims.key()
                arm(server) { _ in closes ? .close : .none }
                #expect(await node.admit(key) == .unavailable)
                #expect(server.claims.count == 1, "\(server.claims)")
                server.set(nil)
                try await node.recovers()
                // Where one reply is missing the next ones look like others', and none of them is believed.
                var outcomes: [ReplayOutcome] = []
                try await eventually("it is known") {
                    outcomes.append(await node.admit(key))
                    return outcomes.last?.isSeen == true
                }
                #expect(outcomes.dropLast().allSatisfy { $0 == .unavailable })
            }
        }
    }
#endif

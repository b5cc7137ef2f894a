#if Valkey
    import DPoPCore
    import NIOCore
    import Testing

    @testable import DPoPValkey

    extension StoreTests {
        /// Work that a server could make endless.
        @Suite struct BoundsTests {
            @Test("attack 145: a claim that servers send round and round is sent so often and no more")
            func redirections() async throws {
                let (fake, port) = (FakeValkey(), Locked(0))
                let server = try await FaultyServer(fake) { step, words, connection in
                    switch step {
                    case .info:
                        guard case .text(let text) = fake.answer(words, connection) else { return nil }
                        let lines = text.split(separator: "\r\n").dropFirst().map { line in
                            line.hasPrefix("cluster_enabled:") ? "cluster_enabled:1" : String(line)
                        }
                        return .bulk(lines.joined(separator: "\r\n"))
                    case .claim:
                        return .text(
                            "-MOVED \(HashSlot.of(Array(words[1].utf8))) 127.0.0.1:\(port.withLock { $0 })\r\n")
                    default: return nil
                    }
                }
                port.withLock { $0 = server.port }
                let node = try Node(try StoreKit.settings(server.port))
                try await node.ready()
                #expect(await node.admit(try TestClaims.key()) == .unavailable)
                #expect(1...6 ~= server.claims.count, "\(server.claims.count)")
            }

            @Test("attack 145: a server that is alone is not followed elsewhere", arguments: ["MOVED", "ASK"])
            func alone(_ word: String) async throws {
                let trap = try await FaultyServer()
                let server = try await FaultyServer()
                var settings = try StoreKit.settings(server.port, deadline: .milliseconds(500))
                settings.connections = 1
                let node = try Node(settings)
                try await node.ready()
                server.set { step, _, _ in
                    [.claim, .canaryGet].contains(step) ? .text("-\(word) 1 127.0.0.1:\(trap.port)\r\n") : nil
                }
                #expect(await node.admit(try TestClaims.key()) == .unavailable)
                server.set(nil)
                try await node.recovers()
                #expect(trap.server.accepted == 0)
            }

            @Test("attack 146: claims that may wait for longer do not stand in front of others")
            func order() async throws {
                let start = NIODeadline.now()
                let random = try #require(Symbols.random())
                let key = ClaimedKey(random, role: [])
                let made = Locked<[Claim]>([])
                let asks = ([(1, 1_000), (2, 50), (3, 1_000), (4, 40)] as [(Int64, Int64)]).map { name, milliseconds in
                    Task {
                        await withCheckedContinuation { continuation in
                            let claim = Claim(
                                key, attempt: random, seconds: name, milliseconds: 1,
                                expiry: start + .milliseconds(milliseconds), isRepeated: false, continuation)
                            made.withLock { $0.append(claim) }
                        }
                    }
                }
                try await eventually("all are made") { made.withLock { $0.count } == 4 }
                made.withLock { claims in
                    var deadlines = Deadlines(usual: .milliseconds(50))
                    claims.sort { $0.seconds < $1.seconds }
                    deadlines.append(claims, now: start)
                    #expect(deadlines.next == start + .milliseconds(50))
                    var due: [Int64] = []
                    while let claim = deadlines.popExpired(now: start + .milliseconds(50)) { due.append(claim.seconds) }
                    #expect(due == [2, 4])
                    #expect(deadlines.next == start + .milliseconds(1_000))
                    #expect(deadlines.popExpired(now: start + .milliseconds(999)) == nil)
                    #expect(deadlines.removeAll().map(\.seconds) == [1, 3])
                    #expect(deadlines.next == nil)
                    for claim in claims { claim.answer(.unavailable) }
                }
                for ask in asks { #expect(await ask.value == .unavailable) }
            }
        }
    }
#endif

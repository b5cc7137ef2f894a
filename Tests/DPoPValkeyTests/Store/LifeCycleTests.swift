#if Valkey
    import DPoPCore
    import Foundation
    import NIOCore
    import Testing

    @testable import DPoPValkey

    extension StoreTests {
        /// Many tasks, a server that says nothing, and the store's beginning and end.
        @Suite struct LifeCycleTests {
            /// A server that answers no claim, once it is told so.
            private func silent() async throws -> FaultyServer { try await FaultyServer() }

            private func fallSilent(_ server: FaultyServer) {
                server.set { step, _, _ in step == .claim ? Reply.none : nil }
            }

            @Test("attack 155: no lock is held while anything waits, and no observer is called under one")
            func locks() throws {
                let folder = StoreKit.root.appending(path: "Sources/DPoPValkey").resolvingSymlinksInPath()
                let paths = try #require(FileManager.default.enumerator(atPath: folder.path)).compactMap {
                    $0 as? String
                }
                var count = 0
                for path in paths where path.hasSuffix(".swift") {
                    let text = String(decoding: try Data(contentsOf: folder.appending(path: path)), as: UTF8.self)
                    for body in bodies(of: "withLock", in: text) {
                        count += 1
                        for word in ["await", ".wait(", "writeAndFlush", "observe(", "record(", "resume(", "sleep"] {
                            #expect(!body.contains(word), "\(path): \(body)")
                        }
                    }
                }
                #expect(count > 20)
                // The rule can fail.
                #expect(
                    bodies(of: "withLock", in: "x.withLock { if a { await b } }; await c") == ["{ if a { await b } }"])
            }

            /// What stands in braces behind each use of a function.
            private func bodies(of name: String, in text: String) -> [String] {
                var bodies: [String] = []
                var rest = text[...]
                while let use = rest.firstRange(of: name) {
                    rest = rest[use.upperBound...]
                    guard let start = rest.firstIndex(of: "{") else { break }
                    var depth = 0
                    let end = rest[start...].indices.first { index in
                        if rest[index] == "{" { depth += 1 }
                        if rest[index] == "}" { depth -= 1 }
                        return depth == 0
                    }
                    guard let end else { break }
                    bodies.append(String(rest[start...end]))
                }
                return bodies
            }

            @Test("attacks 146 and 155: claims of 1,000 tasks during a stall all come back at their deadline")
            func stall() async throws {
                let server = try await silent()
                let node = try Node(try StoreKit.settings(server.port, deadline: .milliseconds(300)))
                try await node.ready()
                let used = try TestClaims.key()
                #expect(await node.admit(used) == .firstSighting)
                fallSilent(server)
                let keys = try TestClaims.keys(1_000)
                let tally = Tally<ReplayOutcome>()
                await withTaskGroup(of: Void.self) { group in
                    for key in keys { group.addTask { await tally.count { await node.admit(key) } } }
                    // Meanwhile what needs no server is answered.
                    #expect(await node.admit(used).isSeen)
                }
                #expect(tally[.unavailable] == 1_000)
                // All of them, and none waits for ever; how exactly they keep to it the faults show.
                #expect(tally.longest < .seconds(300))
                server.set(nil)
                try await node.recovers()
            }

            @Test(
                "attack 156: a task that is cancelled before or while it waits is answered once, and the proof is used")
            func cancelled() async throws {
                let server = try await silent()
                let node = try Node(try StoreKit.settings(server.port, deadline: .seconds(1)))
                try await node.ready()
                fallSilent(server)
                // The server does what it is asked, but for its answer.
                let fake = server.fake
                server.set { step, words, connection in
                    guard step == .claim else { return nil }
                    _ = fake.answer(words, connection)
                    return Reply.none
                }
                let keys = try TestClaims.keys(100)
                let tasks = keys.map { key in Task { await node.admit(key) } }
                for (index, task) in tasks.enumerated() where index % 2 == 0 { task.cancel() }
                try await eventually("they were sent") { server.claims.count >= keys.count }
                for task in tasks { task.cancel() }
                for task in tasks { #expect(await task.value == .unavailable) }
                server.set(nil)
                try await node.recovers()
                for key in keys {
                    try await eventually("it is used") {
                        let outcome = await node.admit(key)
                        #expect(outcome != .firstSighting)
                        return outcome.isSeen
                    }
                }
            }

            @Test("attack 156: a store that is stopped under load answers all who wait, and everybody else at once")
            func stopped() async throws {
                let server = try await silent()
                let node = try Node(try StoreKit.settings(server.port))
                try await node.ready()
                let used = try TestClaims.key()
                #expect(await node.admit(used) == .firstSighting)
                fallSilent(server)
                let keys = try TestClaims.keys(500)
                async let outcomes = withTaskGroup(of: ReplayOutcome.self) { group in
                    for key in keys { group.addTask { await node.admit(key) } }
                    return await group.reduce(into: []) { $0.append($1) }
                }
                try await eventually("some were sent") { server.met > 0 }
                try await node.stop()
                let all = await outcomes
                #expect(all.count == 500 && all.allSatisfy { $0 == .unavailable })
                // Without a deadline of ten seconds for each.
                let start = ContinuousClock.now
                for key in keys { #expect(await node.admit(key) == .unavailable) }
                #expect(.now - start < StoreKit.patient)
                #expect(await node.admit(used).isSeen)
                try await eventually("no connection is left") { server.server.open == 0 }
            }

            @Test("before it runs, all is unavailable; it runs once; and it need not run")
            func runs() async throws {
                let server = try await FaultyServer()
                let settings = try StoreKit.settings(server.port)
                weak var gone: ValkeyStore?
                do {
                    let store = try ValkeyStore(settings)
                    #expect(
                        await store.replay(.resourceServer).admit(
                            try TestClaims.key(), until: TestClaims.deadline(), now: .now()) == .unavailable)
                    gone = store
                }
                #expect(gone == nil)
                #expect(server.server.accepted == 0)
                let node = try Node(settings)
                try await node.recovers()
                await #expect(throws: ValkeyConfigurationError.self) { try await node.store.run() }
                // The first run goes on.
                try await node.recovers()
                try await node.stop()
                await #expect(throws: ValkeyConfigurationError.self) { try await node.store.run() }
                await #expect(throws: ValkeyConfigurationError.self) {
                    try await ValkeyStore(settings).waitUntilReady(timeout: .milliseconds(20))
                }
            }

            @Test("a connection that is given up while it is being made does not stay open")
            func givenUp() async throws {
                let server = try await FaultyServer()
                let node = try Node(try StoreKit.settings(server.port))
                try await node.ready()
                let asker = node.store.asker
                let address = try ValkeyAddress("redis://127.0.0.1:\(server.port)")
                try await asker.loop.submit {
                    guard let engine = asker.engine.value else { return }
                    let link = Link(owner: Nobody())
                    engine.dial(address, link)
                    link.close()
                }.get()
                // Beside the two for claims and the one that listens.
                try await eventually("it came") { server.server.accepted >= 4 }
                try await eventually("it is gone") { server.server.open == 3 }
            }

            private final class Nobody: LinkOwner {
                func opened(_ link: Link) {}
                func finished(_ batch: Batch, canary: RESPValue, info: RESPValue?, on link: Link) {}
                func revived() {}
                func closed(_ link: Link, unanswered: [Claim], batches: Int) {}
            }

            @Test("no more than so many claims wait for a server, and those beyond are refused at once")
            func waiting() async throws {
                let port = try FreePort.next()
                let patience = Duration.seconds(4)
                let node = try Node(try StoreKit.settings(port, deadline: patience))
                try await eventually("it runs") { node.store.asker.gate.isOpen }
                let tally = Tally<ReplayOutcome>()
                let keys = try TestClaims.keys(16_384 + 200)
                let start = ContinuousClock.now
                await withTaskGroup(of: Void.self) { group in
                    for key in keys { group.addTask { await tally.count { await node.admit(key) } } }
                }
                #expect(tally[.unavailable] == keys.count)
                let entry = try #require(tally.entry(.unavailable))
                // Some long before the deadline of any, and the others at it.
                #expect(entry.first - start < patience)
                #expect(entry.longest >= patience)
            }
        }
    }
#endif

#if Hummingbird
    import DPoPCore
    import DPoPServer
    import Foundation
    import Hummingbird
    import Testing

    /// The article's replay store on a `PersistDriver`.
    @Suite struct PersistReplayStoreTests {
        private let now = UnixTime(seconds: 1_700_000_000)
        private let key: ReplayKey
        private let other: ReplayKey

        init() throws {
            let thumbprint = try SigningKey.generate(.es256).publicJWK.thumbprint
            let uri = try TargetURI("https://api.example.com/orders")
            key = ReplayKey(thumbprint: thumbprint, targetURI: uri, jti: "one")
            other = ReplayKey(thumbprint: thumbprint, targetURI: uri, jti: "two")
        }

        /// A driver with a table of its own that notes how long entries are to live, and fails where it is told to.
        private final class ScriptedDriver: PersistDriver {
            struct Failed: Error {}
            private let entries = Locked<[String: any Sendable]>([:])
            private let lives = Locked<[Duration?]>([])
            let createFails: Bool
            let getFails: Bool

            init(createFails: Bool = false, getFails: Bool = false) {
                (self.createFails, self.getFails) = (createFails, getFails)
            }

            var expirations: [Duration?] { lives.withLock { $0 } }
            var keys: [String] { entries.withLock { $0.keys.sorted() } }

            func create<Object: Codable & Sendable>(key: String, value: Object, expires: Duration?) async throws {
                lives.withLock { $0.append(expires) }
                let isNew = entries.withLock { entries in
                    if entries[key] != nil { return false }
                    entries[key] = value
                    return true
                }
                // After it was written: what the caller does not learn of.
                if createFails { throw Failed() }
                if !isNew { throw PersistError.duplicate }
            }

            func set<Object: Codable & Sendable>(key: String, value: Object, expires: Duration?) async throws {
                Issue.record("a claim is never set")
            }

            func get<Object: Codable & Sendable>(key: String, as: Object.Type) async throws -> Object? {
                if getFails { throw Failed() }
                return entries.withLock { $0[key] as? Object }
            }

            func remove(key: String) async throws { Issue.record("a claim is never taken back") }
        }

        private func claim<Driver: PersistDriver>(
            _ driver: Driver, prefix: String = "rs-", _ key: ReplayKey? = nil, until deadline: Int64 = 71,
            at offset: Int64 = 0
        ) async -> ReplayOutcome {
            await PersistReplayStore(driver, prefix: prefix, scope: .shared, memory: .startsEmpty).admit(
                key ?? self.key, until: now.advanced(bySeconds: deadline), now: now.advanced(bySeconds: offset))
        }

        @Test("the article shows this code and no other", arguments: ["The store", "In use"])
        func text(_ section: String) throws {
            let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            let article = tests.deletingLastPathComponent().deletingLastPathComponent().appending(
                path: "Sources/DPoPHummingbird/DPoPHummingbird.docc/ReplayStores.md")
            func lines(_ text: Substring) -> [String] {
                text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
            }
            let source = try String(contentsOf: tests.appending(path: "PersistReplayStore.swift"), encoding: .utf8)
            let ours = try #require(source.components(separatedBy: "// ReplayStores: \(section)\n").dropFirst().first)
            let code = try #require(ours.components(separatedBy: "// ReplayStores: end").first)
            let shown = try #require(
                String(contentsOf: article, encoding: .utf8).components(separatedBy: "## \(section)\n").dropFirst()
                    .first)
            let block = try #require(shown.components(separatedBy: "```").dropFirst().first)
            #expect(lines(block.dropFirst("swift".count)) == lines(code[...]))
            #expect(!lines(code[...]).isEmpty)
        }

        @Test("attack 129: a proof used at one node is a replay at the other, and says since when")
        func twice() async {
            let driver = MemoryPersistDriver()
            #expect(await claim(driver) == .firstSighting)
            #expect(await claim(driver, at: 7) == .seen(since: now))
            #expect(await claim(driver, other, at: 7) == .firstSighting)
        }

        @Test("attack 130: of 1,000 claims at once exactly one is the first")
        func once() async {
            for _ in 0..<10 {
                let driver = MemoryPersistDriver()
                let first = await withTaskGroup(of: ReplayOutcome.self) { group in
                    for _ in 0..<1_000 { group.addTask { await self.claim(driver) } }
                    return await group.reduce(0) { $0 + ($1 == .firstSighting ? 1 : 0) }
                }
                #expect(first == 1)
            }
        }

        @Test("attack 132: an entry lives in whole seconds beyond its deadline, and one that has passed is not written")
        func deadlines() async {
            let driver = ScriptedDriver()
            let store = PersistReplayStore(driver, prefix: "", scope: .shared)
            let later = UnixTime(seconds: now.seconds + 71, nanoseconds: 1)
            let early = UnixTime(seconds: now.seconds - 1, nanoseconds: 999_999_999)
            #expect(await store.admit(key, until: early, now: now) == .deadlinePassed)
            #expect(driver.expirations == [])
            #expect(await store.admit(key, until: now, now: now) == .firstSighting)
            #expect(await store.admit(other, until: later, now: now) == .firstSighting)
            #expect(driver.expirations == [.seconds(2), .seconds(73)])
            // Nothing that no verifier asks for stops the process.
            let (first, last) = (UnixTime(seconds: .min), UnixTime(seconds: .max))
            #expect(await store.admit(key, until: last, now: first) == .unavailable)
            #expect(await store.admit(key, until: last, now: now) == .unavailable)
            #expect(driver.expirations.count == 2)
        }

        @Test("attacks 145 and 148: a driver in trouble is no first sighting, and what it wrote all the same is used")
        func trouble() async {
            let failing = ScriptedDriver(createFails: true)
            #expect(await claim(failing) == .unavailable)
            #expect(failing.keys.count == 1)
            let mute = ScriptedDriver(getFails: true)
            #expect(await claim(mute) == .firstSighting)
            #expect(await claim(mute, at: 7) == .seen(since: now.advanced(bySeconds: 7)))
        }

        @Test("attack 153: keys are a prefix and a digest, and two prefixes do not meet")
        func prefixes() async throws {
            let driver = ScriptedDriver()
            #expect(await claim(driver, prefix: "rs-") == .firstSighting)
            #expect(await claim(driver, prefix: "as-") == .firstSighting)
            #expect(await claim(driver, prefix: "rs-") != .firstSighting)
            let hex = key.bytes.map { String(format: "%02x", Int($0)) }.joined()
            #expect(driver.keys == ["as-" + hex, "rs-" + hex])
        }

        @Test("attack 143: several replicas start with it, unless its driver is a process's own")
        func scope() throws {
            let tokens = KnownTokens(tokens: [:])
            let shared = try fleetGuard(ScriptedDriver(), tokens)
            #expect(shared.configuration.replicas == .several)
            let local = PersistReplayStore(MemoryPersistDriver(), prefix: "", scope: .processLocal)
            #expect(throws: ConfigurationError.self) {
                try ResourceGuard(shared.configuration, tokens: tokens, replay: local)
            }
        }

        @Test("attack 142: by default it remembers since it was made, and refuses what is dated before")
        func start() async throws {
            let key = try SigningKey.generate(.es256)
            let request = RequestContext.resource(
                method: "GET", targetURI: try TargetURI("https://api.example.com/orders"), accessToken: "token",
                boundTo: key.publicJWK.thumbprint)
            let driver = MemoryPersistDriver()
            func refused(_ offset: Int64) async throws -> ProofRejection.Code? {
                let store = PersistReplayStore(driver, prefix: "", scope: .shared, memory: .since(now))
                let proof = try ProofBuilder(signer: key).proof(
                    method: "GET", targetURI: TargetURI("https://api.example.com/orders"), accessToken: "token",
                    issuedAt: now.advanced(bySeconds: offset))
                do throws(ProofRejection) {
                    _ = try await ProofVerifier(policy: .default, replay: store).verify(proof, for: request, now: now)
                    return nil
                } catch {
                    return error.code
                }
            }
            #expect(try await refused(-1) == .issuedBeforeStart)
            #expect(try await refused(0) == nil)
            let before = UnixTime.now()
            guard case .since(let time) = PersistReplayStore(driver, prefix: "", scope: .shared).memory else {
                Issue.record("a store remembers since it was made")
                return
            }
            #expect((before...UnixTime.now()).contains(time))
        }
    }
#endif

import DPoPCore
import HTTPTypes
import Testing

@testable import DPoPClient

@Suite struct ColdBurstTests {
    private static func settings(_ coldWait: Duration) -> SessionSettings {
        var settings = SessionSettings()
        settings.coldWait = coldWait
        return settings
    }

    /// Longer than any test may take: who waits for so long is let go by something else.
    private static let long = Duration.seconds(1_800)

    /// Asks whoever has no nonce for one.
    private static let asking = { @Sendable (request: HTTPRequest, _: Int) async throws -> ScriptedServer.Answer in
        request.proofClaims?["nonce"] == nil ? Answers.challenge("use_dpop_nonce", Answers.nonce("n")) : Answers.ok()
    }

    /// Sends so many requests at once, and gives the statuses of those that ended well.
    private static func burst(
        _ count: Int, _ kit: ClientKit, _ server: ScriptedServer, authorities: [String] = ["api.example.com"]
    ) async throws -> [Int] {
        let requests = try kit.session.requests(with: kit.token)
        return await withTaskGroup { group in
            for index in 0..<count {
                let request = ClientKit.request(authority: authorities[index % authorities.count])
                group.addTask { try? await requests.send(request, over: server).response.status.code }
            }
            return await group.reduce(into: []) { $0 += [$1].compactMap { $0 } }
        }
    }

    @Test("attack 126: a thousand requests at once to a cold origin cost one challenge")
    func thousand() async throws {
        let kit = try ClientKit(Self.settings(Self.long))
        let server = ScriptedServer(Self.asking)
        #expect(try await Self.burst(1_000, kit, server) == [Int](repeating: 200, count: 1_000))
        #expect(server.requests.count == 1_001)
        #expect(try server.claims.count { $0["nonce"] == nil } == 1)
    }

    @Test("origins wait for themselves alone")
    func origins() async throws {
        let kit = try ClientKit(Self.settings(Self.long))
        let gate = Gate()
        let server = ScriptedServer { request, index in
            // One origin never answers until the others are through.
            if request.authority == "slow.example" { await gate.wait() }
            return try await Self.asking(request, index)
        }
        async let slow = Self.burst(20, kit, server, authorities: ["slow.example"])
        let others = (0..<10).map { "h\($0).example" }
        #expect(try await Self.burst(100, kit, server, authorities: others).count == 100)
        gate.open()
        #expect(try await slow == [Int](repeating: 200, count: 20))
        #expect(try server.claims.count { $0["nonce"] == nil } == 11)
    }

    @Test("a server without nonces answers once, then all go on")
    func noNonces() async throws {
        let kit = try ClientKit(Self.settings(Self.long))
        let server = ScriptedServer { _, _ in Answers.ok() }
        #expect(try await Self.burst(100, kit, server).count == 100)
        #expect(server.requests.count == 100)
    }

    @Test("who waits goes on at the head of the first answer, not after its body")
    func head() async throws {
        let kit = try ClientKit(Self.settings(Self.long))
        let requests = try kit.session.requests(with: kit.token)
        let othersAreThrough = Gate()
        let asked = Gate()
        let server = ScriptedServer(Self.asking)
        async let first = requests.exchange(ClientKit.request()) { request, _ in
            try await server.send(request, body: [], upTo: 0)
        } errorBody: { body in
            asked.open()
            await othersAreThrough.wait()
            return body
        }
        await asked.wait()
        #expect(try await Self.burst(20, kit, server).count == 20)
        othersAreThrough.open()
        #expect(try await first.response.status == .ok)
        #expect(server.requests.count == 22)
    }

    @Test("who waits goes on when the first request fails, and when it is cancelled")
    func failed() async throws {
        struct Unreachable: Error {}
        for isCancelled in [false, true] {
            let kit = try ClientKit(Self.settings(Self.long))
            let requests = try kit.session.requests(with: kit.token)
            let underWay = Gate()
            let end = Gate()
            let server = ScriptedServer { request, index in
                guard index == 0 else { return Answers.ok() }
                underWay.open()
                if !isCancelled { await end.wait() } else { try await Task.sleep(for: Self.long) }
                throw Unreachable()
            }
            let scout = Task { try await requests.send(ClientKit.request(), over: server) }
            await underWay.wait()
            async let others = Self.burst(50, kit, server)
            if isCancelled { scout.cancel() } else { end.open() }
            #expect(try await others.count == 50)
            await #expect(throws: (any Error).self) { try await scout.value }
        }
    }

    @Test("who waits goes on after the wait's time when no answer comes, and nobody waits after that")
    func silent() async throws {
        let kit = try ClientKit(Self.settings(.milliseconds(1)))
        let requests = try kit.session.requests(with: kit.token)
        let underWay = Gate()
        let end = Gate()
        let server = ScriptedServer { _, index in
            if index == 0 {
                underWay.open()
                await end.wait()
            }
            return Answers.ok(Answers.nonce("n\(index)"))
        }
        async let scout = requests.send(ClientKit.request(), over: server)
        await underWay.wait()
        #expect(try await Self.burst(50, kit, server).count == 50)
        end.open()
        #expect(try await scout.response.status == .ok)
    }

    @Test("a request that is cancelled while it waits is not sent, and holds up nobody")
    func cancelled() async throws {
        let kit = try ClientKit(Self.settings(Self.long))
        let requests = try kit.session.requests(with: kit.token)
        let underWay = Gate()
        let end = Gate()
        let server = ScriptedServer { _, index in
            if index == 0 {
                underWay.open()
                await end.wait()
            }
            return Answers.ok()
        }
        let scout = Task { try await requests.send(ClientKit.request(), over: server) }
        await underWay.wait()
        let waiting = (0..<50).map { _ in Task { try await requests.send(ClientKit.request(), over: server) } }
        for (index, task) in waiting.enumerated() where index % 2 == 0 { task.cancel() }
        for (index, task) in waiting.enumerated() where index % 2 == 0 {
            await #expect(throws: CancellationError.self) { try await task.value }
        }
        #expect(server.requests.count == 1)
        end.open()
        for (index, task) in waiting.enumerated() where index % 2 == 1 { _ = try await task.value }
        _ = try await scout.value
        #expect(server.requests.count == 26)
    }

    @Test("without patience nobody waits", arguments: [Duration.zero, .seconds(-1)])
    func impatient(_ wait: Duration) async throws {
        let kit = try ClientKit(Self.settings(wait))
        let first = try await kit.session.requests(with: kit.token).sign(ClientKit.request(), as: nil)
        // It was never answered.
        let second = try await kit.session.requests(with: kit.token).sign(ClientKit.request(), as: nil)
        #expect(first.facts.goesAhead == nil && second.facts.goesAhead == nil)
    }

    @Test("a wait until the end of time is an hour's, and still ends with an answer")
    func endless() async throws {
        let kit = try ClientKit(Self.settings(.seconds(Int64.max)))
        let requests = try kit.session.requests(with: kit.token)
        let first = try await requests.sign(ClientKit.request(), as: nil)
        async let second = requests.sign(ClientKit.request(), as: nil)
        while kit.session.core.memory.nonces.waiters == 0 { await Task.yield() }
        _ = first.assess(Answers.ok(Answers.nonce("n")).0)
        #expect(try await second.request.proofClaims?["nonce"]?.text == "n")
    }

    @Test("who waits goes on when its signer fails for the first request")
    func signerFails() async throws {
        let signer = FlakySigner(key: try SigningKey.generate(.es256))
        let session = DPoPSession(signer: signer, settings: Self.settings(Self.long))
        let token = BoundToken(accessToken: "t", jkt: session.jkt, expiresAt: nil)
        signer.fails = true
        let error = try await clientError { try await session.sign(ClientKit.request(), with: token) }
        #expect(error?.code == .keyUnavailable)
        #expect(error?.underlying is FlakySigner.Unreachable)
        signer.fails = false
        // It did not stay the one that goes ahead.
        let next = try await session.sign(ClientKit.request(), with: token)
        #expect(next.facts.goesAhead != nil)
        next.abandon()
        #expect(try await session.sign(ClientKit.request(), with: token).facts.goesAhead != nil)
    }
}

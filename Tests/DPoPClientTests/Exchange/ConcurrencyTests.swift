import DPoPCore
import HTTPTypes
import Testing

@testable import DPoPClient

@Suite struct ConcurrencyTests {
    @Test("a thousand tasks on one session, while nonces change, clocks differ and requests are cancelled")
    func thousand() async throws {
        var settings = SessionSettings()
        settings.nonceCapacity = 4
        settings.coldWait = .milliseconds(5)
        settings.observer = EventList()
        let kit = try ClientKit(settings)
        let server = ScriptedServer { request, index in
            switch index % 7 {
            case 0: return Answers.challenge("use_dpop_nonce", Answers.nonce("n\(index)"))
            case 1:
                return Answers.refusal(
                    "invalid_dpop_proof", [.date: ClockTests.date(UnixTime.now().seconds + Int64(index % 100))])
            case 2: return (HTTPResponse(.found, .location, Array("/other".utf8)), [])
            case 3: throw CancellationError()
            default: return Answers.ok(Answers.nonce("n\(index)"))
            }
        }
        let requests = try kit.session.requests(with: kit.token)
        let ended = await withTaskGroup { group in
            for index in 0..<1_000 {
                let request = ClientKit.request(authority: "h\(index % 7).example")
                group.addTask {
                    let task = Task {
                        index % 3 == 0
                            ? try await kit.session.tokenRequests.send(request, over: server)
                            : try await requests.send(request, over: server)
                    }
                    if index % 11 == 0 { task.cancel() }
                    _ = await task.result
                    return 1
                }
            }
            return await group.reduce(0, +)
        }
        #expect(ended == 1_000)
        #expect(kit.session.core.memory.nonces.waiters == 0)
        // No proof was sent twice.
        let proofs = server.requests.map { $0.headerFields[.proofField] }
        #expect(Set(proofs).count == proofs.count)
        #expect(proofs.count > 900)
    }

    @Test("a retry of a cold origin that is signed by a key elsewhere, by many tasks")
    func remote() async throws {
        let session = DPoPSession(signer: FlakySigner(key: try SigningKey.generate(.es256)))
        let token = BoundToken(accessToken: "t", jkt: session.jkt, expiresAt: nil)
        let server = ScriptedServer { request, _ in
            request.proofClaims?["nonce"] == nil
                ? Answers.challenge("use_dpop_nonce", Answers.nonce("n")) : Answers.ok()
        }
        let requests = try session.requests(with: token)
        let statuses = try await withThrowingTaskGroup { group in
            for _ in 0..<200 {
                group.addTask { try await requests.send(ClientKit.request(), over: server).response.status.code }
            }
            return try await group.reduce(into: Set<Int>()) { $0.insert($1) }
        }
        #expect(statuses == [200])
    }
}

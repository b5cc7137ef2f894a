import DPoPCore
import HTTPTypes
import Testing

@testable import DPoPClient

@Suite struct RetryTests {
    private static let start: Int64 = 1_700_000_000

    /// A server's answers that ask for another send, by their cause.
    enum Refusal: CaseIterable {
        case nonce, clock, dropped

        func answer(_ index: Int, _ serverTime: Int64) -> ScriptedServer.Answer {
            var fields = HTTPFields()
            switch self {
            case .nonce: return Answers.challenge("use_dpop_nonce", Answers.nonce("n\(index)"))
            case .clock:
                fields[.date] = ClockTests.date(serverTime)
                return Answers.challenge("invalid_dpop_proof", fields)
            case .dropped: return Answers.challenge("invalid_dpop_proof")
            }
        }
    }

    /// Every list of up to four refusals.
    private static let orders: [[Refusal]] = (1...4).reduce(into: [[]]) { all, length in
        all += all.filter { $0.count == length - 1 }.flatMap { order in Refusal.allCases.map { order + [$0] } }
    }

    @Test("attack 126: at most three sends, over all causes in every order, each with a jti and iat of its own")
    func budget() async throws {
        #expect(Self.orders.count == 121)
        for order in Self.orders {
            let clock = HandClock(Self.start)
            var settings = SessionSettings()
            settings.clock = { clock.now }
            let kit = try ClientKit(settings)
            let requests = try kit.session.requests(with: kit.token)
            // A nonce is known from before.
            _ = try await requests.send(
                ClientKit.request(), over: ScriptedServer { _, _ in Answers.ok(Answers.nonce("old")) })
            let server = ScriptedServer { _, index in
                clock.advance(1)
                guard index < order.count else { return Answers.ok() }
                return order[index].answer(index, clock.now.seconds + 60 * Int64(index + 1))
            }
            let result = try? await requests.send(ClientKit.request(), over: server)
            let claims = try server.claims
            #expect(claims.count <= 3, "\(order)")
            #expect(Set(claims.compactMap { $0["jti"]?.text }).count == claims.count)
            #expect(Set(claims.compactMap { $0["iat"] }).count == claims.count)
            // Causes that differ are each tried, up to two of them. (A nonce is dropped where there is one.)
            if Set(order).count == order.count, order.count <= 2, order != [.dropped, .dropped] {
                #expect(result?.response.status == .ok, "\(order)")
                #expect(claims.count == order.count + 1, "\(order)")
            }
        }
    }

    @Test("each cause counts once", arguments: Refusal.allCases)
    func once(_ refusal: Refusal) async throws {
        let kit = try ClientKit()
        let requests = try kit.session.requests(with: kit.token)
        _ = try await requests.send(
            ClientKit.request(), over: ScriptedServer { _, _ in Answers.ok(Answers.nonce("old")) })
        let server = ScriptedServer { _, index in
            refusal.answer(index, UnixTime.now().seconds + 60 * Int64(index + 1))
        }
        let result = try? await requests.send(ClientKit.request(), over: server)
        // A wrong clock that is not better for being corrected, with a nonce: that is dropped last.
        #expect(server.requests.count == (refusal == .clock ? 3 : 2))
        #expect((result == nil) == (refusal == .nonce))
    }

    @Test("attack 126: a server that uses nonces no longer and refuses ours gets one send without")
    func dropped() async throws {
        let events = EventList()
        var settings = SessionSettings()
        settings.observer = events
        for shape in NonceTests.shapes {
            let kit = try ClientKit(settings)
            let server = ScriptedServer { request, index in
                if index == 0 { return Answers.ok(Answers.nonce("old")) }
                return request.proofClaims?["nonce"] == nil ? Answers.ok() : shape("invalid_dpop_proof", [:])
            }
            let requests = try kit.session.requests(with: kit.token)
            for _ in 0..<3 {
                #expect(try await requests.send(ClientKit.request(), over: server).response.status == .ok)
            }
            #expect(try server.claims.map { $0["nonce"]?.text } == [nil, "old", nil, nil])
        }
        let origin = try ServerOrigin("https://api.example.com")
        #expect(events.all == [.sentAgain(.nonceDropped, origin), .sentAgain(.nonceDropped, origin)])
    }

    @Test("a proof that was refused without a nonce, or with a new one at hand, is refused for another reason")
    func notDropped() async throws {
        let kit = try ClientKit()
        let server = ScriptedServer { _, index in
            Answers.challenge("invalid_dpop_proof", index == 0 ? [:] : Answers.nonce("n\(index)"))
        }
        let requests = try kit.session.requests(with: kit.token)
        for _ in 0..<3 {
            #expect(try await requests.send(ClientKit.request(), over: server).response.status == .unauthorized)
        }
        #expect(server.requests.count == 3)
    }

    @Test("other errors, other statuses and answers that are no JSON are the answer")
    func final() async throws {
        let kit = try ClientKit()
        let answers: [ScriptedServer.Answer] = [
            Answers.challenge("invalid_token", Answers.nonce("n")),
            Answers.refusal("invalid_grant", Answers.nonce("n")),
            (HTTPResponse(status: .badRequest), Array("{\"error\":\"use_dpop_nonce\"".utf8)),
            (HTTPResponse(status: .forbidden), Array("{\"error\":\"use_dpop_nonce\"}".utf8)),
            (HTTPResponse(.unauthorized, .wwwAuthenticate, Array("Bearer error=\"use_dpop_nonce\"".utf8)), []),
            (HTTPResponse(status: .init(code: 500)), [UInt8](repeating: 0xFF, count: 100_000)),
        ]
        let server = ScriptedServer { _, index in answers[index] }
        for answer in answers {
            let result = try await kit.session.requests(with: kit.token).send(ClientKit.request(), over: server)
            #expect(result.response == answer.0)
            #expect(result.body == answer.1)
        }
        #expect(server.requests.count == answers.count)
    }

    @Test("attack 126: a body that can not be sent again leaves the server's own answer, which says why")
    func body() async throws {
        let events = EventList()
        var settings = SessionSettings()
        settings.observer = events
        for replay in [BodyReplay.never, .always] {
            let kit = try ClientKit(settings)
            let server = ScriptedServer { _, index in
                index == 0 ? Answers.challenge("use_dpop_nonce", Answers.nonce("n")) : Answers.ok()
            }
            let requests = try kit.session.requests(with: kit.token)
            let end = try await requests.exchange(ClientKit.request(.post), body: replay) { request, _ in
                try await server.send(request, body: [1], upTo: 10)
            } errorBody: {
                $0
            }
            #expect(end.response.status == (replay == .never ? .unauthorized : .ok))
            #expect(end.unresolved?.code == (replay == .never ? .bodyNotReplayable : nil))
            #expect(server.requests.count == (replay == .never ? 1 : 2))
            // The nonce is known none the less.
            let next = try kit.session.sign(ClientKit.request(.post), with: kit.token)
            #expect(next.request.proofClaims?["nonce"]?.text == "n")
        }
        let origin = try ServerOrigin("https://api.example.com")
        #expect(events.all == [.bodyNotReplayable(origin), .sentAgain(.nonce, origin)])
    }

    @Test("what sending throws ends the exchange as it is")
    func thrown() async throws {
        struct Unreachable: Error {}
        let kit = try ClientKit()
        let server = ScriptedServer { _, _ in throw Unreachable() }
        await #expect(throws: Unreachable.self) {
            try await kit.session.requests(with: kit.token).send(ClientKit.request(), over: server)
        }
        #expect(server.requests.count == 1)
    }
}

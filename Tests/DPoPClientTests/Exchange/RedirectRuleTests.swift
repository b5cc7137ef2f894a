import DPoPCore
import HTTPTypes
import Testing

@testable import DPoPClient

@Suite struct RedirectRuleTests {
    @Test(
        "method and body go on or not by the status",
        arguments: [
            (301, "POST", "GET"), (302, "POST", "GET"), (303, "POST", "GET"), (307, "POST", "POST"),
            (308, "POST", "POST"),
            (301, "PUT", "PUT"), (302, "DELETE", "DELETE"), (303, "PUT", "GET"), (303, "HEAD", "HEAD"),
            (301, "GET", "GET"),
            (303, "GET", "GET"), (307, "PATCH", "PATCH"),
        ])
    func methods(_ status: Int, _ method: String, _ next: String) async throws {
        let kit = try ClientKit()
        let server = ScriptedServer { _, index in index == 0 ? Answers.redirect(status, "/n") : Answers.ok() }
        var request = ClientKit.request(try #require(HTTPRequest.Method(method)))
        request.headerFields = [.contentType: "text/plain", .contentLength: "1", .accept: "*/*"]
        let bodies = Locked<[Bool]>([])
        let end = try await kit.session.requests(with: kit.token).exchange(request) { request, withBody in
            bodies.withLock { $0.append(withBody) }
            return try await server.send(request, body: [], upTo: 0)
        } errorBody: {
            $0
        }
        let keeps = method == next && !(status == 303 && method == "GET")
        #expect(end.response.status == .ok)
        #expect(server.requests.map(\.method.rawValue) == [method, next])
        #expect(bodies.withLock { $0 } == [true, keeps])
        let last = try #require(server.requests.last)
        #expect(last.proofClaims?["htm"]?.text == next)
        #expect((last.headerFields[.contentType] == nil) == !keeps)
        #expect((last.headerFields[.contentLength] == nil) == !keeps)
        #expect(last.headerFields[.accept] == "*/*")
    }

    @Test("a body that can not be sent again ends at a redirect that wants it, and only there")
    func replay() async throws {
        for (status, isUnresolved) in [(307, true), (308, true), (303, false), (302, false)] {
            let kit = try ClientKit()
            let server = ScriptedServer { _, index in index == 0 ? Answers.redirect(status, "/n") : Answers.ok() }
            let end = try await kit.session.requests(with: kit.token).exchange(ClientKit.request(.post), body: .never) {
                request, _ in
                try await server.send(request, body: [], upTo: 0)
            } errorBody: {
                $0
            }
            #expect(end.unresolved?.code == (isUnresolved ? .bodyNotReplayable : nil))
            #expect(end.response.status.code == (isUnresolved ? status : 200))
        }
    }

    @Test(
        "attack 127: a loop ends, after as many redirects as are allowed",
        arguments: [(-1, 0), (0, 0), (1, 1), (5, 5), (20, 20), (99, 20)])
    func loop(_ setting: Int, _ allowed: Int) async throws {
        var settings = SessionSettings()
        settings.maximumRedirects = setting
        let kit = try ClientKit(settings)
        let server = ScriptedServer { _, index in Answers.redirect(302, "/\(index % 2)") }
        let requests = try kit.session.requests(with: kit.token)
        let error = try await clientError { try await requests.send(ClientKit.request(), over: server) }
        #expect(error?.code == .redirectRefused)
        #expect(server.requests.count == 1 + allowed)
    }

    @Test("attack 127: with nonces asked for in between, a loop ends too")
    func loopOfBoth() async throws {
        let kit = try ClientKit()
        let server = ScriptedServer { _, index in
            index % 2 == 0
                ? Answers.challenge("use_dpop_nonce", Answers.nonce("n\(index)")) : Answers.redirect(307, "/\(index)")
        }
        let requests = try kit.session.requests(with: kit.token)
        let error = try await clientError { try await requests.send(ClientKit.request(), over: server) }
        #expect(error?.code == .redirectRefused)
        #expect(server.requests.count == 12)
    }

    @Test("two Locations are refused; without one, and with another status, it is an answer like others")
    func locations() async throws {
        let kit = try ClientKit()
        for answer in [Answers.redirect(302, "/n", "/n"), Answers.redirect(302, "/n", "/m")] {
            let server = ScriptedServer { _, _ in answer }
            let requests = try kit.session.requests(with: kit.token)
            #expect(
                try await clientError { try await requests.send(ClientKit.request(), over: server) }?.code
                    == .redirectRefused)
            #expect(server.requests.count == 1)
        }
        for answer in [
            Answers.redirect(302), Answers.redirect(300, "/n"), Answers.redirect(304, "/n"),
            Answers.redirect(201, "/n"),
        ] {
            let server = ScriptedServer { _, _ in answer }
            let result = try await kit.session.requests(with: kit.token).send(ClientKit.request(), over: server)
            #expect(result.response == answer.0)
            #expect(server.requests.count == 1)
        }
    }

    @Test(
        "attack 127: a token request is not redirected, within the origin neither",
        arguments: [301, 302, 303, 307, 308])
    func tokenRequest(_ status: Int) async throws {
        let kit = try ClientKit()
        let server = ScriptedServer { _, _ in Answers.redirect(status, "/n") }
        let error = try await clientError {
            try await kit.session.tokenRequests.send(ClientKit.request(.post), over: server)
        }
        #expect(error?.code == .redirectRefused)
        #expect(server.requests.count == 1)
    }
}

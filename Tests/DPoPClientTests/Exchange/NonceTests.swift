import DPoPCore
import HTTPTypes
import Testing

@testable import DPoPClient

@Suite struct NonceTests {
    /// How a server may ask for a nonce, or refuse a proof.
    static let shapes: [@Sendable (String, HTTPFields) -> ScriptedServer.Answer] = [
        { Answers.challenge($0, $1) }, { Answers.refusal($0, $1) },
    ]

    @Test("a nonce that is asked for is carried by the next send, in either shape of the question")
    func asked() async throws {
        for shape in Self.shapes {
            let kit = try ClientKit()
            let server = ScriptedServer { _, index in
                index == 0 ? shape("use_dpop_nonce", Answers.nonce("n1")) : Answers.ok()
            }
            let answer = try await kit.session.requests(with: kit.token).send(ClientKit.request(), over: server)
            #expect(answer.response.status == .ok)
            let claims = try server.claims
            #expect(claims.map { $0["nonce"]?.text } == [nil, "n1"])
            #expect(claims[0]["jti"] != claims[1]["jti"])
        }
    }

    @Test("attack 126: nonce after nonce ends with one retry, whatever is given", arguments: 0..<2, [true, false])
    func endless(_ shape: Int, _ isTokenRequest: Bool) async throws {
        let kit = try ClientKit()
        let server = ScriptedServer { _, index in Self.shapes[shape]("use_dpop_nonce", Answers.nonce("n\(index)")) }
        let signer: any RequestSigner =
            isTokenRequest ? kit.session.tokenRequests : try kit.session.requests(with: kit.token)
        for round in 1...3 {
            let error = try await clientError { try await signer.send(ClientKit.request(.post), over: server) }
            #expect(error?.code == .nonceRepeated)
            #expect(error?.serverError?.code == "use_dpop_nonce")
            #expect(server.requests.count == 2 * round)
        }
        // Each request begins with the latest nonce, and its retry has the one that it was answered with.
        #expect(try server.claims.map { $0["nonce"]?.text } == [nil, "n0", "n1", "n2", "n3", "n4"])
    }

    @Test("attack 126: the nonce that was refused, given once more, is not tried again")
    func same() async throws {
        let kit = try ClientKit()
        let server = ScriptedServer { _, _ in Answers.challenge("use_dpop_nonce", Answers.nonce("n")) }
        let requests = try kit.session.requests(with: kit.token)
        var error = try await clientError { try await requests.send(ClientKit.request(), over: server) }
        #expect(error?.code == .nonceRepeated)
        #expect(server.requests.count == 2)
        // It is known from the start now.
        error = try await clientError { try await requests.send(ClientKit.request(), over: server) }
        #expect(error?.code == .nonceRepeated)
        #expect(server.requests.count == 3)
    }

    @Test(
        "attacks 124 and 126: a question without a nonce that may be used is not answered",
        arguments: [[], [""], ["a b"], ["n", "n"], ["n1", "n2"], [String(repeating: "n", count: 513)]])
    func missing(_ nonces: [String]) async throws {
        let kit = try ClientKit()
        var fields = HTTPFields()
        for nonce in nonces { fields.append(HTTPField(name: .nonceField, value: nonce)) }
        let question = Answers.challenge("use_dpop_nonce", fields)
        let server = ScriptedServer { _, _ in question }
        let error = try await clientError {
            try await kit.session.requests(with: kit.token).send(ClientKit.request(), over: server)
        }
        #expect(error?.code == .nonceMissing)
        #expect(error?.response?.status == .unauthorized)
        #expect(server.requests.count == 1)
    }

    @Test("attack 126: a nonce is taken from every answer, and goes to its origin and role alone")
    func taken() async throws {
        let kit = try ClientKit()
        let server = ScriptedServer { request, index in
            let status = [200, 204, 304, 404, 500][index % 5]
            let host = request.authority ?? ""
            return (HTTPResponse(status: .init(code: status), headerFields: Answers.nonce("\(host)/\(index)")), [])
        }
        let bound = try kit.session.requests(with: kit.token)
        for _ in 0..<5 {
            for authority in ["a.example", "b.example", "a.example:8443"] {
                _ = try await bound.send(ClientKit.request(authority: authority), over: server)
                _ = try await kit.session.tokenRequests.send(ClientKit.request(authority: authority), over: server)
            }
        }
        // Six slots in turn: each finds what it was given six requests before.
        for (index, (request, claims)) in zip(server.requests, try server.claims).enumerated() {
            let expected = index < 6 ? nil : "\(request.authority ?? "")/\(index - 6)"
            #expect(claims["nonce"]?.text == expected)
        }
    }

    @Test("attack 126: another key of the same client has nonces of its own, a shared clock's and settings' memory")
    func keys() async throws {
        let kit = try ClientKit()
        let server = ScriptedServer { _, index in Answers.ok(Answers.nonce("n\(index)")) }
        _ = try await kit.session.requests(with: kit.token).send(ClientKit.request(), over: server)
        let other = kit.session.rotated(to: try SigningKey.generate(.es256))
        let token = BoundToken(accessToken: "another", jkt: other.jkt, expiresAt: nil)
        _ = try await other.requests(with: token).send(ClientKit.request(), over: server)
        _ = try await kit.session.requests(with: kit.token).send(ClientKit.request(), over: server)
        #expect(try server.claims.map { $0["nonce"]?.text } == [nil, nil, "n0"])
    }

    @Test("a retry carries its own answer's nonce, though others have come or pushed it out")
    func ownNonce() async throws {
        var settings = SessionSettings()
        settings.nonceCapacity = 1
        let kit = try ClientKit(settings)
        let first = try kit.session.sign(ClientKit.request(), with: kit.token)
        guard case .signAgain(let retry) = first.assess(Answers.challenge("use_dpop_nonce", Answers.nonce("own")).0)
        else {
            Issue.record("no retry")
            return
        }
        // Of the same origin, then of another, for which there is no room.
        let second = try kit.session.sign(ClientKit.request(), with: kit.token)
        _ = second.assess(Answers.ok(Answers.nonce("later")).0)
        #expect(
            try kit.session.sign(ClientKit.request(), with: kit.token, as: retry).request.proofClaims?["nonce"]?.text
                == "own")
        let other = ClientKit.request(authority: "b.example")
        _ = try kit.session.sign(other, with: kit.token).assess(Answers.ok(Answers.nonce("b")).0)
        #expect(
            try kit.session.sign(ClientKit.request(), with: kit.token, as: retry).request.proofClaims?["nonce"]?.text
                == "own")
        // And is no nonce for another origin or role, whoever mixes them up.
        #expect(try kit.session.sign(other, with: kit.token, as: retry).request.proofClaims?["nonce"]?.text == "b")
        #expect(try kit.session.signTokenRequest(ClientKit.request(), as: retry).request.proofClaims?["nonce"] == nil)
    }
}

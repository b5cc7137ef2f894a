import DPoPCore
import HTTPTypes
import Testing

@testable import DPoPClient

/// A handle to a source of tokens.
@Suite struct ScopedTokensTests {
    private let issuer = TestIssuer()
    private let recorder = ScopeRecorder()
    private let clocks = ScopeClocks()

    private func scope(
        _ methods: Set<HTTPRequest.Method> = [.get], paths: [String]? = nil, burst: Int = 100, seconds: Int64 = 100_000
    ) throws -> SigningScope {
        try SigningScope(
            origins: [ServerOrigin("https://api.example.com")], methods: methods,
            paths: paths.map { try $0.map { try PathPrefix($0) } },
            rate: SigningRate(burst: burst, every: .seconds(1)),
            until: issuer.settings.clock().advanced(bySeconds: seconds))
    }

    private func handle(_ source: TokenSource, _ scope: SigningScope) -> ScopedTokens {
        source.scoped(to: scope, observer: recorder) { [clocks] in clocks.instant }
    }

    @Test("it signs with the token and the key of the time: renewed, replaced where refused, and of a new key")
    func renewed() async throws {
        let source = issuer.source()
        let handle = handle(source, try scope())
        let server = ScriptedServer { request, index in
            switch index {
            case 0: Answers.challenge("use_dpop_nonce", Answers.nonce("n1"))
            case 3: Answers.challenge("invalid_token")
            default: Answers.ok()
            }
        }
        _ = try await handle.send(ClientKit.request(), over: server)
        issuer.advance(300)
        _ = try await handle.send(ClientKit.request(), over: server)
        issuer.advance(10)
        _ = try await handle.send(ClientKit.request(), over: server)
        try await source.rotateKey()
        _ = try await handle.send(ClientKit.request(), over: server)
        let tokens = [1, 1, 2, 2, 3, 4].map { "access-\($0)" }
        #expect(server.requests.map { $0.headerFields[.authorization] } == tokens.map { "DPoP \($0)" })
        #expect(try server.claims.map { $0["ath"]?.text } == tokens.map { AccessTokenHash(of: $0).ath })
        #expect(try server.claims.map { $0["nonce"]?.text } == [nil, "n1", "n1", "n1", "n1", nil])
        let jkts = try server.requests.map {
            try DecodedProof(decoding: $0.headerFields[.proofField] ?? "").publicKey.thumbprint
        }
        let after = try await source.jkt()
        #expect(Set(jkts[..<5]).count == 1 && jkts[5] == after && jkts[0] != after)
        #expect(recorder.events.map(\.cause) == [nil, .nonce, nil, nil, .token, nil])
        #expect(recorder.refusals == Array(repeating: nil, count: 6))
    }

    @Test("what is outside of the scope costs no token request")
    func outside() async throws {
        let handle = handle(issuer.source(), try scope(paths: ["/v1"]))
        for request in [
            ClientKit.request(.post, "/v1"), ClientKit.request(.get, "/v2"), ClientKit.request(.get, "/v1/../v2"),
            ClientKit.request(.get, "/v1", authority: "evil.example"),
        ] {
            await refuses(.outsideScope) { _ = try await handle.sign(request, as: nil) }
        }
        #expect(issuer.requests.isEmpty && recorder.refusals == Array(repeating: .outsideScope, count: 4))
        _ = try await handle.sign(ClientKit.request(.get, "/v1/orders"), as: nil)
        #expect(issuer.requests.count == 1 && recorder.refusals.last == .some(nil))
    }

    @Test("each retry and each redirect is checked and counted")
    func sends() async throws {
        let source = issuer.source()
        let handle = handle(source, try scope([.get, .post], paths: ["/v1"], burst: 3))
        let server = ScriptedServer { _, index in
            switch index {
            case 0: Answers.challenge("use_dpop_nonce", Answers.nonce("n1"))
            case 1: Answers.redirect(307, "/v1/elsewhere")
            default: Answers.redirect(307, "/v2")
            }
        }
        await refuses(.outsideScope) { _ = try await handle.send(ClientKit.request(.post, "/v1"), over: server) }
        #expect(recorder.refusals == [nil, nil, nil, .outsideScope])
        await refuses(.rateExceeded) { _ = try await handle.sign(ClientKit.request(.get, "/v1"), as: nil) }
        clocks.pass(.seconds(1))
        _ = try await handle.sign(ClientKit.request(.get, "/v1"), as: nil)
        // The source itself is without a limit.
        _ = try await source.sign(ClientKit.request(.delete, "/v2"), as: nil)
        #expect(server.requests.count == 3)
    }

    @Test("what ends while the token is waited for is not signed", arguments: [true, false])
    func endsMeanwhile(_ revokes: Bool) async throws {
        let (asked, gate) = (Gate(), Gate())
        let slow = TestIssuer(hold: {
            asked.open()
            await gate.wait()
        })
        let handle = handle(slow.source(), try scope(seconds: 60))
        let narrow = try handle.narrowed(to: handle.scope)
        let signing = Task { try await narrow.sign(ClientKit.request(), as: nil) }
        await asked.wait()
        if revokes { handle.revoke() } else { slow.advance(60) }
        gate.open()
        await refuses(revokes ? .scopeRevoked : .scopeExpired) { _ = try await signing.value }
        #expect(recorder.refusals == [revokes ? .scopeRevoked : .scopeExpired])
    }

    @Test("it is narrowed and never widened, and all below ends with it")
    func narrowing() async throws {
        let handle = handle(issuer.source(), try scope([.get, .post], burst: 2))
        #expect(throws: DPoPClientError.self) { try handle.narrowed(to: scope([.get, .put])) }
        #expect(throws: DPoPClientError.self) { try handle.narrowed(to: scope([.get], seconds: 100_001)) }
        let own = ScopeRecorder()
        let narrow = try handle.narrowed(to: scope([.get]), observer: own)
        await refuses(.outsideScope) { _ = try await narrow.sign(ClientKit.request(.post), as: nil) }
        for _ in 0..<2 { _ = try await narrow.sign(ClientKit.request(), as: nil) }
        await refuses(.rateExceeded) { _ = try await handle.sign(ClientKit.request(.post), as: nil) }
        #expect(own.refusals == [.outsideScope, nil, nil])
        #expect(recorder.refusals == [.outsideScope, nil, nil, .rateExceeded])
        handle.revoke()
        await refuses(.scopeRevoked) { _ = try await narrow.sign(ClientKit.request(), as: nil) }
    }

    @Test("where there is no token the observer is told; an unbound one is none")
    func noToken() async throws {
        struct Outage: Error {}
        issuer.fail(Outage())
        let handle = handle(issuer.source(), try scope())
        await #expect(throws: Outage.self) { try await handle.sign(ClientKit.request(), as: nil) }
        let consent = TestIssuer(grantsAnew: false)
        let second = consent.source().scoped(to: try scope(), observer: recorder)
        await refuses(.grantNeeded) { _ = try await second.sign(ClientKit.request(), as: nil) }
        let unbound = TestIssuer(type: "Bearer")
        let third = unbound.source().scoped(to: try scope(), observer: recorder)
        await refuses(.downgraded) { _ = try await third.sign(ClientKit.request(), as: nil) }
        #expect(recorder.refusals == [.tokenUnavailable, .grantNeeded, .downgraded])
    }

    @Test("no token in descriptions and mirrors")
    func secrets() async throws {
        let handle = handle(issuer.source(), try scope())
        _ = try await handle.sign(ClientKit.request(), as: nil)
        for text in [TokenKit.shown(handle), TokenKit.shown(recorder.events)] {
            #expect(!text.contains("access-1") && !text.contains("refresh-1"))
        }
        #expect(Mirror(reflecting: handle).children.allSatisfy { $0.label == "scope" })
    }
}

import Testing

@testable import DPoPCore
@testable import DPoPServer

/// How often the authorization server is asked.
@Suite struct IntrospectionCallTests {
    @Test("an active token is asked about once in a minute, and again once exp has passed")
    func active() async throws {
        let server = TokenServer(TokenServer.active())
        let verifier = try server.verifier()
        for second in Int64(0)..<60 { #expect(await verifier.refused("token", now: .token(second)) == nil) }
        #expect(server.calls == 1)
        #expect(await verifier.refused("token", now: .token(60)) == nil)
        #expect(server.calls == 2)

        let short = TokenServer(TokenServer.active("exp", "\(TokenKit.now.seconds + 20)"))
        let other = try short.verifier()
        for second in Int64(0)..<20 { #expect(await other.refused("token", now: .token(second)) == nil) }
        #expect(short.calls == 1)
        short.answer(#"{"active":false}"#)
        #expect(await other.refused("token", now: .token(20)) == .inactive)
        #expect(short.calls == 2)
    }

    @Test(
        "a refused token is asked about once in ten seconds",
        arguments: [
            (#"{"active":false}"#, .inactive), (TokenServer.active("aud", "\"x\""), .wrongAudience),
            (TokenServer.active("cnf", "{}"), .malformedConfirmation), (TokenServer.active("exp", "1"), .expired),
        ] as [(String, AccessTokenRejection.Code)])
    func refused(_ body: String, _ code: AccessTokenRejection.Code) async throws {
        let server = TokenServer(body)
        let verifier = try server.verifier()
        for second in Int64(0)..<10 { #expect(await verifier.refused("token", now: .token(second)) == code) }
        #expect(server.calls == 1)
        server.answer(TokenServer.active())
        #expect(await verifier.refused("token", now: .token(10)) == nil)
        #expect(server.calls == 2)
    }

    @Test("what was not answered is never remembered", arguments: [nil, "", #"{"active":1}"#])
    func unavailable(_ body: String?) async throws {
        let server = TokenServer(body)
        let verifier = try server.verifier()
        for _ in 0..<3 { #expect(await verifier.refused("token") == .unavailable) }
        #expect(server.calls == 3)
        server.answer(TokenServer.active(), status: 500)
        #expect(await verifier.refused("token") == .unavailable)
        server.answer(TokenServer.active())
        #expect(await verifier.refused("token") == nil)
    }

    @Test("lifetimes of zero remember nothing")
    func nothing() async throws {
        var settings = IntrospectionVerifier.Settings()
        (settings.activeLifetime, settings.refusedLifetime) = (0, 0)
        for body in [TokenServer.active(), #"{"active":false}"#] {
            let server = TokenServer(body)
            let verifier = try server.verifier(settings)
            for _ in 0..<3 { _ = await verifier.refused("token") }
            #expect(server.calls == 3)
        }
    }

    @Test("attack 187: no call is made for a token that is too large or empty, or was asked about")
    func cheapFirst() async throws {
        let server = TokenServer(TokenServer.active())
        var settings = IntrospectionVerifier.Settings()
        settings.maximumTokenSize = 5
        let verifier = try server.verifier(settings)
        for text in ["", "123456", String(repeating: "x", count: 1_000_000)] {
            #expect(await verifier.refused(text) == .malformed)
        }
        #expect(server.calls == 0)
        for _ in 0..<3 { #expect(await verifier.refused("12345") == nil) }
        #expect(server.calls == 1)
    }

    @Test("attack 189: a flood of made-up tokens displaces no good one")
    func flood() async throws {
        let server = TokenServer(TokenServer.active())
        var settings = IntrospectionVerifier.Settings()
        (settings.activeCapacity, settings.refusedCapacity) = (4, 4)
        let verifier = try server.verifier(settings)
        for name in ["a", "b"] { #expect(await verifier.refused(name) == nil) }
        server.answer(#"{"active":false}"#)
        for number in 0..<1_000 { #expect(await verifier.refused("made up \(number)") == .inactive) }
        #expect(server.calls == 1_002)
        for name in ["a", "b"] { #expect(await verifier.refused(name) == nil) }
        #expect(server.calls == 1_002)
    }

    @Test("requests with one token wait for one call", arguments: [TokenServer.active(), nil])
    func singleFlight(_ body: String?) async throws {
        let server = TokenServer(body, gate: TokenGate())
        var settings = IntrospectionVerifier.Settings()
        settings.maximumCalls = 1
        let verifier = try server.verifier(settings)
        let first = Task { await verifier.refused("token") }
        await server.gate?.visited()
        // The one place is taken, so whoever were to make a call of its own would be refused at once.
        let others = (0..<20).map { _ in Task { await verifier.refused("token") } }
        #expect(await verifier.refused("other") == .unavailable)
        #expect(server.calls == 1)
        await server.gate?.open()
        let expected: AccessTokenRejection.Code? = body == nil ? .unavailable : nil
        #expect(await first.value == expected)
        for other in others { #expect(await other.value == expected) }
        if body != nil { #expect(server.calls == 1) }
        #expect(await verifier.refused("other") == expected)
    }

    @Test("a call goes on when the request that began it is cancelled")
    func cancelled() async throws {
        let server = TokenServer(TokenServer.active(), gate: TokenGate())
        let verifier = try server.verifier()
        let first = Task { await verifier.refused("token") }
        await server.gate?.visited()
        first.cancel()
        await server.gate?.open()
        #expect(await first.value == nil)
        #expect(await verifier.refused("token") == nil)
        #expect(server.calls == 1)
    }
}

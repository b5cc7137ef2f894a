import DPoPCore
import HTTPTypes
import Testing

@testable import DPoPClient

@Suite struct ScopedSessionTests {
    @Test("a request carries the scope's token and a proof of its own; the caller's fields count for nothing")
    func signs() throws {
        let kit = try ScopeKit()
        let handle = try kit.handle(kit.scope())
        var request = ClientKit.request(.post)
        request.headerFields = [.authorization: "Bearer stolen", .proofField: "made.by.others"]
        let signed = try handle.signNow(request)
        #expect(signed.request.headerFields[.authorization] == "DPoP an-access-token")
        let proof = try #require(signed.request.headerFields[.proofField])
        let claims = try ClaimValue(
            json: #require(Base64URL.decode(String(proof.split(separator: ".")[1]))))
        #expect(claims["htm"]?.text == "POST")
        #expect(claims["htu"]?.text == "https://api.example.com/orders")
        #expect(claims["iat"] == .integer(kit.clocks.now.seconds))
        #expect(claims["ath"]?.text == AccessTokenHash(of: "an-access-token").ath)
        #expect(claims["nonce"] == nil)
    }

    @Test("each send of an exchange counts, and is checked and reported for itself")
    func exchange() async throws {
        let kit = try ScopeKit()
        let handle = try kit.handle(kit.scope(methods: [.post], rate: SigningRate(burst: 3, every: .seconds(1))))
        let server = ScriptedServer { _, index in
            switch index {
            case 0: Answers.challenge("use_dpop_nonce", Answers.nonce("n1"))
            case 1: (HTTPResponse(status: .temporaryRedirect, headerFields: [.location: "/elsewhere"]), [])
            default: Answers.ok()
            }
        }
        let answer = try await handle.send(ClientKit.request(.post), over: server)
        #expect(answer.response.status == .ok)
        #expect(
            kit.recorder.events.map(\.target?.spelling) == [
                "https://api.example.com/orders", "https://api.example.com/orders", "https://api.example.com/elsewhere",
            ])
        #expect(kit.recorder.events.map(\.cause) == [nil, .nonce, nil])
        #expect(kit.recorder.refusals == [nil, nil, nil])
        #expect(kit.recorder.events.allSatisfy { $0.method == "POST" && $0.at == kit.clocks.now })
        await #expect(throws: DPoPClientError.self) { try await handle.send(ClientKit.request(.post), over: server) }
        #expect(kit.recorder.refusals == [nil, nil, nil, .rateExceeded])
        #expect(server.requests.count == 3)
    }

    @Test(
        "attack 127: a redirect that leaves the scope is not signed, within its origin neither",
        arguments: [
            ("/v1/orders/8", nil), ("/v2", DPoPClientError.Code.outsideScope), ("/v1/orders/../../v2", .outsideScope),
            ("https://evil.example/v1/orders", .redirectRefused),
            ("http://api.example.com/v1/orders", .redirectRefused),
        ])
    func redirects(_ location: String, _ code: DPoPClientError.Code?) async throws {
        let kit = try ScopeKit()
        let handle = try kit.handle(kit.scope(methods: [.get], paths: ["/v1/orders"]))
        let server = ScriptedServer { _, index in
            index == 0 ? (HTTPResponse(status: .found, headerFields: [.location: location]), []) : Answers.ok()
        }
        do {
            _ = try await handle.send(ClientKit.request(.get, "/v1/orders/7"), over: server)
            #expect(code == nil)
        } catch {
            #expect((error as? DPoPClientError)?.code == code)
        }
        #expect(server.requests.count == (code == nil ? 2 : 1))
    }

    @Test("attack 127: a redirect that changes the method to one outside the scope is not signed")
    func redirectedMethod() async throws {
        let kit = try ScopeKit()
        for (methods, sends) in [(Set([HTTPRequest.Method.post]), 1), ([.post, .get], 2)] {
            let handle = try kit.handle(kit.scope(methods: methods))
            let server = ScriptedServer { _, index in
                index == 0 ? (HTTPResponse(status: .seeOther, headerFields: [.location: "/done"]), []) : Answers.ok()
            }
            _ = try? await handle.send(ClientKit.request(.post), over: server)
            #expect(server.requests.count == sends)
        }
        #expect(kit.recorder.refusals == [nil, .outsideScope, nil, nil])
    }

    @Test("a handle that is revoked or out of time before the second send does not sign it", arguments: [true, false])
    func endsMidway(_ revokes: Bool) async throws {
        let kit = try ScopeKit()
        let scope = try kit.scope()
        let handle = try kit.handle(scope)
        let server = ScriptedServer { _, _ in
            if revokes { handle.revoke() } else { kit.clocks.set(scope.until) }
            return Answers.challenge("use_dpop_nonce", Answers.nonce("n1"))
        }
        await #expect(throws: DPoPClientError.self) { try await handle.send(ClientKit.request(), over: server) }
        #expect(server.requests.count == 1)
        #expect(kit.recorder.refusals == [nil, revokes ? .scopeRevoked : .scopeExpired])
        // The session itself goes on.
        _ = try kit.kit.session.sign(ClientKit.request(), with: kit.kit.token)
    }

    @Test("requests that wait for a nonce are not signed after the end", arguments: [true, false])
    func endsWhileWaiting(_ revokes: Bool) async throws {
        let kit = try ScopeKit(coldWait: .seconds(600))
        let scope = try kit.scope()
        let handle = try kit.handle(scope)
        // Goes ahead; all others wait for its answer.
        let first = try await kit.kit.session.requests(with: kit.kit.token).sign(ClientKit.request(), as: nil)
        let codes = await withTaskGroup(of: DPoPClientError.Code?.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    do throws(DPoPClientError) {
                        _ = try await handle.sign(ClientKit.request(), as: nil)
                        return nil
                    } catch { return error.code }
                }
            }
            // Whether a task waits by now or comes later: it is signed for after this in no case.
            await Task.yield()
            if revokes { handle.revoke() } else { kit.clocks.set(scope.until) }
            _ = first.assess(HTTPResponse(status: .ok, headerFields: Answers.nonce("n1")))
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(codes == Array(repeating: revokes ? .scopeRevoked : .scopeExpired, count: 20))
        #expect(kit.recorder.refusals == codes)
    }

    @Test("a refused request that went ahead of others lets them go on")
    func refusedScout() async throws {
        let kit = try ScopeKit(coldWait: .seconds(600))
        let handle = try kit.handle(kit.scope(rate: SigningRate(burst: 1, every: .seconds(1))))
        try await handle.sign(ClientKit.request(), as: nil).abandon()
        await #expect(throws: DPoPClientError.self) { try await handle.sign(ClientKit.request(), as: nil) }
        // Would wait ten minutes otherwise.
        _ = try await kit.kit.session.requests(with: kit.kit.token).sign(ClientKit.request(), as: nil)
        #expect(kit.recorder.refusals == [nil, .rateExceeded])
    }

    @Test("a proof whose signer was waited for while the handle was revoked is thrown away", arguments: [true, false])
    func revokedWhileSigning(_ revokes: Bool) async throws {
        let key = try SigningKey.generate(.es256)
        let hook = Locked<(@Sendable () -> Void)?>(nil)
        let session = DPoPSession(signer: SlowSigner(key: key, hook: hook))
        let token = BoundToken(accessToken: "an-access-token", jkt: key.publicJWK.thumbprint, expiresAt: nil)
        let kit = try ScopeKit()
        let handle = try session.scoped(
            to: kit.scope(until: UnixTime.now().advanced(bySeconds: 600)), with: token, observer: kit.recorder)
        if revokes { hook.withLock { $0 = { handle.revoke() } } }
        // The handle holds the signer, which holds the hook.
        defer { hook.withLock { $0 = nil } }
        do throws(DPoPClientError) {
            _ = try await handle.sign(ClientKit.request(), as: nil)
            #expect(!revokes)
        } catch { #expect(error.code == .scopeRevoked) }
        #expect(kit.recorder.refusals == [revokes ? .scopeRevoked : nil])
    }

    @Test("what the signer fails at is reported and counts")
    func signerFails() async throws {
        let key = try SigningKey.generate(.es256)
        let session = DPoPSession(signer: SlowSigner(key: key, hook: Locked(nil), fails: true))
        let token = BoundToken(accessToken: "an-access-token", jkt: key.publicJWK.thumbprint, expiresAt: nil)
        let kit = try ScopeKit()
        let scope = try kit.scope(
            rate: SigningRate(burst: 1, every: .seconds(86_400)), until: UnixTime.now().advanced(bySeconds: 600))
        let handle = try session.scoped(to: scope, with: token, observer: kit.recorder)
        for _ in 0..<2 {
            await #expect(throws: DPoPClientError.self) { try await handle.sign(ClientKit.request(), as: nil) }
        }
        #expect(kit.recorder.refusals == [.keyUnavailable, .rateExceeded])
    }

    @Test("a handle is narrowed and never widened; what is revoked above ends all below")
    func narrowing() throws {
        let kit = try ScopeKit()
        let origins = ["https://api.example.com", "https://b.example.com"]
        let scope = try kit.scope(origins: origins, paths: ["/v1"])
        let handle = try kit.handle(scope)
        for wider in [
            try kit.scope(origins: origins + ["https://c.example.com"], paths: ["/v1"]),
            try kit.scope(methods: [.get, .put], paths: ["/v1"]), try kit.scope(paths: ["/v1", "/v2"]),
            try kit.scope(paths: ["/"]), try kit.scope(),
            try kit.scope(paths: ["/v1"], until: scope.until.advanced(bySeconds: 1)),
        ] {
            #expect(throws: DPoPClientError.self) { try handle.narrowed(to: wider) }
        }
        _ = try handle.narrowed(to: scope)
        let own = ScopeRecorder()
        let narrow = try handle.narrowed(to: kit.scope(methods: [.get], paths: ["/v1/orders"]), observer: own)
        #expect(ScopeKit.refusal(narrow, ClientKit.request(.get, "/v1/orders/7")) == nil)
        #expect(ScopeKit.refusal(narrow, ClientKit.request(.post, "/v1/orders/7")) == .outsideScope)
        #expect(ScopeKit.refusal(handle, ClientKit.request(.post, "/v1/orders/7")) == nil)
        #expect(own.refusals == [nil, .outsideScope])
        #expect(kit.recorder.refusals == [nil, .outsideScope, nil])
        let sibling = try handle.narrowed(to: scope)
        let last = try narrow.narrowed(to: narrow.scope)
        narrow.revoke()
        #expect(ScopeKit.refusal(last, ClientKit.request(.get, "/v1/orders/7")) == .scopeRevoked)
        #expect(ScopeKit.refusal(sibling, ClientKit.request(.get, "/v1/orders/7")) == nil)
        handle.revoke()
        #expect(ScopeKit.refusal(sibling, ClientKit.request(.get, "/v1/orders/7")) == .scopeRevoked)
    }

    @Test("sixteen times in a row, and no more")
    func depth() throws {
        let kit = try ScopeKit()
        var handle = try kit.handle(kit.scope())
        for _ in 0..<16 { handle = try handle.narrowed(to: handle.scope) }
        #expect(ScopeKit.refusal(handle) == nil)
        #expect(throws: DPoPClientError.self) { try handle.narrowed(to: handle.scope) }
    }

    @Test("no token and no proof in events, descriptions or mirrors, and a long method is cut")
    func secrets() throws {
        let kit = try ScopeKit()
        let long = try #require(HTTPRequest.Method(String(repeating: "M", count: 10_000)))
        let handle = try kit.handle(kit.scope(methods: [.get, long]))
        let signed = try handle.signNow(ClientKit.request())
        _ = try? handle.signNow(ClientKit.request(.delete))
        #expect(ScopeKit.refusal(handle, ClientKit.request(long)) == .proofFailed)
        let proof = try #require(signed.request.headerFields[.proofField])
        #expect(kit.recorder.events.map(\.method) == ["GET", "DELETE", String(repeating: "M", count: 64)])
        var texts: [String] = []
        for event in kit.recorder.events {
            var text = ""
            dump(event, to: &text)
            texts += [text, "\(event)"]
        }
        var text = ""
        dump(handle, to: &text)
        texts += [text, "\(handle)", String(reflecting: handle)]
        for text in texts { #expect(!text.contains("an-access-token") && !text.contains(proof.prefix(20))) }
        #expect(Mirror(reflecting: handle).children.allSatisfy { $0.label == "scope" })
    }
}

/// A signer that is waited for, and does something meanwhile.
private struct SlowSigner: ProofSigner {
    let key: SigningKey
    let hook: Locked<(@Sendable () -> Void)?>
    var fails = false

    var algorithm: SigningAlgorithm { key.algorithm }
    var publicJWK: PublicJWK { key.publicJWK }

    func signature(over signingInput: [UInt8]) async throws -> [UInt8] {
        await Task.yield()
        hook.withLock { $0 }?()
        if fails { throw CancellationError() }
        return try key.signature(over: signingInput.span)
    }
}

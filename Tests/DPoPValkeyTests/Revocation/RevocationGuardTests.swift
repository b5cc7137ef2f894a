#if Valkey
    import DPoPCore
    import DPoPServer
    import HTTPTypes
    import Testing

    @testable import DPoPValkey

    /// Revoked keys at a guard.
    extension RealRevocationTests {
        @Test("a guard refuses a revoked key with 401, and where that is not known with 503")
        func guarded() async throws {
            let server = try await ScriptedServer(ScriptedServer.healthy())
            let proxy = try await FaultProxy(target: server.port)
            let store = try Node(settings(server.port))
            try await store.ready()
            let (key, other) = (try SigningKey.generate(.es256), try SigningKey.generate(.es256))
            let guardian = try ResourceGuard(
                ResourceConfiguration(origin: "https://api.example.com"),
                tokens: BoundTokens(["one": key.publicJWK.thumbprint, "two": other.publicJWK.thumbprint]),
                replay: MemoryReplayCache(memory: .startsEmpty), keyStatus: store.store.revocations)
            func denial(_ token: String, _ key: SigningKey, by guardian: ResourceGuard) async throws -> Denial? {
                var request = HTTPRequest(method: .get, scheme: "https", authority: "api.example.com", path: "/orders")
                request.headerFields[.authorization] = "DPoP \(token)"
                request.headerFields[.dpop] = try ProofBuilder(signer: key).proof(
                    method: "GET", targetURI: TargetURI("https://api.example.com/orders"), accessToken: token)
                guard case .denied(let denial) = await guardian.authorize(request) else { return nil }
                return denial
            }
            try await eventually("it is known") { try await denial("one", key, by: guardian) == nil }
            try await store.store.revocations.revoke(key.publicJWK.thumbprint)
            let revoked = try await denial("one", key, by: guardian)
            #expect(revoked?.code == DecisionCode(ProofRejection.Code.keyRevoked) && revoked?.status == .unauthorized)
            #expect(try await denial("two", other, by: guardian) == nil)

            proxy.faults.refuses = true
            let cutOff = try Node(settings(proxy.port))
            let unsure = try ResourceGuard(
                ResourceConfiguration(origin: "https://api.example.com"),
                tokens: BoundTokens(["two": other.publicJWK.thumbprint]),
                replay: MemoryReplayCache(memory: .startsEmpty), keyStatus: cutOff.store.revocations)
            let unknown = try await denial("two", other, by: unsure)
            #expect(unknown?.code == .keyStatusUnavailable && unknown?.status == .serviceUnavailable)
            proxy.faults.refuses = false
            try await eventually("it is known") { try await denial("two", other, by: unsure) == nil }
        }
    }

    /// Tokens that are known, and the keys that they are bound to.
    private struct BoundTokens: AccessTokenVerifier {
        let answersLocally = true
        private let keys: [String: Thumbprint]

        init(_ keys: [String: Thumbprint]) { self.keys = keys }

        func verify(_ token: String, now: UnixTime) async throws(AccessTokenRejection) -> AccessToken {
            guard let key = keys[token] else { throw AccessTokenRejection(.malformed) }
            return AccessToken(
                confirmation: DPoPServer.Confirmation(jkt: key), subject: "alice", clientID: "agent",
                issuedAt: now.advanced(bySeconds: -100), expiresAt: now.advanced(bySeconds: 200))
        }
    }
#endif

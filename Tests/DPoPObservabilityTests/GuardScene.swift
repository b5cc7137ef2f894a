#if Observability
    import DPoPCore
    import DPoPServer
    import HTTPTypes

    /// A guard that grants, refuses and sees a replay, and what no log may show of that.
    struct GuardScene {
        private let token = "secret-token-Kz8mXK1EalYznwH"
        private let nonce = "secret-nonce-eyJ7S0zG"
        private let jti = "secret-jti-1"
        private let proof: String
        private let key: SigningKey

        /// How many decisions there are.
        let requests = 5

        var secrets: [String] {
            [token, nonce, jti, proof] + proof.split(separator: ".").map { String($0) }
        }

        init() throws {
            key = try SigningKey.generate(.es256)
            let target = try TargetURI("https://api.example.com/me")
            proof = try ProofBuilder(signer: key).proof(
                method: "GET", targetURI: target, accessToken: token, nonce: nonce, jti: jti)
        }

        func play(_ observer: any DecisionObserver) async throws {
            var configuration = try ResourceConfiguration(origin: "https://api.example.com")
            configuration.nonces = OneNonce(value: nonce)
            let guardian = try ResourceGuard(
                configuration, tokens: OneToken(token: token, jkt: key.publicJWK.thumbprint),
                replay: MemoryReplayCache(memory: .startsEmpty), observer: observer)
            let good = request([.authorization: "DPoP " + token, .dpop: proof])
            var repeated = good
            repeated.headerFields.append(HTTPField(name: .dpop, value: proof))
            var damaged = good
            damaged.headerFields[.dpop] = proof + "A"
            for request in [good, good, repeated, damaged, request([.authorization: "Bearer " + token])] {
                _ = await guardian.authorize(request)
            }
        }

        private func request(_ fields: HTTPFields) -> HTTPRequest {
            HTTPRequest(
                method: .get, scheme: "https", authority: "api.example.com", path: "/me", headerFields: fields)
        }
    }

    private struct OneToken: AccessTokenVerifier {
        let token: String
        let jkt: Thumbprint

        func verify(_ token: String, now: UnixTime) async throws(AccessTokenRejection) -> AccessToken {
            guard token == self.token else { throw AccessTokenRejection(.malformed) }
            return AccessToken(confirmation: Confirmation(jkt: jkt), subject: "alice")
        }
    }

    private struct OneNonce: NonceIssuer {
        let value: String

        func judge(_ nonce: String, now: UnixTime) -> NonceVerdict {
            nonce == value ? .valid(mintedAt: now, lapsesAt: now.advanced(bySeconds: 60)) : .invalid
        }

        func issue(now: UnixTime) -> String? { value }
        func isAboutToLapse(_ lapsesAt: UnixTime, now: UnixTime) -> Bool { false }
    }
#endif

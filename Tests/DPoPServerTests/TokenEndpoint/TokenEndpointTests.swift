import DPoPCore
import HTTPTypes
import Testing

@testable import DPoPServer

/// The DPoP side of a token endpoint (RFC 9449 §5, §8, §10).
@Suite struct TokenEndpointTests {
    private let now = ServerKit.now
    private let uri = "https://as.example.com/token"
    private let log = EventLog()

    private func endpoint(
        replay: any ReplayStore = MemoryReplayCache(memory: .startsEmpty), keyStatus: (any KeyStatusSource)? = nil,
        _ change: (inout TokenEndpointConfiguration) -> Void = { _ in }
    ) throws -> TokenEndpoint {
        var configuration = TokenEndpointConfiguration(uri: uri)
        change(&configuration)
        return try TokenEndpoint(configuration, replay: replay, keyStatus: keyStatus, observer: log)
    }

    private func request(_ proofs: [String]) -> HTTPRequest {
        var request = HTTPRequest(method: .post, scheme: "https", authority: "as.example.com", path: "/token")
        for proof in proofs { request.headerFields.append(HTTPField(name: .dpop, value: proof)) }
        return request
    }

    private func proof(
        key: SigningKey = ServerKit.key, uri: String? = nil, method: String = "POST", token: String? = nil,
        nonce: String? = nil, at time: UnixTime = ServerKit.now
    ) throws -> String {
        try ServerKit.proof(token, key: key, method: method, uri: uri ?? self.uri, nonce: nonce, at: time)
    }

    /// Both halves; what is denied in either, or the binding.
    private func answer(
        _ endpoint: TokenEndpoint, _ proofs: [String], _ presented: TokenRequestProof.Presented = .unbound
    ) async -> Result<TokenBinding, Denial> {
        do throws(Denial) {
            let checked = try endpoint.check(request(proofs), now: now)
            return .success(try await checked.admit(presented))
        } catch {
            return .failure(error)
        }
    }

    /// What is denied in either half; nil if nothing is.
    private func denied(
        _ endpoint: TokenEndpoint, _ proofs: [String], _ presented: TokenRequestProof.Presented = .unbound
    ) async -> Denial? {
        guard case .failure(let denial) = await answer(endpoint, proofs, presented) else { return nil }
        return denial
    }

    @Test("a token request with a proof gets a token bound to its key, once")
    func bound() async throws {
        let endpoint = try endpoint()
        let proof = try proof()
        let binding = try await answer(endpoint, [proof]).get()
        #expect(binding.tokenType == "DPoP" && binding.confirmation.jkt == ServerKit.jkt)
        #expect(binding.cnf == .object(["jkt": .string(ServerKit.jkt.jkt)]))
        #expect(binding.responseFields[.cacheControl] == "no-store")
        // RFC 9449 §5: bound for a public client; a confidential one's is bound by its authentication.
        #expect(binding.refreshTokenBinding(isPublicClient: true) == ServerKit.jkt)
        #expect(binding.refreshTokenBinding(isPublicClient: false) == nil)
        let replay = await denied(endpoint, [proof])
        #expect(replay?.status == .badRequest && replay?.text.contains("\"invalid_dpop_proof\"") == true)
        #expect(log.events.map(\.decision) == [.granted, .denied])
        #expect(log.events.allSatisfy { $0.endpoint == .token })
    }

    @Test("without a proof a token is unbound, where the server allows that and nothing needs one")
    func unbound() async throws {
        let binding = try await answer(endpoint(), []).get()
        #expect(binding.tokenType == "Bearer" && binding.cnf == nil && binding.proof == nil)
        #expect(binding.refreshTokenBinding(isPublicClient: true) == nil)
        for presented in [TokenRequestProof.Presented.bound(to: ServerKit.jkt), .unboundByDPoPClient] {
            let denial = try await denied(endpoint(), [], presented)
            #expect(denial?.code == .proofMissing && denial?.status == .badRequest)
            #expect(denial?.text.contains("\"invalid_dpop_proof\"") == true)
            #expect(try await denied(endpoint(), [try proof()], presented) == nil)
        }
        let required = try endpoint { $0.dpop = .required }
        #expect(await denied(required, [])?.code == .proofMissing)
        #expect(await denied(required, [try proof()]) == nil)
    }

    @Test("attack 113: an empty, repeated or joined DPoP field is refused and never taken for none")
    func field() async throws {
        let endpoint = try endpoint()
        let (one, two) = (try proof(), try proof())
        for proofs in [[""], [one, one], [one, two], ["\(one), \(two)"], ["", ""], ["x"]] {
            let denial = await denied(endpoint, proofs)
            #expect(denial?.status == .badRequest && denial?.challenges == [])
            #expect(denial?.text.contains("\"invalid_dpop_proof\"") == true)
        }
        #expect(await denied(endpoint, [one]) == nil)
    }

    @Test("attack 121: a proof of a resource's request is none for the token endpoint, and one for it is")
    func resourceProof() async throws {
        let endpoint = try endpoint()
        let cases: [(String, ProofRejection.Code)] = [
            (try proof(uri: ServerKit.origin + ServerKit.path), .targetMismatch),
            (try proof(method: "GET"), .methodMismatch),
            (try proof(uri: "https://as.example.com/par"), .targetMismatch),
        ]
        for (proof, code) in cases {
            #expect(await denied(endpoint, [proof])?.code == DecisionCode(code))
        }
        // A well-typed ath where no access token is in play is ignored.
        #expect(try await denied(endpoint, [proof(token: "bound")]) == nil)
    }

    @Test("attack 122: a refresh token or code bound to a key is refused to any other, as an invalid grant")
    func otherKey() async throws {
        let store = CountingStore()
        let endpoint = try endpoint(replay: store)
        let theirs = try await denied(endpoint, [proof(key: ServerKit.thiefsKey)], .bound(to: ServerKit.jkt))
        #expect(theirs?.code == DecisionCode(ProofRejection.Code.keyBindingMismatch))
        #expect(theirs?.status == .badRequest && theirs?.text.contains("\"invalid_grant\"") == true)
        #expect(store.count == 0)
        #expect(try await denied(endpoint, [proof()], .bound(to: ServerKit.jkt)) == nil)
        #expect(store.count == 1)
    }

    @Test("attack 122: dpop_jkt must be a thumbprint, and agree with the pushed request's proof")
    func authorizationBinding() throws {
        let jkt = ServerKit.jkt
        let other = ServerKit.thiefsKey.publicJWK.thumbprint
        #expect(try AuthorizationBinding.thumbprint(dpopJKT: nil) == nil)
        #expect(try AuthorizationBinding.thumbprint(dpopJKT: jkt.jkt) == jkt)
        #expect(try AuthorizationBinding.thumbprint(dpopJKT: nil, proof: jkt) == jkt)
        #expect(try AuthorizationBinding.thumbprint(dpopJKT: jkt.jkt, proof: jkt) == jkt)
        #expect(throws: AuthorizationBinding.Refused.disagreement) {
            try AuthorizationBinding.thumbprint(dpopJKT: other.jkt, proof: jkt)
        }
        for text in ["", "x", jkt.jkt + "=", String(jkt.jkt.dropLast()), jkt.jkt + " "] {
            #expect(throws: AuthorizationBinding.Refused.malformedParameter) {
                try AuthorizationBinding.thumbprint(dpopJKT: text, proof: jkt)
            }
        }
    }

    @Test("attack 187: what fails before the second half uses nothing up, however many fresh keys come")
    func halves() async throws {
        let store = CountingStore()
        let endpoint = try endpoint(replay: store)
        for _ in 0..<20 {
            // The client's authentication fails, or its grant is not good: the second half never comes.
            let checked = try endpoint.check(request([try proof(key: ServerKit.newKey())]), now: now)
            #expect(checked.thumbprint != nil)
        }
        #expect(store.count == 0)
        #expect(try await denied(endpoint, [proof()]) == nil)
        #expect(store.count == 1)
    }

    @Test("attack 160: an endpoint that requires nonces asks with 400 and gives one, which then counts")
    func nonces() async throws {
        let nonces = try StatelessNonces(secrets: [.random()], audience: .authorizationServer)
        let endpoint = try endpoint { $0.nonces = nonces }
        let denial = try #require(try await denied(endpoint, [proof()]))
        #expect(denial.status == .badRequest && denial.text.contains("\"use_dpop_nonce\""))
        let nonce = try #require(denial.headerFields[.dpopNonce])
        #expect(denial.headerFields[.cacheControl] == "no-store")
        let binding = try await answer(endpoint, [try proof(nonce: nonce)]).get()
        #expect(binding.responseFields[.dpopNonce] == nil)
        #expect(try await answer(endpoint, []).get().responseFields[.dpopNonce] != nil)
    }

    @Test("a revoked key gets no new token, and a fault of the server is 503")
    func faults() async throws {
        let revocations = MemoryKeyRevocations()
        try revocations.revoke(ServerKit.jkt)
        let revoked = try await denied(endpoint(keyStatus: revocations), [try proof()])
        #expect(revoked?.code == DecisionCode(ProofRejection.Code.keyRevoked))
        #expect(
            try await denied(endpoint(keyStatus: revocations), [try proof(key: ServerKit.thiefsKey)]) == nil)
        for (outcome, status) in [
            (ReplayOutcome.unavailable, HTTPResponse.Status.serviceUnavailable), (.overShare, .tooManyRequests),
        ] {
            let denial = try await denied(endpoint(replay: CountingStore(outcome)), [try proof()])
            #expect(denial?.status == status && denial?.headerFields[.retryAfter] == "1")
            #expect(denial?.text.contains("invalid_dpop_proof") == false)
        }
    }

    @Test("settings that make no sense are refused at construction")
    func configuration() throws {
        for change in [
            { (configuration: inout TokenEndpointConfiguration) in configuration.dpop = .off },
            { $0.uri = "/token" }, { $0.uri = "https://as.example.com/token?a" }, { $0.policy.algorithms = [] },
            { $0.policy.nonces = .required(ExpectedNonce("a")) }, { $0.policy.freshness = .byNonce },
            { $0.endpoint = .resource }, { $0.retryAfter = 0 },
        ] {
            #expect(throws: ConfigurationError.self) { try endpoint(change) }
        }
        _ = try endpoint { $0.endpoint = .pushedAuthorizationRequest }
    }
}

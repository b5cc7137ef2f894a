import DPoPCore
import HTTPTypes
import Testing

@testable import DPoPServer

/// What a token is bound to, and what must be shown for it.
@Suite struct BindingTests {
    private let uses: [DPoPUse] = [.required, .preferred, .off]

    private func guardian(_ dpop: DPoPUse) throws -> ResourceGuard {
        try ServerKit.guardian(ServerKit.configuration { $0.dpop = dpop })
    }

    @Test("attack 115: a bound token under Bearer is refused, without a proof and with one, whatever the setting")
    func bearerWithBoundToken() async throws {
        for dpop in uses {
            let guardian = try guardian(dpop)
            for token in ["bound", "both"] {
                for proofs in [[], [try ServerKit.proof(token)]] {
                    let connection = ClientConnection(certificate: ServerKit.certificate)
                    let denial = await guardian.denial(
                        ServerKit.request(["Bearer \(token)"], proofs: proofs), connection)
                    #expect(denial?.code == .boundTokenAsBearer)
                    #expect(denial?.status == .unauthorized)
                    #expect(denial?.challenges.contains { $0.contains("error=\"invalid_token\"") } == true)
                }
            }
        }
        #expect(try await guardian(.required).grant(try ServerKit.bound()) != nil)
    }

    @Test("attack 116: an unbound token under DPoP is refused, with a proof by any key")
    func unboundUnderDPoP() async throws {
        for dpop in [DPoPUse.required, .preferred] {
            let guardian = try guardian(dpop)
            for token in ["unbound", "certificate"] {
                let connection = ClientConnection(certificate: ServerKit.certificate)
                #expect(await guardian.denied(try ServerKit.bound(token), connection) == .unboundToken)
            }
            #expect(await guardian.denied(try ServerKit.bound("bound")) == nil)
        }
    }

    @Test(
        "attack 116: an unbound bearer token is served only where a setting says so, and a proof beside it is ignored")
    func unboundBearer() async throws {
        for proofs in [[], [try ServerKit.proof("unbound")], ["nonsense"]] {
            let request = ServerKit.request(["Bearer unbound"], proofs: proofs)
            #expect(try await guardian(.required).denied(request) == .unboundToken)
            for dpop in [DPoPUse.preferred, .off] {
                let grant = try #require(try await guardian(dpop).grant(request))
                #expect(grant.proof == nil)
                guard case .bearer = grant.evidence else {
                    Issue.record("an unbound token shows nothing")
                    continue
                }
            }
        }
    }

    @Test("attack 89: a token whose cnf can not be enforced is refused under either scheme")
    func strangeConfirmation() async throws {
        for dpop in uses {
            let guardian = try guardian(dpop)
            let code = DecisionCode(AccessTokenRejection.Code.malformedConfirmation)
            #expect(await guardian.denied(ServerKit.request(["Bearer strange"])) == code)
            if dpop != .off { #expect(await guardian.denied(try ServerKit.bound("strange")) == code) }
        }
    }

    @Test("attack 88: a right proof by another key than the token's is refused, and burns nothing")
    func otherKey() async throws {
        let store = CountingStore()
        let guardian = try ServerKit.guardian(replay: store)
        let denial = await guardian.denial(try ServerKit.bound(key: ServerKit.thiefsKey))
        #expect(denial?.code == DecisionCode(ProofRejection.Code.keyBindingMismatch))
        #expect(denial?.challenges.first?.contains("error=\"invalid_token\"") == true)
        #expect(store.count == 0)
        #expect(await guardian.denied(try ServerKit.bound()) == nil)
        #expect(store.count == 1)
    }

    @Test("a token bound to a certificate alone passes under Bearer over a connection with it, and no other")
    func certificate() async throws {
        for dpop in uses {
            let guardian = try guardian(dpop)
            let request = ServerKit.request(["Bearer certificate"])
            let with = { ClientConnection(certificate: $0) }
            #expect(await guardian.denied(request, with(nil)) == .certificateMissing)
            #expect(await guardian.denied(request, with(ServerKit.otherCertificate)) == .certificateMismatch)
            let grant = try #require(await guardian.grant(request, with(ServerKit.certificate)))
            guard case .certificate(ServerKit.certificate) = grant.evidence else {
                Issue.record("the certificate is the evidence")
                continue
            }
        }
    }

    @Test("attack 90: a token bound to a key and a certificate needs both")
    func both() async throws {
        let guardian = try guardian(.required)
        let with = { ClientConnection(certificate: $0) }
        let denied = { (certificate: CertificateThumbprint?, key: SigningKey) async throws in
            await guardian.denied(try ServerKit.bound("both", key: key), with(certificate))
        }
        #expect(try await denied(nil, ServerKit.key) == .certificateMissing)
        #expect(try await denied(ServerKit.otherCertificate, ServerKit.key) == .certificateMismatch)
        #expect(
            try await denied(ServerKit.certificate, ServerKit.thiefsKey)
                == DecisionCode(ProofRejection.Code.keyBindingMismatch))
        #expect(try await denied(ServerKit.certificate, ServerKit.key) == nil)
    }

    @Test("where DPoP is off its scheme is refused")
    func off() async throws {
        #expect(try await guardian(.off).denied(try ServerKit.bound()) == .schemeNotServed)
    }

    @Test("a resource whose metadata requires bound tokens can not be configured otherwise")
    func metadata() async throws {
        for change in [
            { (configuration: inout ResourceConfiguration) in configuration.dpop = .preferred },
            { $0.dpop = .off }, { $0.enforcement = .reportOnly },
        ] {
            var configuration = try ServerKit.configuration(change)
            _ = try ServerKit.guardian(configuration)
            configuration.metadataRequiresBoundTokens = true
            #expect(throws: ConfigurationError.self) { try ServerKit.guardian(configuration) }
        }
        let strict = try ServerKit.guardian(ServerKit.configuration { $0.metadataRequiresBoundTokens = true })
        #expect(await strict.denied(try ServerKit.bound()) == nil)
        // A token bound to a certificate alone is not DPoP-bound.
        let connection = ClientConnection(certificate: ServerKit.certificate)
        #expect(await strict.denied(ServerKit.request(["Bearer certificate"]), connection) == .unboundToken)
    }

    @Test("a token that is not accepted is refused under either scheme; one that can not be looked up is 503")
    func badToken() async throws {
        let guardian = try guardian(.preferred)
        for (token, code) in [("expired", AccessTokenRejection.Code.expired), ("nobody", .malformed)] {
            for request in [ServerKit.request(["Bearer \(token)"]), try ServerKit.bound(token)] {
                let denial = await guardian.denial(request)
                #expect(denial?.code == DecisionCode(code) && denial?.status == .unauthorized)
                #expect(denial?.challenges.contains { $0.contains("error=\"invalid_token\"") } == true)
            }
        }
        for request in [ServerKit.request(["Bearer offline"]), try ServerKit.bound("offline")] {
            let denial = await guardian.denial(request)
            #expect(denial?.status == .serviceUnavailable && denial?.challenges == [])
            #expect(denial?.headerFields[.retryAfter] == "1")
        }
    }
}

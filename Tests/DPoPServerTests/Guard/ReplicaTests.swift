import DPoPCore
import HTTPTypes
import Testing

@testable import DPoPServer

/// A resource or a token endpoint that runs as several processes: what one of them alone would see is refused.
@Suite struct ReplicaTests {
    /// A store or a source of revoked keys with the properties that a test names.
    private struct Declared: ReplayStore, KeyStatusSource {
        var scope = ReplayScope.shared
        var requiresNonces = false
        var memory: ReplayMemory { .startsEmpty }

        func admit(_ key: ReplayKey, until deadline: UnixTime, now: UnixTime) async -> ReplayOutcome { .firstSighting }
        func status(of thumbprint: Thumbprint, tokenIssuedAt: UnixTime?, now: UnixTime) async -> KeyStatus { .active }
    }

    /// What is configured at either front door.
    private struct Setting {
        var replicas = Replicas.several
        var replay: (any ReplayStore)? = Declared()
        var keyStatus: (any KeyStatusSource)?
        var secrets: [NonceSecret] = []
        var nonces: (any NonceIssuer)?

        func nonces(_ audience: NonceAudience) throws -> (any NonceIssuer)? {
            secrets.isEmpty ? nonces : try StatelessNonces(secrets: secrets, audience: audience)
        }
    }

    /// What the guard and the token endpoint say to it, in this order; nil: nothing.
    private func refusals(_ setting: Setting) throws -> [String?] {
        var resource = try ServerKit.configuration()
        resource.replicas = setting.replicas
        resource.nonces = try setting.nonces(.resourceServer)
        var endpoint = TokenEndpointConfiguration(uri: "https://as.example.com/token")
        endpoint.replicas = setting.replicas
        endpoint.nonces = try setting.nonces(.authorizationServer)
        let (keyStatus, tokens) = (setting.keyStatus, KnownTokens.all)
        func refusal(_ body: () throws(ConfigurationError) -> Void) -> String? {
            do throws(ConfigurationError) {
                try body()
                return nil
            } catch {
                return error.description
            }
        }
        guard let replay = setting.replay else {
            return [
                refusal { () throws(ConfigurationError) in
                    _ = try ResourceGuard(resource, tokens: tokens, keyStatus: keyStatus)
                },
                refusal { () throws(ConfigurationError) in _ = try TokenEndpoint(endpoint, keyStatus: keyStatus) },
            ]
        }
        return [
            refusal { () throws(ConfigurationError) in
                _ = try ResourceGuard(resource, tokens: tokens, replay: replay, keyStatus: keyStatus)
            },
            refusal { () throws(ConfigurationError) in
                _ = try TokenEndpoint(endpoint, replay: replay, keyStatus: keyStatus)
            },
        ]
    }

    /// Whether both front doors refuse it with a sentence that has this word in it.
    private func bothRefuse(_ setting: Setting, naming word: String) throws -> Bool {
        try refusals(setting).allSatisfy { $0?.contains(word) == true }
    }

    private func bothAccept(_ setting: Setting) throws -> Bool { try refusals(setting).allSatisfy { $0 == nil } }

    @Test("attack 143: several replicas with a replay store of each process do not start, with a shared one they do")
    func store() throws {
        let stores: [(any ReplayStore)?] = [
            nil, MemoryReplayCache(), Declared(scope: .processLocal), AnyReplayStore(MemoryReplayCache()),
        ]
        for store in stores {
            #expect(try bothRefuse(Setting(replay: store), naming: "replay store"))
            #expect(try bothAccept(Setting(replicas: .one, replay: store)))
        }
        #expect(try bothAccept(Setting()))
        #expect(try bothAccept(Setting(replay: AnyReplayStore(Declared()))))
    }

    @Test("attack 143: one process is the default, where its own memory is all there is to know")
    func defaults() throws {
        #expect(try ServerKit.configuration().replicas == .one)
        #expect(TokenEndpointConfiguration(uri: "https://as.example.com/token").replicas == .one)
    }

    @Test("several replicas with a process's own revoked keys do not start: the others would go on serving them")
    func keyStatus() throws {
        for source in [MemoryKeyRevocations(), Declared(scope: .processLocal)] as [any KeyStatusSource] {
            #expect(try bothRefuse(Setting(keyStatus: source), naming: "revoked keys"))
            #expect(try bothAccept(Setting(replicas: .one, keyStatus: source)))
        }
        #expect(try bothAccept(Setting(keyStatus: Declared())))
    }

    @Test("several replicas with nonces by a random secret do not start, whichever of its places it has")
    func nonceSecret() throws {
        let bytes = (0..<32).map { UInt8($0) }
        let (shared, own) = (try NonceSecret(bytes), try NonceSecret.random())
        for secrets in [[own], [shared, own], [own, shared]] {
            #expect(try bothRefuse(Setting(secrets: secrets), naming: "nonce secret"))
            #expect(try bothAccept(Setting(replicas: .one, secrets: secrets)))
        }
        #expect(try bothAccept(Setting(secrets: [shared])))
        #expect(try bothAccept(Setting(secrets: [shared, NonceSecret(bytes.reversed())])))
    }

    /// A nonce issuer of one's own, of which nothing is known.
    private struct OwnNonces: NonceIssuer {
        func judge(_ nonce: String, now: UnixTime) -> NonceVerdict { .invalid }
        func issue(now: UnixTime) -> String? { nil }
        func isAboutToLapse(_ lapsesAt: UnixTime, now: UnixTime) -> Bool { false }
    }

    @Test("attack 150: a store that is safe with nonces alone is refused without them, however many replicas there are")
    func requiredNonces() throws {
        for replicas in [Replicas.one, .several] {
            for store in [Declared(requiresNonces: true), AnyReplayStore(Declared(requiresNonces: true))]
                as [any ReplayStore]
            {
                let without = Setting(replicas: replicas, replay: store)
                #expect(try bothRefuse(without, naming: "nonces"))
                var with = without
                with.secrets = [try NonceSecret((0..<32).map { UInt8($0) })]
                #expect(try bothAccept(with))
                with = without
                with.nonces = OwnNonces()
                #expect(try bothAccept(with))
            }
            #expect(try bothAccept(Setting(replicas: replicas)))
        }
    }
}

public import DPoPCore
public import HTTPTypes

/// The DPoP side of a token endpoint (RFC 9449 §5) or a pushed authorization request endpoint (§10.1), in two halves:
/// ``check(_:connection:now:)`` before the client is authenticated and its grant looked at, and
/// ``TokenRequestProof/admit(_:now:)`` after that.
///
///     let proof = try tokens.check(request)                  // throws the answer to send
///     … authenticate the client, look up its code or refresh token …
///     let binding = try await proof.admit(.stored(code.jkt))
///     … issue a token with binding.cnf and binding.tokenType …
///
/// Between the halves nothing is used up: a stranger with fresh keys can not fill the replay store.
///
/// Make one for an endpoint and keep it, with a replay store of its own.
public struct TokenEndpoint: Sendable {
    /// Where the endpoint is, as `htu` must name it.
    public let targetURI: TargetURI

    let configuration: TokenEndpointConfiguration
    let verifier: ProofVerifier<AnyReplayStore>
    let keyStatus: (any KeyStatusSource)?
    private let observer: (any DecisionObserver)?

    /// - Parameters:
    ///   - replay: remembers which proofs were used. Not the one of a resource.
    ///   - keyStatus: knows which keys were revoked; nil: none are. A key with all its tokens revoked gets no new ones.
    ///   - observer: is told each decision about a request with a proof, or without one where it needs one.
    ///
    /// Throws what must not be configured.
    public init(
        _ configuration: TokenEndpointConfiguration, replay: any ReplayStore = MemoryReplayCache(),
        keyStatus: (any KeyStatusSource)? = nil, observer: (any DecisionObserver)? = nil
    ) throws(ConfigurationError) {
        targetURI = try configuration.checked()
        let settings = ProofSettings(configuration)
        let policy = try settings.policy(replay: replay, keyStatus: keyStatus)
        self.configuration = configuration
        verifier = ProofVerifier(
            policy: policy, replay: AnyReplayStore(replay), tables: configuration.tables, path: configuration.path)
        self.keyStatus = keyStatus
        self.observer = observer
    }

    /// The first half: every check of the proof that needs no store. A request without a proof passes, unless each
    /// needs one.
    ///
    /// - Parameters:
    ///   - request: the request as it came. Its method must be the wire's; its target is not read, since the endpoint
    ///     knows its own.
    ///   - connection: what else is known of it.
    ///   - now: the time to judge by; nil reads the system clock, here and in the second half.
    ///
    /// Throws the answer to send.
    public func check(
        _ request: HTTPRequest, connection: ClientConnection = ClientConnection(), now: UnixTime? = nil
    ) throws(Denial) -> TokenRequestProof {
        var use = TokenUse(request, connection, time: now)
        use.targetURI = targetURI
        use.proofs = request.headerFields[values: .dpop]
        guard let proof = use.proofs.first else {
            guard configuration.dpop != .required else { throw deny(.proofMissing, use) }
            return TokenRequestProof(nil, use, by: self)
        }
        use.scheme = .dpop
        guard use.proofs.count == 1 else { throw deny(.proofRepeated, use) }
        let checked: CheckedProof<AnyReplayStore>
        do {
            let context = RequestContext.tokenRequest(method: use.method, targetURI: targetURI)
            checked = try verifier.check(proof, for: context, now: use.now)
        } catch {
            throw deny(Refusal(error), use)
        }
        use.signatureVerified = true
        return TokenRequestProof(checked, use, by: self)
    }

    func deny(_ code: DecisionCode, _ use: TokenUse) -> Denial {
        deny(Refusal(code, .challenge(.invalidDPoPProof)), use)
    }

    /// The answer to send (RFC 6749 §5.2, RFC 9449 §5, §8).
    func deny(_ refusal: Refusal, _ use: TokenUse) -> Denial {
        record(use, .denied, refusal)
        var fields: HTTPFields = [.cacheControl: "no-store"]
        fields.setNonce(configuration.nonces?.issue(now: use.now))
        return refusal.tokenEndpointDenial(adding: fields, retryAfter: configuration.retryAfter)
    }

    func record(
        _ use: TokenUse, _ decision: DecisionEvent.Decision, _ refusal: Refusal? = nil, proof: VerifiedProof? = nil
    ) {
        guard let observer else { return }
        observer.record(use.event(decision, configuration.endpoint, refusal, proof: proof, policy: verifier.policy))
    }
}

/// How a token endpoint deals with proofs.
public struct TokenEndpointConfiguration: Sendable {
    /// The endpoint's URI, as its clients and the server's metadata know it.
    public var uri: String

    /// What events call this endpoint: a token endpoint, or one for pushed authorization requests.
    public var endpoint = DecisionEvent.Endpoint.token

    /// Which proofs are accepted. Its ``VerificationPolicy/nonces`` are set by ``nonces``.
    public var policy = VerificationPolicy.default

    /// What makes verification cheap for P-256 keys that come back often; by default the process's own.
    public var tables = KeyTables.shared

    /// Which of libcrypto's functions verify proofs: ``DPoPCore/CryptoPath/provider`` stays inside the provider that the
    /// process is configured for.
    public var path = CryptoPath.standard

    /// Gives out the nonces that proofs must carry (RFC 9449 §8); nil: none are required. Nonces of a resource server
    /// are of another audience and do not count here.
    public var nonces: (any NonceIssuer)?

    /// Whether every token is bound. Default: ``DPoPUse/preferred``: tokens are bound where a proof is sent.
    /// ``DPoPUse/off`` is refused: a server without DPoP needs no such endpoint.
    public var dpop = DPoPUse.preferred

    /// Retry-After of answers with 429 and 503, seconds, 1…86,400. Default: 1.
    public var retryAfter: Int64 = 1

    /// Over how many processes requests to this endpoint are spread. Default: ``Replicas/one``.
    public var replicas = Replicas.one

    /// - Parameter uri: `"https://as.example.com/token"`.
    public init(uri: String) { self.uri = uri }

    /// Throws what must not be set; what goes together with a store, ``ProofSettings`` knows.
    func checked() throws(ConfigurationError) -> TargetURI {
        guard dpop != .off else { throw ConfigurationError("a token endpoint with dpop off would never bind a token") }
        guard (nonces as? StatelessNonces)?.audience != .resourceServer else {
            throw ConfigurationError("nonces of a resource server do not count at a token endpoint")
        }
        guard endpoint != .resource else { throw ConfigurationError("a token endpoint is no resource") }
        guard !uri.utf8.contains(where: { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") }),
            let targetURI = try? TargetURI(uri)
        else { throw ConfigurationError("the endpoint's URI is not absolute, or has a query or fragment") }
        return targetURI
    }
}

public import DPoPCore
public import HTTPTypes

/// Protects a resource (RFC 9449 §7): takes a request, and answers whether its sender may use the token it carries.
///
///     let guardian = try ResourceGuard(ResourceConfiguration(origin: "https://api.example.com"), tokens: tokens)
///     switch await guardian.authorize(request) {
///     case .granted(let grant): …  // grant.token.subject
///     case .denied(let denial): …  // send denial.response and denial.body
///
/// In this order: target, credentials, all checks of the proof up to its signature, the token, what it is bound to,
/// the key's status, and last the replay store. So a request that is not granted uses no proof up, and where only bound
/// tokens are served only a request with a good proof reaches the network; in report-only mode any with a token does.
///
/// Make one for a resource and keep it: the replay store is its memory.
public struct ResourceGuard: Sendable {
    public let configuration: ResourceConfiguration

    let verifier: ProofVerifier<AnyReplayStore>
    let tokens: any AccessTokenVerifier
    let keyStatus: (any KeyStatusSource)?
    let challenge: Challenge
    private let observer: (any DecisionObserver)?

    /// - Parameters:
    ///   - configuration: how the resource is protected.
    ///   - tokens: finds out what a token is good for.
    ///   - replay: remembers which proofs were used. Not the one of a token endpoint: whoever floods that must not
    ///     fill this.
    ///   - keyStatus: knows which keys were revoked; nil: none are.
    ///   - observer: is told each decision.
    ///
    /// Throws what must not be configured.
    public init(
        _ configuration: ResourceConfiguration, tokens: any AccessTokenVerifier,
        replay: any ReplayStore = MemoryReplayCache(), keyStatus: (any KeyStatusSource)? = nil,
        observer: (any DecisionObserver)? = nil
    ) throws(ConfigurationError) {
        try configuration.check()
        let settings = ProofSettings(configuration)
        let policy = try settings.policy(replay: replay, keyStatus: keyStatus)
        self.configuration = configuration
        verifier = ProofVerifier(
            policy: policy, replay: AnyReplayStore(replay), tables: configuration.tables, path: configuration.path)
        challenge = Challenge(
            algorithms: configuration.dpop == .off ? [] : policy.algorithms,
            servesBearer: configuration.dpop != .required, realm: configuration.realm, scope: configuration.scope,
            resourceMetadata: configuration.resourceMetadata)
        self.tokens = tokens
        self.keyStatus = keyStatus
        self.observer = observer
    }

    /// Decides about one request.
    ///
    /// - Parameters:
    ///   - request: the request as it came.
    ///   - connection: what else is known of it.
    ///   - formBody: its body, if that is `application/x-www-form-urlencoded` and was read already: a token in it is
    ///     refused. A guard never takes a token from a body.
    ///   - now: the time to judge by; nil reads the system clock.
    public func authorize(
        _ request: HTTPRequest, connection: ClientConnection = ClientConnection(), formBody: [UInt8]? = nil,
        now: UnixTime? = nil
    ) async -> ResourceDecision {
        if let preflight = preflight(request, connection) { return .preflight(preflight) }
        var use = TokenUse(request, connection, time: now)
        do {
            let targetURI = try read(request, formBody, into: &use)
            let evidence = try await use.isBearer ? bear(&use) : prove(&use, at: targetURI)
            let fields = responseFields(request, proof: evidence.1, now: use.now)
            record(use, .granted, proof: evidence.1)
            return .granted(Grant(token: evidence.0, evidence: evidence.2, responseFields: fields))
        } catch {
            return await refused(error, request, &use)
        }
    }

    private func preflight(_ request: HTTPRequest, _ connection: ClientConnection) -> HTTPResponse? {
        guard let crossOrigin = configuration.crossOrigin else { return nil }
        var asked = request
        if let method = connection.originalMethod {
            // Of a subrequest the method that it asks about; one that is no method asks about no preflight.
            asked.method = HTTPRequest.Method(rawValue: method) ?? .trace
        }
        return crossOrigin.preflight(asked)
    }

    /// Target and credentials.
    private func read(
        _ request: HTTPRequest, _ formBody: [UInt8]?, into use: inout TokenUse
    ) throws(Refusal) -> TargetURI {
        let connection = use.connection
        let hop = try configuration.proxies?.hop(of: request, connection)
        if let hop { use.clientAddress = hop.clientAddress }
        let targetURI = try configuration.origins.target(of: request, connection, hop)
        use.targetURI = targetURI
        if let path = connection.originalPath, FormBody.queryHasAccessToken(path) {
            throw Refusal(.tokenInQuery, .badRequest)
        }
        if let formBody, FormBody.hasAccessToken(formBody) { throw Refusal(.tokenInForm, .badRequest) }
        switch try Credentials(request) {
        case .none: throw Refusal(.noCredentials, .challenge(nil))
        case .bearer(let token): (use.scheme, use.token) = (.bearer, token)
        case .dpop(let token, let proofs): (use.scheme, use.token, use.proofs) = (.dpop, token, proofs)
        }
        return targetURI
    }

    /// The answer to a request that is refused, or would be if proofs were enforced.
    private func refused(
        _ refusal: Refusal, _ request: HTTPRequest, _ use: inout TokenUse
    ) async -> ResourceDecision {
        var refusal = refusal
        if configuration.enforcement == .reportOnly, refusal.isAboutProof {
            do {
                let (token, _) = try await boundToken(&use)
                try await checkKeyStatus(token, &use)
                record(use, .passedUnproven, refusal)
                let fields = responseFields(request, proof: nil, now: use.now)
                let denial = denial(refusal, request, use)
                return .passedUnproven(UnprovenGrant(token: token, denial: denial, responseFields: fields))
            } catch {
                refusal = error
            }
        }
        record(use, .denied, refusal)
        return .denied(denial(refusal, request, use))
    }

    private func denial(_ refusal: Refusal, _ request: HTTPRequest, _ use: TokenUse) -> Denial {
        var fields = configuration.crossOrigin?.responseFields(request) ?? HTTPFields()
        if refusal.status == .unauthorized || refusal.answer == .badRequest {
            var error: Refusal.WireError? = refusal.answer == .badRequest ? .invalidRequest : nil
            if case .challenge(let wanted) = refusal.answer { error = wanted }
            for field in challenge.fields(error: error, reason: refusal.reason, usedBearer: use.isBearer) {
                fields.append(field)
            }
            if configuration.dpop != .off { fields.setNonce(configuration.nonces?.issue(now: use.now)) }
        }
        return refusal.denial(adding: fields, retryAfter: configuration.retryAfter)
    }

    /// A new nonce where the used one is about to lapse, or where none was used; CORS.
    private func responseFields(_ request: HTTPRequest, proof: VerifiedProof?, now: UnixTime) -> HTTPFields {
        var fields = configuration.crossOrigin?.responseFields(request) ?? HTTPFields()
        guard let nonces = configuration.nonces, configuration.dpop != .off else { return fields }
        if let lapse = proof?.nonceLapsesAt, !nonces.isAboutToLapse(lapse, now: now) { return fields }
        fields.setNonce(nonces.issue(now: now))
        return fields
    }

    private func record(
        _ use: TokenUse, _ decision: DecisionEvent.Decision, _ refusal: Refusal? = nil, proof: VerifiedProof? = nil
    ) {
        guard let observer else { return }
        observer.record(use.event(decision, .resource, refusal, proof: proof, policy: verifier.policy))
    }
}

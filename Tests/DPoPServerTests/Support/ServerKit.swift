import DPoPCore
import HTTPTypes
import Testing

@testable import DPoPServer

/// What the tests of the server side share: a time, keys, tokens that are known beforehand, requests.
enum ServerKit {
    static let now = UnixTime(seconds: 1_700_000_040)
    static let origin = "https://api.example.com"
    static let path = "/orders"
    static let key = newKey()
    static let thiefsKey = newKey()
    static let certificate = CertificateThumbprint(ofCertificate: [1, 2, 3])
    static let otherCertificate = CertificateThumbprint(ofCertificate: [4])

    /// A fresh key. Only libcrypto's failure could prevent it, and then no test means anything.
    static func newKey() -> SigningKey {
        do {
            return try SigningKey.generate(.es256)
        } catch {
            fatalError("no key: \(error)")
        }
    }

    static var jkt: Thumbprint { key.publicJWK.thumbprint }

    static func configuration(
        _ change: (inout ResourceConfiguration) -> Void = { _ in }
    ) throws -> ResourceConfiguration {
        var configuration = try ResourceConfiguration(origin: origin)
        change(&configuration)
        return configuration
    }

    /// A guard of its own memory, which starts empty.
    static func guardian(
        _ configuration: ResourceConfiguration? = nil, tokens: KnownTokens = .all,
        replay: any ReplayStore = MemoryReplayCache(memory: .startsEmpty), keyStatus: (any KeyStatusSource)? = nil,
        observer: (any DecisionObserver)? = nil
    ) throws -> ResourceGuard {
        try ResourceGuard(
            configuration ?? Self.configuration(), tokens: tokens, replay: replay, keyStatus: keyStatus,
            observer: observer)
    }

    /// A proof for a token at ``path``, as a client makes it.
    static func proof(
        _ token: String? = "bound", key: SigningKey = key, method: String = "GET", uri: String = origin + path,
        nonce: String? = nil, jti: String? = nil, at time: UnixTime = now
    ) throws -> String {
        try ProofBuilder(signer: key).proof(
            method: method, targetURI: TargetURI(uri), accessToken: token, nonce: nonce, jti: jti, issuedAt: time)
    }

    /// A proof as no builder of ours makes it, its signature right.
    static func handMade(htu: String) throws -> String {
        let jwk = key.publicJWK.json
        let header = "{\"typ\":\"dpop+jwt\",\"alg\":\"ES256\",\"jwk\":\(jwk)}"
        let claims: ClaimValue = .object([
            "jti": "1", "htm": "GET", "htu": .string(htu), "iat": .integer(now.seconds),
            "ath": .string(AccessTokenHash(of: "bound").ath),
        ])
        let payload = try claims.json()
        var text = Base64URL.encode(header.utf8.span) + [UInt8(ascii: ".")] + Base64URL.encode(payload.span)
        let signature = try key.signature(over: text.span)
        text += [UInt8(ascii: ".")] + Base64URL.encode(signature.span)
        return String(decoding: text, as: UTF8.self)
    }

    /// A request with these Authorization and DPoP field lines.
    static func request(
        _ authorization: [String], proofs: [String] = [], method: HTTPRequest.Method = .get, path: String = path
    ) -> HTTPRequest {
        var request = HTTPRequest(method: method, scheme: "https", authority: "api.example.com", path: path)
        for value in authorization {
            request.headerFields.append(HTTPField(name: .authorization, value: value))
        }
        for value in proofs { request.headerFields.append(HTTPField(name: .dpop, value: value)) }
        return request
    }

    /// A request under the DPoP scheme that brings a proof for its token.
    static func bound(_ token: String = "bound", nonce: String? = nil, key: SigningKey = key) throws -> HTTPRequest {
        try request(["DPoP \(token)"], proofs: [proof(token, key: key, nonce: nonce)])
    }
}

/// An authorization server's memory: tokens that are known by their text.
final class KnownTokens: AccessTokenVerifier {
    private let tokens: [String: Result<AccessToken, AccessTokenRejection>]
    private let questions = Locked(0)
    let answersLocally: Bool

    init(_ tokens: [String: Result<AccessToken, AccessTokenRejection>], answersLocally: Bool = true) {
        self.tokens = tokens
        self.answersLocally = answersLocally
    }

    /// How often a token was asked for.
    var count: Int { questions.withLock { $0 } }

    func verify(_ token: String, now: UnixTime) async throws(AccessTokenRejection) -> AccessToken {
        questions.withLock { $0 += 1 }
        await Task.yield()
        guard let answer = tokens[token] else { throw AccessTokenRejection(.malformed) }
        return try answer.get()
    }

    static var all: KnownTokens { all(answersLocally: true) }

    static func all(answersLocally: Bool) -> KnownTokens {
        func token(
            _ confirmation: DPoPServer.Confirmation, issuedAt: UnixTime? = ServerKit.now.advanced(bySeconds: -100)
        )
            -> Result<AccessToken, AccessTokenRejection>
        {
            .success(
                AccessToken(
                    confirmation: confirmation, subject: "alice", clientID: "agent", issuedAt: issuedAt,
                    expiresAt: ServerKit.now.advanced(bySeconds: 200)))
        }
        let jkt = ServerKit.jkt
        return KnownTokens(
            [
                "bound": token(Confirmation(jkt: jkt)),
                "bound-undated": token(Confirmation(jkt: jkt), issuedAt: nil),
                "unbound": token(.unbound),
                "certificate": token(Confirmation(certificate: ServerKit.certificate)),
                "both": token(Confirmation(jkt: jkt, certificate: ServerKit.certificate)),
                "strange": .failure(AccessTokenRejection(.malformedConfirmation)),
                "expired": .failure(AccessTokenRejection(.expired)),
                "offline": .failure(AccessTokenRejection(.unavailable)),
            ], answersLocally: answersLocally)
    }
}

/// Keeps the events it is told.
final class EventLog: DecisionObserver {
    private let kept = Locked<[DecisionEvent]>([])
    func record(_ event: DecisionEvent) { kept.withLock { $0.append(event) } }
    var events: [DecisionEvent] { kept.withLock { $0 } }
}

/// Counts what it is asked, and answers always the same.
final class CountingStore: ReplayStore {
    let scope = ReplayScope.processLocal
    let memory = ReplayMemory.startsEmpty
    private let outcome: ReplayOutcome
    private let questions = Locked(0)

    init(_ outcome: ReplayOutcome = .firstSighting) { self.outcome = outcome }

    var count: Int { questions.withLock { $0 } }

    func admit(_ key: ReplayKey, until deadline: UnixTime, now: UnixTime) async -> ReplayOutcome {
        questions.withLock { $0 += 1 }
        return outcome
    }
}

extension ResourceGuard {
    /// The code that a request is denied with; nil if it is granted.
    func denied(
        _ request: HTTPRequest, _ connection: ClientConnection = ClientConnection(), formBody: [UInt8]? = nil,
        now: UnixTime = ServerKit.now
    ) async -> DecisionCode? {
        await denial(request, connection, formBody: formBody, now: now)?.code
    }

    /// The answer that a request is denied with; nil if it is granted.
    func denial(
        _ request: HTTPRequest, _ connection: ClientConnection = ClientConnection(), formBody: [UInt8]? = nil,
        now: UnixTime = ServerKit.now
    ) async -> Denial? {
        let decision = await authorize(request, connection: connection, formBody: formBody, now: now)
        switch decision {
        case .granted: return nil
        case .denied(let denial): return denial
        case .passedUnproven, .preflight:
            Issue.record("neither granted nor denied")
            return nil
        }
    }

    func grant(
        _ request: HTTPRequest, _ connection: ClientConnection = ClientConnection(), now: UnixTime = ServerKit.now
    ) async -> Grant? {
        guard case .granted(let grant) = await authorize(request, connection: connection, now: now) else { return nil }
        return grant
    }
}

extension Denial {
    /// The WWW-Authenticate field lines.
    var challenges: [String] { headerFields[values: .wwwAuthenticate] }
    var text: String { String(decoding: body, as: UTF8.self) }
}

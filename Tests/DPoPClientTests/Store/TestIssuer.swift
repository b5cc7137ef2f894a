import DPoPCore
import Foundation
import HTTPTypes

@testable import DPoPClient

/// The token endpoint of a test: gives numbered tokens, for 300 s, each with a refresh token that is good once.
final class TestIssuer: Sendable {
    struct State {
        var requests: [(refresh: String?, jkt: Thumbprint)] = []
        var validRefresh: Set<String> = []
        var failure: (any Error)?
        /// What came over HTTP.
        var forms: [[String: String]] = []
    }

    let state = Locked(State())
    let seconds = Locked<Int64>(1_700_000_000)
    let events = EventList()
    private let lifetime: Int64?
    private let type: String
    private let givesRefresh: Bool
    private let grantsAnew: Bool
    private let granted: String?
    private let hold: @Sendable () async throws -> Void

    /// - Parameters:
    ///   - grantsAnew: whether there is a grant without a refresh token.
    ///   - granted: the scope of each grant, whatever was asked for; a refresh for another one is refused.
    init(
        lifetime: Int64? = 300, type: String = "DPoP", givesRefresh: Bool = true, grantsAnew: Bool = true,
        granted: String? = nil, hold: @escaping @Sendable () async throws -> Void = {}
    ) {
        self.lifetime = lifetime
        self.type = type
        self.givesRefresh = givesRefresh
        self.grantsAnew = grantsAnew
        self.granted = granted
        self.hold = hold
    }

    var settings: SessionSettings {
        var settings = SessionSettings()
        settings.coldWait = .zero
        settings.observer = events
        settings.clock = { [seconds] in UnixTime(seconds: seconds.withLock { $0 }, nanoseconds: 500_000_000) }
        return settings
    }

    var requests: [(refresh: String?, jkt: Thumbprint)] { state.withLock { $0.requests } }

    var forms: [[String: String]] { state.withLock { $0.forms } }

    var now: UnixTime { UnixTime(seconds: seconds.withLock { $0 }) }

    func advance(_ by: Int64) { seconds.withLock { $0 += by } }

    func fail(_ error: (any Error)?) { state.withLock { $0.failure = error } }

    func source(_ store: any SessionStore = MemorySessionStore(), refresh: TokenSource.RefreshBinding = .key)
        -> TokenSource
    {
        TokenSource(store: store, settings: settings, refreshBinding: refresh, getTokens: tokens)
    }

    var tokens: TokenSource.GetTokens {
        { requests, refresh in try await self.answer(requests, refresh) }
    }

    private func answer(_ requests: TokenRequests, _ refresh: RefreshToken?) async throws -> TokenResponse {
        guard refresh != nil || grantsAnew else { throw DPoPClientError(.grantNeeded, "for the test") }
        let signed = try await requests.sign(
            HTTPRequest(method: .post, scheme: "https", authority: "as.example.com", path: "/token"), as: nil)
        let (response, body) = try await respond(refresh?.text, scope: nil, signed.jkt)
        return try TokenResponse(
            response, body: body, to: signed, policy: type == "DPoP" ? .required : .preferred)
    }

    private func respond(_ refresh: String?, scope: String?, _ jkt: Thumbprint) async throws -> ScriptedServer.Answer {
        let (number, failure, isGood) = state.withLock { state in
            state.requests.append((refresh, jkt))
            let isGood = refresh.map { state.validRefresh.remove($0) != nil } ?? true
            let number = state.requests.count
            if isGood, state.failure == nil { state.validRefresh.insert("refresh-\(number)") }
            return (number, state.failure, isGood)
        }
        try await hold()
        if let failure { throw failure }
        guard isGood else { return Answers.refusal("invalid_grant") }
        if refresh != nil, let granted, let scope, scope != granted { return Answers.refusal("invalid_scope") }
        var json = "{\"access_token\":\"access-\(number)\",\"token_type\":\"\(type)\""
        if let lifetime { json += ",\"expires_in\":\(lifetime)" }
        if let granted { json += ",\"scope\":\"\(granted)\"" }
        if givesRefresh { json += ",\"refresh_token\":\"refresh-\(number)\"" }
        return (HTTPResponse(status: .ok), Array((json + "}").utf8))
    }

    /// A client that asks this issuer over HTTP.
    func client(
        _ authentication: ClientAuthentication = .clientSecretBasic(id: "app", secret: "s"),
        issuer: String = "https://as.example.com"
    ) throws -> TokenClient {
        return TokenClient(
            server: try AuthorizationServer(issuer: issuer, tokenEndpoint: issuer + "/token"),
            authentication: authentication, transport: Transport(issuer: self))
    }

    private struct Transport: ClientTransport {
        let issuer: TestIssuer

        func send(_ request: HTTPRequest, body: [UInt8], upTo limit: Int) async throws -> ScriptedServer.Answer {
            let form = TokenKit.form(body)
            issuer.state.withLock { $0.forms.append(form) }
            let proof = try DecodedProof(decoding: request.headerFields[.proofField] ?? "")
            return try await issuer.respond(form["refresh_token"], scope: form["scope"], proof.publicKey.thumbprint)
        }
    }
}

/// A store of a test's that fails when it is told to.
final class FailingStore: SessionStore {
    struct Trouble: Error {}

    enum Failure: Sendable {
        case reading
        case writing
    }

    let inner = MemorySessionStore()
    let failure = Locked<Failure?>(nil)
    let writes = Locked(0)

    func load() async throws -> SessionRecord? {
        if failure.withLock({ $0 }) == .reading { throw DPoPClientError(.storeUnreadable, "for the test") }
        return try await inner.load()
    }

    func update(_ change: @Sendable (SessionRecord?) async throws -> SessionRecord?) async throws {
        _ = try await load()
        try await inner.update { stored in
            guard let changed = try await change(stored) else { return nil }
            if self.failure.withLock({ $0 }) == .writing { throw Trouble() }
            self.writes.withLock { $0 += 1 }
            return changed
        }
    }
}

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
    }

    let state = Locked(State())
    let seconds = Locked<Int64>(1_700_000_000)
    let events = EventList()
    private let lifetime: Int64?
    private let type: String
    private let givesRefresh: Bool
    private let grantsAnew: Bool
    private let hold: @Sendable () async throws -> Void

    init(
        lifetime: Int64? = 300, type: String = "DPoP", givesRefresh: Bool = true, grantsAnew: Bool = true,
        hold: @escaping @Sendable () async throws -> Void = {}
    ) {
        self.lifetime = lifetime
        self.type = type
        self.givesRefresh = givesRefresh
        self.grantsAnew = grantsAnew
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
        let (number, failure, isGood) = state.withLock { state in
            state.requests.append((refresh?.text, signed.jkt))
            let isGood = refresh.map { state.validRefresh.remove($0.text) != nil } ?? true
            let number = state.requests.count
            if isGood, state.failure == nil { state.validRefresh.insert("refresh-\(number)") }
            return (number, state.failure, isGood)
        }
        try await hold()
        if let failure { throw failure }
        guard isGood else { return try Self.read("{\"error\":\"invalid_grant\"}", .badRequest, signed, type) }
        var json = "{\"access_token\":\"access-\(number)\",\"token_type\":\"\(type)\""
        if let lifetime { json += ",\"expires_in\":\(lifetime)" }
        if givesRefresh { json += ",\"refresh_token\":\"refresh-\(number)\"" }
        return try Self.read(json + "}", .ok, signed, type)
    }

    private static func read(
        _ json: String, _ status: HTTPResponse.Status, _ signed: SignedRequest, _ type: String
    ) throws -> TokenResponse {
        try TokenResponse(
            HTTPResponse(status: status), body: Array(json.utf8), to: signed,
            policy: type == "DPoP" ? .required : .preferred)
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

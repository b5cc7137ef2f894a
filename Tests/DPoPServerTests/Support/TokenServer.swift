@testable import DPoPCore
@testable import DPoPServer

/// Answers that a test sets, and a count of how often they were asked for.
final class TokenServer: Sendable {
    struct Down: Error {}

    private struct State {
        var calls = 0
        var answer: IntrospectionResponse?
    }

    private let state: Locked<State>

    /// What each call waits for before it is answered.
    let gate: TokenGate?

    /// - Parameters:
    ///   - body: what is answered with 200; nil fails each call.
    ///   - gate: what each call waits for.
    init(_ body: String?, gate: TokenGate? = nil) {
        state = Locked(State(answer: body.map { IntrospectionResponse(status: 200, body: Array($0.utf8)) }))
        self.gate = gate
    }

    var calls: Int { state.withLock { $0.calls } }

    func answer(_ body: String?, status: Int = 200) {
        state.withLock { $0.answer = body.map { IntrospectionResponse(status: status, body: Array($0.utf8)) } }
    }

    func answer(_ keys: KeySet) throws {
        let body = try keys.json()
        state.withLock { $0.answer = IntrospectionResponse(status: 200, body: body) }
    }

    func ask() async throws -> IntrospectionResponse {
        let answer = state.withLock { state in
            state.calls += 1
            return state.answer
        }
        await gate?.pass()
        guard let answer else { throw Down() }
        return answer
    }

    /// As a source of key sets.
    var refresh: TrustedIssuer.KeyRefresh { { try await self.ask().body } }

    func verifier(
        audience: ExpectedAudience = .audience(TokenKit.audience), issuer: String? = nil,
        _ settings: IntrospectionVerifier.Settings = .init()
    ) throws -> IntrospectionVerifier {
        try IntrospectionVerifier(audience: audience, issuer: issuer, settings: settings) { _ in try await self.ask() }
    }

    /// A good answer at `TokenKit.now`, for ten minutes, with one member set to a JSON text or removed.
    static func active(_ name: String = "", _ json: String? = nil) -> String {
        let text = TokenText().claim("active", "true").claim("token_type", "\"DPoP\"")
        return TokenText.object((name.isEmpty ? text : text.claim(name, json)).payload)
    }
}

/// A door that calls stand at until a test opens it, and that tells when somebody came.
actor TokenGate {
    private var isOpen = false
    private var hasVisitor = false
    private var visitors: [CheckedContinuation<Void, Never>] = []
    private var watchers: [CheckedContinuation<Void, Never>] = []

    func pass() async {
        hasVisitor = true
        for watcher in watchers { watcher.resume() }
        watchers = []
        if !isOpen { await withCheckedContinuation { visitors.append($0) } }
    }

    /// Returns once somebody came to the door.
    func visited() async {
        if !hasVisitor { await withCheckedContinuation { watchers.append($0) } }
    }

    func open() {
        isOpen = true
        for visitor in visitors { visitor.resume() }
        visitors = []
    }
}

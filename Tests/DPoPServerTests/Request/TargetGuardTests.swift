import DPoPCore
import HTTPTypes
import Testing

@testable import DPoPServer

/// Where a request was sent, as a guard sees it, with real proofs.
@Suite struct TargetGuardTests {
    private static let now = UnixTime(seconds: 1_700_000_040)

    private struct OneToken: AccessTokenVerifier {
        let jkt: Thumbprint
        func verify(_ token: String, now: UnixTime) async throws(AccessTokenRejection) -> AccessToken {
            AccessToken(confirmation: Confirmation(jkt: jkt))
        }
    }

    private final class Events: DecisionObserver {
        private let kept = Locked<[DecisionEvent]>([])
        func record(_ event: DecisionEvent) { kept.withLock { $0.append(event) } }
        var last: DecisionEvent? { kept.withLock { $0.last } }
    }

    private let key: SigningKey
    private let events = Events()
    private let configuration: ResourceConfiguration

    init() throws {
        key = try SigningKey.generate(.es256)
        configuration = try ResourceConfiguration(origin: "https://api.example.com")
    }

    /// "granted", or the denial's status and code.
    private func decide(
        _ configuration: ResourceConfiguration? = nil, htu: String, _ request: HTTPRequest, htm: String = "GET",
        _ connection: ClientConnection = ClientConnection(peerAddress: TargetKit.proxy)
    ) async throws -> String {
        let tokens = OneToken(jkt: key.publicJWK.thumbprint)
        let guardian = try ResourceGuard(
            configuration ?? self.configuration, tokens: tokens, replay: MemoryReplayCache(memory: .startsEmpty),
            observer: events)
        var request = request
        request.headerFields[.authorization] = "DPoP token"
        request.headerFields[.dpop] = try ProofBuilder(signer: key).proof(
            method: htm, targetURI: TargetURI(htu), accessToken: "token", issuedAt: Self.now)
        switch await guardian.authorize(request, connection: connection, now: Self.now) {
        case .granted: return "granted"
        case .denied(let denial): return "\(denial.status.code) \(denial.code.rawValue)"
        case .passedUnproven, .preflight: return "neither"
        }
    }

    @Test("attack 110: a proof for another server is not good here, whatever the Host field says")
    func host() async throws {
        let own = "https://api.example.com/orders"
        #expect(try await decide(htu: own, TargetKit.request()) == "granted")
        #expect(events.last?.targetURI == own && events.last?.clientAddress == TargetKit.proxy)
        let evil = "https://evil.example/orders"
        #expect(try await decide(htu: evil, TargetKit.request()) == "401 targetMismatch")
        #expect(try await decide(htu: evil, TargetKit.request(host: "evil.example")) == "421 wrongTarget")
        #expect(events.last?.targetURI == nil && events.last?.code == .wrongTarget)
        let spoofed = TargetKit.request(fields: [
            ("X-Forwarded-Host", "evil.example"), ("Forwarded", "host=evil.example"),
        ])
        #expect(try await decide(htu: evil, spoofed) == "401 targetMismatch")
        #expect(try await decide(htu: own, spoofed) == "granted")
    }

    @Test("attack 110: an unlisted host is refused for every scheme, also without credentials")
    func everyScheme() async throws {
        var configuration = configuration
        configuration.dpop = .preferred
        let guardian = try ResourceGuard(configuration, tokens: OneToken(jkt: key.publicJWK.thumbprint))
        for authorization in [nil, "Bearer token", "Basic eDp5"] {
            for (host, status) in [("evil.example", 421), ("api.example.com", 401)] {
                var request = TargetKit.request(host: host)
                request.headerFields[.authorization] = authorization
                guard case .denied(let denial) = await guardian.authorize(request) else {
                    Issue.record("not denied")
                    continue
                }
                #expect(denial.status.code == status)
                #expect(denial.headerFields.contains(.wwwAuthenticate) == (status == 401))
            }
        }
    }

    @Test("attacks 110 and 111: behind two proxies, the target and the client's address are the outer one's")
    func proxies() async throws {
        var behind = configuration
        behind.origins = try ExternalOrigins(["https://api.example.com", "http://api.example.com"])
        behind.proxies = try TrustedProxies(["10.1.0.0/16"], hops: 2, reading: .forwarded)
        func request(_ lines: [String]) -> HTTPRequest {
            TargetKit.request(host: "backend:8080", fields: lines.map { ("Forwarded", $0) })
        }
        let outer = "for=\"[2001:db8::5]\";host=api.example.com;proto=https"
        let inner = "for=10.1.0.6;host=\"edge:80\";proto=http"
        let htu = "https://api.example.com/orders"
        #expect(try await decide(behind, htu: htu, request([outer, inner])) == "granted")
        #expect(events.last?.clientAddress == "2001:db8::5")
        #expect(try await decide(behind, htu: htu, request(["for=6.6.6.6;proto=http", outer, inner])) == "granted")
        #expect(events.last?.clientAddress == "2001:db8::5")
        #expect(try await decide(behind, htu: htu, request([inner])) == "400 malformedForwarding")
        #expect(try await decide(behind, htu: htu, request([outer])) == "400 malformedForwarding")
        #expect(
            try await decide(behind, htu: "http://api.example.com/orders", request([outer, inner]))
                == "401 targetMismatch")
        let direct = ClientConnection(peerAddress: TargetKit.stranger)
        #expect(try await decide(behind, htu: htu, request([outer, inner]), direct) == "421 wrongTarget")
        #expect(events.last?.clientAddress == TargetKit.stranger)
    }

    @Test("a forward-auth subrequest is judged by the method and path that are asked about")
    func forwardAuth() async throws {
        let connection = ClientConnection(originalMethod: "PUT", originalPath: "/orders/1?x")
        let request = TargetKit.request("/auth")
        #expect(try await decide(htu: "https://api.example.com/orders/1", request, htm: "PUT", connection) == "granted")
        #expect(
            try await decide(htu: "https://api.example.com/auth", request, htm: "PUT", connection)
                == "401 targetMismatch")
        #expect(
            try await decide(htu: "https://api.example.com/orders/1", request, connection) == "401 methodMismatch")
    }

    @Test("attack 119: a token in the query is refused beside a good one, in a forward-auth subrequest too")
    func query() async throws {
        let htu = "https://api.example.com/orders"
        #expect(try await decide(htu: htu, TargetKit.request("/orders?access=x")) == "granted")
        #expect(try await decide(htu: htu, TargetKit.request("/orders?access_token=x")) == "400 tokenInQuery")
        let asked = ClientConnection(originalPath: "/orders?access%5Ftoken=x")
        #expect(try await decide(htu: htu, TargetKit.request("/auth"), asked) == "400 tokenInQuery")
        let twin = ClientConnection(originalPath: "/orders?token=x")
        #expect(try await decide(htu: htu, TargetKit.request("/auth"), twin) == "granted")
    }
}

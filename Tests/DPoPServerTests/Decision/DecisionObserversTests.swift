import DPoPCore
import DPoPServer
import HTTPTypes
import Testing

@Suite struct DecisionObserversTests {
    private final class Record: DecisionObserver {
        private let codes = Locked<[DecisionCode?]>([])
        var all: [DecisionCode?] { codes.withLock { $0 } }
        func record(_ event: DecisionEvent) { codes.withLock { $0.append(event.code) } }
    }

    private struct NoTokens: AccessTokenVerifier {
        func verify(_ token: String, now: UnixTime) async throws(AccessTokenRejection) -> AccessToken {
            throw AccessTokenRejection(.malformed)
        }
    }

    @Test("several observers are each told each decision once")
    func several() async throws {
        let (one, other) = (Record(), Record())
        let guardian = try ResourceGuard(
            ResourceConfiguration(origin: "https://api.example.com"), tokens: NoTokens(),
            observer: DecisionObservers([one, other]))
        let request = HTTPRequest(method: .get, scheme: "https", authority: "api.example.com", path: "/")
        _ = await guardian.authorize(request)
        #expect(one.all == [.noCredentials] && other.all == [.noCredentials])
    }
}

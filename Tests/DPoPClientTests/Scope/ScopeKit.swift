import DPoPCore
import HTTPTypes

@testable import DPoPClient

/// Keeps what a handle did.
final class ScopeRecorder: ScopeObserver {
    private let kept = Locked<[ScopeEvent]>([])
    func record(_ event: ScopeEvent) { kept.withLock { $0.append(event) } }
    var events: [ScopeEvent] { kept.withLock { $0 } }
    var refusals: [DPoPClientError.Code?] { events.map(\.refusal) }
}

/// Clocks that stand until they are moved.
final class ScopeClocks: Sendable {
    private let wall = Locked(UnixTime(seconds: 1_800_000_000))
    private let monotonic = Locked(ContinuousClock.now)

    var now: UnixTime { wall.withLock { $0 } }
    var instant: ContinuousClock.Instant { monotonic.withLock { $0 } }
    func set(_ time: UnixTime) { wall.withLock { $0 = time } }
    func pass(_ duration: Duration) { monotonic.withLock { $0 = $0.advanced(by: duration) } }
}

/// A session, its token, and handles to it.
struct ScopeKit {
    let kit: ClientKit
    let clocks = ScopeClocks()
    let recorder = ScopeRecorder()

    init(coldWait: Duration = .zero) throws {
        var settings = SessionSettings()
        settings.coldWait = coldWait
        settings.clock = { [clocks] in clocks.now }
        kit = try ClientKit(settings)
    }

    /// 100 GETs and POSTs at https://api.example.com in a minute, but for what is given.
    func scope(
        origins: [String] = ["https://api.example.com"], methods: Set<HTTPRequest.Method> = [.get, .post],
        paths: [String]? = nil, rate: SigningRate? = nil, until: UnixTime? = nil
    ) throws -> SigningScope {
        try SigningScope(
            origins: Set(origins.map { try ServerOrigin($0) }), methods: methods,
            paths: paths.map { try $0.map { try PathPrefix($0) } },
            rate: rate ?? SigningRate(burst: 100, every: .seconds(1)),
            until: until ?? clocks.now.advanced(bySeconds: 60))
    }

    func handle(_ scope: SigningScope) throws -> ScopedSession<SigningKey> {
        try kit.session.scoped(to: scope, with: kit.token, observer: recorder) { [clocks] in clocks.instant }
    }

    /// Why a handle does not sign, nil if it does.
    static func refusal(
        _ handle: ScopedSession<SigningKey>, _ request: HTTPRequest = ClientKit.request()
    ) -> DPoPClientError.Code? {
        do {
            _ = try handle.signNow(request)
            return nil
        } catch { return error.code }
    }
}

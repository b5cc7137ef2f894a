import DPoPCore
import HTTPTypes

@testable import DPoPClient

/// A clock that a test sets.
final class HandClock: Sendable {
    private let time: Locked<UnixTime>

    init(_ seconds: Int64 = 1_700_000_000) { time = Locked(UnixTime(seconds: seconds)) }

    var now: UnixTime {
        get { time.withLock { $0 } }
        set { time.withLock { $0 = newValue } }
    }

    func advance(_ seconds: Int64) { time.withLock { $0 = $0.advanced(bySeconds: seconds) } }
}

/// Keeps the events that it is told of.
final class EventList: SessionObserver {
    private let events = Locked<[SessionEvent]>([])

    func record(_ event: SessionEvent) { events.withLock { $0.append(event) } }
    var all: [SessionEvent] { events.withLock { $0 } }
}

/// Something that may be waited for.
final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }
    private let state = Locked(State())

    func open() {
        let waiters = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            state.isOpen = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    func wait() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state -> Bool in
                if !state.isOpen { state.waiters.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }
}

/// A generator that always gives the same numbers, so that a failure can be seen again (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}

/// The error that `body` ends in, if it is one of ours; nil if it ends well.
func clientError<Value>(_ body: () async throws -> Value) async throws -> DPoPClientError? {
    do {
        _ = try await body()
        return nil
    } catch let error as DPoPClientError {
        return error
    }
}

/// The same of a body that does not wait.
func promptError<Value>(_ body: () throws(DPoPClientError) -> Value) -> DPoPClientError? {
    do throws(DPoPClientError) {
        _ = try body()
        return nil
    } catch {
        return error
    }
}

extension HTTPRequest {
    /// The claims of its proof.
    var proofClaims: ClaimValue? {
        let parts = (headerFields[.proofField] ?? "").split(separator: ".")
        return parts.count == 3 ? try? ClaimValue(json: Base64URL.decode(String(parts[1])) ?? []) : nil
    }
}

extension HTTPResponse {
    /// With these field lines of one name, byte for byte but for what the type itself replaces: CR, LF and NUL.
    init(_ status: Status, _ name: HTTPField.Name, _ lines: [UInt8]...) {
        var fields = HTTPFields()
        for line in lines { fields.append(HTTPField(name: name, lenientValue: line)) }
        self.init(status: status, headerFields: fields)
    }
}

/// A key that is held elsewhere and not always reachable.
final class FlakySigner: ProofSigner {
    struct Unreachable: Error {}

    private let key: SigningKey
    private let state = Locked(false)

    init(key: SigningKey) { self.key = key }

    var fails: Bool {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }

    var algorithm: SigningAlgorithm { key.algorithm }
    var publicJWK: PublicJWK { key.publicJWK }

    func signature(over signingInput: [UInt8]) async throws -> [UInt8] {
        if fails { throw Unreachable() }
        return try key.signature(over: signingInput.span)
    }
}

extension Answers {
    /// With so many Location lines, byte for byte.
    static func redirect(_ status: Int, _ locations: String...) -> ScriptedServer.Answer {
        var fields = HTTPFields()
        for location in locations { fields.append(HTTPField(name: .location, lenientValue: location.utf8)) }
        return (HTTPResponse(status: .init(code: status), headerFields: fields), [])
    }
}

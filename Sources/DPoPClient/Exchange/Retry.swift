/// Why a request is sent once more, with a proof of its own. There may be more causes in time: a `switch` wants a default.
public enum RetryCause: Sendable, Hashable {
    /// The server asked for a nonce and gave one (RFC 9449 §8, §9).
    case nonce
    /// The server refused a proof with a nonce and gave none: it may not use nonces any longer.
    case nonceDropped
    /// The server's clock was found to differ from ours.
    case clock
    /// The access token was refused, and there may be another.
    case token
}

/// Leave to sign a request once more, from the assessment of its last answer. Each cause counts once for one request,
/// and all of them together make three sends at most.
public struct Retry: Sendable {
    public let cause: RetryCause

    /// How often the request was sent.
    let sends: Int
    let causes: Set<RetryCause>

    /// The token that the request was sent with; nil for a token request.
    let credential: AccessCredential?

    /// The token that was refused, where that is the cause.
    var refused: AccessCredential? { cause == .token ? credential : nil }

    /// The nonce of the answer that it follows, and whose it is.
    private let nonce: String?
    private let slot: NonceSlot

    /// How often one request is sent at most, over all causes.
    static let maximumSends = 3

    /// Nil if that was tried already, or the request was sent often enough.
    init?(_ cause: RetryCause, of request: SignedRequest, _ nonce: String? = nil) {
        let causes = request.retry?.causes ?? []
        let sends = (request.retry?.sends ?? 0) + 1
        guard sends < Retry.maximumSends, !causes.contains(cause) else { return nil }
        self.cause = cause
        self.sends = sends
        self.causes = causes.union([cause])
        credential = request.credential
        self.nonce = nonce
        slot = request.slot
    }

    /// The nonce that the request's own answer gave. Before the latest one, because a server may take each only once.
    func nonce(for slot: NonceSlot) -> String? { self.slot == slot ? nonce : nil }
}

extension Retry: CustomStringConvertible, CustomReflectable {
    /// Names the cause, no token and no nonce.
    public var description: String { "Retry(\(cause))" }
    public var customMirror: Mirror { Mirror(self, children: ["cause": cause]) }
}

public import DPoPCore
public import HTTPTypes

/// A request with its proof, for one send, and what is to be known when its answer comes.
///
/// A session makes it. The answer goes to ``assess(_:errorBody:)``, whatever its status: it may hold a nonce for the next
/// request.
public struct SignedRequest: Sendable {
    /// The request to send, once, and as it is: to that target, with that method and these fields.
    public let request: HTTPRequest

    /// What the proof names as `htu`.
    public let targetURI: TargetURI

    /// The origin that it goes to.
    public var origin: ServerOrigin { facts.origin }

    let purpose: Purpose
    let facts: ProofFacts
    let memory: SessionMemory
    /// Whether there may be another token if this one is refused.
    let hasOtherTokens: Bool
    /// What it is signed once more for; nil the first time.
    let retry: Retry?

    enum Purpose: Sendable {
        case tokenRequest(NonceSlot)
        case resource(NonceSlot, AccessCredential)
    }
}

/// What a proof was made with.
struct ProofFacts: Sendable {
    let origin: ServerOrigin
    let nonce: String?
    /// Our own clock when it was made.
    let signedAt: UnixTime
    /// By how many seconds its `iat` was ahead of that clock.
    let offset: Int64
    /// Its number if others wait for its answer.
    let goesAhead: UInt64?
}

extension SignedRequest {
    var slot: NonceSlot {
        switch purpose {
        case .tokenRequest(let slot), .resource(let slot, _): slot
        }
    }

    /// The token that it carries; nil for a token request.
    package var credential: AccessCredential? {
        guard case .resource(_, let credential) = purpose else { return nil }
        return credential
    }

    /// The thumbprint of the key that it is proved with.
    public var jkt: Thumbprint { slot.jkt }

    /// Says that no answer will come, because sending failed. Requests that wait for it go on; without this they do so
    /// after ``SessionSettings/coldWait``.
    public func abandon() {
        if let id = facts.goesAhead { memory.nonces.abandon(slot, id) }
    }
}

extension SignedRequest: CustomStringConvertible, CustomReflectable {
    /// Method and target, no field.
    public var description: String { "SignedRequest(\(request.method.rawValue) \(targetURI))" }
    public var customMirror: Mirror { Mirror(self, children: ["targetURI": targetURI]) }
}

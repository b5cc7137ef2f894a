public import DPoPCore

/// Whether the tokens of a key still count.
public enum KeyStatus: Sendable, Hashable {
    case active
    /// The key, or the tokens bound to it that were issued when this one was, are revoked.
    case revoked
    /// It can not be found out. Answered with 503, never with a grant.
    case unknown
}

/// Knows which keys were revoked. Asked after a proof was checked and its token verified, and before the proof is used
/// up.
public protocol KeyStatusSource: Sendable {
    /// How far a revocation reaches: a server that runs as several replicas must not have a source that knows only
    /// this process's.
    var scope: ReplayScope { get }

    /// - Parameters:
    ///   - thumbprint: the key that the token is bound to, whose owner made the proof.
    ///   - tokenIssuedAt: the access token's `iat`; nil if it has none. Never the proof's, which whoever has the key
    ///     chooses.
    func status(of thumbprint: Thumbprint, tokenIssuedAt: UnixTime?, now: UnixTime) async -> KeyStatus
}

/// Revoked keys in this process's memory, for one process alone.
public final class MemoryKeyRevocations: KeyStatusSource {
    /// How many keys are remembered at most.
    public let capacity: Int

    /// A revocation is not known outside this process.
    public var scope: ReplayScope { .processLocal }

    private struct Revocation {
        /// Tokens issued before this are revoked; nil: all are.
        var issuedBefore: UnixTime?
        /// Until when it is remembered.
        var until: UnixTime
    }

    private let revocations = Locked<[Thumbprint: Revocation]>([:])

    /// - Parameter capacity: how many keys are remembered at most, about 100 bytes each.
    public init(capacity: Int = 100_000) { self.capacity = max(1, capacity) }

    /// There is no room for another revoked key. Nothing was forgotten for it.
    public struct Full: Error, Sendable, Hashable {}

    /// Refuses a key's tokens, at once.
    ///
    /// A second call for the same key never narrows the first.
    ///
    /// - Parameters:
    ///   - issuedBefore: only the tokens issued before this moment, so that the owner of a key whose token leaked can
    ///     go on with new ones; tokens without `iat` count as issued before it. By the issuer's clock: if that may be
    ///     ahead of yours, give a moment so much later. Nil: all, for a key that leaked.
    ///   - until: until when to remember it: the latest `exp` of the key's tokens. It is remembered 300 s longer, the
    ///     most that a verifier of tokens gives beyond `exp`. Nil: for ever.
    ///
    /// Throws ``Full`` where there is no room.
    public func revoke(
        _ thumbprint: Thumbprint, issuedBefore: UnixTime? = nil, until: UnixTime? = nil, now: UnixTime = .now()
    ) throws(Full) {
        let until = until?.advanced(bySeconds: 300) ?? UnixTime(seconds: .max)
        let hasRoom = revocations.withLock { revocations in
            if let known = revocations[thumbprint], known.until >= now {
                // Nil, all tokens, is the widest.
                let before = known.issuedBefore.flatMap { old in issuedBefore.map { max(old, $0) } }
                revocations[thumbprint] = Revocation(issuedBefore: before, until: max(known.until, until))
                return true
            }
            revocations[thumbprint] = nil
            if revocations.count >= capacity { revocations = revocations.filter { $0.value.until >= now } }
            guard revocations.count < capacity else { return false }
            revocations[thumbprint] = Revocation(issuedBefore: issuedBefore, until: until)
            return true
        }
        if !hasRoom { throw Full() }
    }

    public func status(of thumbprint: Thumbprint, tokenIssuedAt: UnixTime?, now: UnixTime) -> KeyStatus {
        guard let revocation = revocations.withLock({ $0[thumbprint] }), revocation.until >= now else {
            return .active
        }
        guard let before = revocation.issuedBefore, let tokenIssuedAt else { return .revoked }
        return tokenIssuedAt < before ? .revoked : .active
    }
}

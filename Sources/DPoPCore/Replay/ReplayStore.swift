/// Remembers which proofs were used, and answers one atomic question: was this the first time?
///
/// A store does not throw: trouble is an answer too, and never means yes. Rules for implementations:
///
/// * One claim of a key gets ``ReplayOutcome/firstSighting``, however many run at once.
/// * A key is remembered at least until its deadline, the deadline included. A live entry is never evicted; a store
///   without room answers ``ReplayOutcome/full``.
/// * A deadline that has passed is answered with ``ReplayOutcome/deadlinePassed``, never moved.
/// * A claim that was cancelled or whose answer was lost counts as used.
/// * ``memory`` is read after the answer too, so a loss before it must show by then.
public protocol ReplayStore: Sendable {
    /// How far the store sees: a server that runs as several replicas must not have one that only one process sees.
    var scope: ReplayScope { get }

    /// Whether the store is safe only for proofs with a nonce, such as one that goes on without its server. No proof
    /// without one is then admitted. Default: false.
    var requiresNonces: Bool { get }

    /// Since when the store remembers.
    var memory: ReplayMemory { get }

    /// Claims a key.
    ///
    /// - Parameters:
    ///   - key: what to remember; the store keeps a digest, nothing readable.
    ///   - deadline: how long to remember it, this instant included.
    ///   - now: the verifier's time. A store whose entries run out by another clock answers `deadlinePassed` also
    ///     where the deadline has passed by that one.
    func admit(_ key: ReplayKey, until deadline: UnixTime, now: UnixTime) async -> ReplayOutcome
}

extension ReplayStore {
    public var requiresNonces: Bool { false }
}

/// A replay store that answers without suspending, so that whole verification can be synchronous.
public protocol SynchronousReplayStore: ReplayStore {
    func admit(_ key: ReplayKey, until deadline: UnixTime, now: UnixTime) -> ReplayOutcome
}

/// What a replay store answers.
public enum ReplayOutcome: Sendable, Hashable {
    /// The key was not known and is now remembered.
    case firstSighting
    /// The key is known since then.
    case seen(since: UnixTime)
    /// The deadline lies before `now`, or in a time that the store has already forgotten.
    case deadlinePassed
    /// There is no room for another key.
    case full
    /// There is no room for another proof of this thumbprint.
    case overShare
    /// The store can not tell.
    case unavailable
}

/// How far a memory reaches: a replay store's of used proofs, or a server's of revoked keys. A server that says it runs as
/// several replicas does not start with one that is this process's own.
public enum ReplayScope: Sendable, Hashable {
    /// This process: a proof replayed to a neighbour is not noticed, a key revoked at a neighbour is still served.
    case processLocal
    /// All nodes that use the same store.
    case shared
}

/// Since when a store remembers. What was used before that it can not know, so proofs from before are refused.
public enum ReplayMemory: Sendable, Hashable {
    /// Nothing was used before the store started: a first start, a demonstration, a test.
    case startsEmpty
    /// Since this time. Proofs with `iat` before its whole second are refused, or where nonces are required those
    /// whose nonce was minted at or before it. What passes once more after it is a proof that was used before the
    /// start and is dated ahead by a fast client's clock, or in the very second of the start.
    case since(UnixTime)
    /// Since this time, and it closes that gap: proofs with `iat` up to ``VerificationPolicy/maximumFuture`` seconds
    /// after it are refused too, or where nonces are required those whose nonce was minted up to
    /// ``VerificationPolicy/clockSkew`` seconds after it.
    case strictlySince(UnixTime)
    /// Since this time, at which a store that several nodes share was found to have lost what it remembered. Proofs with
    /// `iat` in its whole second or before are refused, or where nonces are required those whose nonce was minted up to
    /// ``VerificationPolicy/clockSkew`` seconds after it. What passes once more after it is a proof that was used
    /// before the loss and is dated ahead by a fast client's clock.
    ///
    /// - `decidedAlone`: until when this node last decided without the store, if it ever did: neither does a nonce count
    ///   that was minted at or before it.
    case sinceLoss(UnixTime, decidedAlone: UnixTime? = nil)
}

/// Any replay store, for a verifier whose store is chosen at run time.
public struct AnyReplayStore: ReplayStore {
    private let store: any ReplayStore

    public init(_ store: any ReplayStore) { self.store = store }

    public var scope: ReplayScope { store.scope }
    public var memory: ReplayMemory { store.memory }
    public var requiresNonces: Bool { store.requiresNonces }

    public func admit(_ key: ReplayKey, until deadline: UnixTime, now: UnixTime) async -> ReplayOutcome {
        await store.admit(key, until: deadline, now: now)
    }
}

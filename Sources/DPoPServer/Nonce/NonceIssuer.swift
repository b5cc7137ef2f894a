public import DPoPCore

/// Gives out the nonces that it knows again: ``StatelessNonces``, or one of your own.
public protocol NonceIssuer: NonceVerifier {
    /// A nonce for the client's next proof, of NQCHAR only (RFC 9449 §8.1); nil if none can be made, and then none is
    /// sent.
    func issue(now: UnixTime) -> String?

    /// Whether a nonce that was accepted lapses so soon that the client should have another.
    func isAboutToLapse(_ lapsesAt: UnixTime, now: UnixTime) -> Bool
}

public import DPoPCore

/// What an authorization request binds its code to (RFC 9449 §10).
public enum AuthorizationBinding {
    /// Why a request is refused; `error` is what the response says (RFC 6749 §4.1.2.1, RFC 9126 §2.3).
    public enum Refused: String, Error, Sendable, Hashable {
        /// `dpop_jkt` is not a thumbprint.
        case malformedParameter = "invalid_request"
        /// `dpop_jkt` and the proof name different keys (RFC 9449 §10.1).
        case disagreement = "invalid_dpop_proof"

        public var error: String { rawValue }
    }

    /// The key to bind the code to; nil for none.
    ///
    /// - Parameters:
    ///   - dpopJKT: the request's `dpop_jkt` parameter; nil without one.
    ///   - proof: the thumbprint of the pushed request's proof, once it is admitted
    ///     (``TokenBinding/proof``); nil for a request that was not pushed, or without a proof.
    ///
    /// Throws ``Refused`` for a parameter that is no thumbprint, also an empty one, and for two that disagree.
    public static func thumbprint(dpopJKT: String?, proof: Thumbprint? = nil) throws(Refused) -> Thumbprint? {
        guard let dpopJKT else { return proof }
        guard let named = Thumbprint(dpopJKT) else { throw .malformedParameter }
        guard proof == nil || proof == named else { throw .disagreement }
        return named
    }
}

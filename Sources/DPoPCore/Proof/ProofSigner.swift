/// A key that signs without waiting: ``SigningKey``, or one of your own in this process.
///
/// Apart from ``ProofSigner``, because a builder whose signing may suspend is another thing to its callers.
public protocol LocalProofSigner: Sendable {
    /// The `alg` of its proofs.
    var algorithm: SigningAlgorithm { get }

    /// The `jwk` of its proofs; of a kind that fits the algorithm.
    var publicJWK: PublicJWK { get }

    /// A JWS signature over the bytes: for ECDSA r and s side by side at full width, not DER (RFC 7518 §3.4).
    func signature(over signingInput: borrowing Span<UInt8>) throws(ProofBuildingError) -> [UInt8]
}

/// A key that is held elsewhere: in a hardware module, a key management service or another process.
public protocol ProofSigner: Sendable {
    /// The `alg` of its proofs.
    var algorithm: SigningAlgorithm { get }

    /// The `jwk` of its proofs; of a kind that fits the algorithm.
    var publicJWK: PublicJWK { get }

    /// A JWS signature over the bytes: for ECDSA r and s side by side at full width, not DER (RFC 7518 §3.4). What it
    /// throws reaches the builder's caller as ``ProofBuildingError/signerFailed(_:)``.
    func signature(over signingInput: [UInt8]) async throws -> [UInt8]
}

/// Why a proof could not be built.
public enum ProofBuildingError: Error, Sendable {
    /// The method is not a token of RFC 9110 §5.6.2.
    case invalidMethod
    /// The `jti` is not of 1 to 256 bytes without control characters.
    case invalidIdentifier
    /// The time is not in 0…253402300799 seconds.
    case invalidTime
    /// An extra claim has the name of one that the builder sets, or of `exp` or `nbf` without being a number.
    case reservedClaim
    /// An extra claim holds a value nested too deeply for a verifier.
    case nestedTooDeeply
    /// An extra claim holds an infinity or NaN, which JSON has no spelling for.
    case notANumber
    /// The proof would be larger than verifiers read, 8,192 bytes.
    case tooLarge
    /// The key does not fit the signer's algorithm.
    case algorithmMismatch
    /// The signer's signature has not the length that its key gives.
    case malformedSignature
    /// libcrypto failed to sign, or its random generator to give numbers.
    case signingFailed
    /// A signer of your own failed.
    case signerFailed(any Error)
}

extension ProofBuildingError: CustomStringConvertible {
    /// The case and one line that holds nothing of the claims. A signer's own error is not repeated.
    public var description: String {
        switch self {
        case .invalidMethod: "invalidMethod: the method is not a token"
        case .invalidIdentifier: "invalidIdentifier: the jti is not of 1 to 256 bytes without control characters"
        case .invalidTime: "invalidTime: the time is not in 0 to 253402300799 seconds"
        case .reservedClaim: "reservedClaim: an extra claim has a reserved name"
        case .nestedTooDeeply: "nestedTooDeeply: an extra claim is nested too deeply"
        case .notANumber: "notANumber: an extra claim holds an infinity or NaN"
        case .tooLarge: "tooLarge: the proof would be larger than 8192 bytes"
        case .algorithmMismatch: "algorithmMismatch: the key does not fit the algorithm"
        case .malformedSignature: "malformedSignature: the signature has not the length that the key gives"
        case .signingFailed: "signingFailed: the cryptography library failed"
        case .signerFailed: "signerFailed: the signer failed"
        }
    }
}

extension ProofRejection {
    /// What was wrong with a proof. The names are stable; more may be added.
    public struct Code: RawRepresentable, Hashable, Sendable, CaseIterable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        /// More bytes than the policy's ``VerificationPolicy/maximumProofSize``.
        public static let proofTooLarge = Code(rawValue: "proofTooLarge")
        /// Not three segments of canonical base64url that hold two strict JSON objects and a signature.
        public static let malformedProof = Code(rawValue: "malformedProof")
        /// `typ` is not exactly `dpop+jwt`.
        public static let wrongType = Code(rawValue: "wrongType")
        /// `alg` is absent, symmetric, `none`, unknown or not in the policy.
        public static let unsupportedAlgorithm = Code(rawValue: "unsupportedAlgorithm")
        /// `crit` or `b64` is present.
        public static let criticalHeader = Code(rawValue: "criticalHeader")
        /// `jwk` is absent or is not a well-formed public key of a supported kind.
        public static let malformedKey = Code(rawValue: "malformedKey")
        /// `jwk` has a private member.
        public static let privateKeyInProof = Code(rawValue: "privateKeyInProof")
        /// `jwk` is a key that gives no security: RSA sizes out of range, Ed25519 points of small order.
        public static let weakKey = Code(rawValue: "weakKey")
        /// `jwk` is a key for something else than verifying signatures by the header's `alg`.
        public static let keyAlgorithmMismatch = Code(rawValue: "keyAlgorithmMismatch")
        /// A required claim is absent.
        public static let missingClaim = Code(rawValue: "missingClaim")
        /// A claim has the wrong JSON type, or a value outside its range.
        public static let malformedClaim = Code(rawValue: "malformedClaim")
        /// `htm` is not the request's method.
        public static let methodMismatch = Code(rawValue: "methodMismatch")
        /// `htu` is not the request's target URI.
        public static let targetMismatch = Code(rawValue: "targetMismatch")
        /// `iat` is older than the policy's ``VerificationPolicy/maximumAge``, or so old that the replay store may have
        /// forgotten the proof, as after its clock has stepped back.
        public static let issuedTooLongAgo = Code(rawValue: "issuedTooLongAgo")
        /// `iat` is further ahead than the policy's ``VerificationPolicy/maximumFuture``.
        public static let issuedInFuture = Code(rawValue: "issuedInFuture")
        /// `iat` lies before the time from which the replay store remembers.
        public static let issuedBeforeStart = Code(rawValue: "issuedBeforeStart")
        /// `exp` has passed.
        public static let expired = Code(rawValue: "expired")
        /// `nbf` has not come.
        public static let notYetValid = Code(rawValue: "notYetValid")
        /// A nonce is required and the proof has none.
        public static let nonceMissing = Code(rawValue: "nonceMissing")
        /// A nonce is required and the proof's is not one that counts.
        public static let nonceInvalid = Code(rawValue: "nonceInvalid")
        /// `ath` is not the hash of the access token.
        public static let accessTokenHashMismatch = Code(rawValue: "accessTokenHashMismatch")
        /// The proof's key is not the one that the access token is bound to, or the token was not bound.
        public static let keyBindingMismatch = Code(rawValue: "keyBindingMismatch")
        /// The key was revoked. Not thrown by the core: for your own check of ``CheckedProof/thumbprint``.
        public static let keyRevoked = Code(rawValue: "keyRevoked")
        /// The signature does not verify.
        public static let badSignature = Code(rawValue: "badSignature")
        /// This key has used this `jti` for this target before.
        public static let replayed = Code(rawValue: "replayed")
        /// This key has used up its share of the replay store. Answer with 429.
        public static let tooManyProofs = Code(rawValue: "tooManyProofs")
        /// The replay store can not remember another proof. Answer with 503.
        public static let replayStoreFull = Code(rawValue: "replayStoreFull")
        /// The replay store gave no answer. Answer with 503.
        public static let replayStoreUnavailable = Code(rawValue: "replayStoreUnavailable")
        /// The cryptography library failed. Answer with 500.
        public static let cryptoFailure = Code(rawValue: "cryptoFailure")

        public static let allCases: [Code] = [
            proofTooLarge, malformedProof, wrongType, unsupportedAlgorithm, criticalHeader, malformedKey,
            privateKeyInProof, weakKey, keyAlgorithmMismatch, missingClaim, malformedClaim, methodMismatch,
            targetMismatch, issuedTooLongAgo, issuedInFuture, issuedBeforeStart, expired, notYetValid, nonceMissing,
            nonceInvalid, accessTokenHashMismatch, keyBindingMismatch, keyRevoked, badSignature, replayed,
            tooManyProofs, replayStoreFull, replayStoreUnavailable, cryptoFailure,
        ]

        var isServerFault: Bool {
            self == .replayStoreFull || self == .replayStoreUnavailable || self == .cryptoFailure
        }

        var wireError: WireError? {
            switch self {
            case .nonceMissing, .nonceInvalid: .useDPoPNonce
            case .keyBindingMismatch, .keyRevoked: .invalidToken
            case .tooManyProofs, .replayStoreFull, .replayStoreUnavailable, .cryptoFailure: nil
            default: .invalidDPoPProof
            }
        }
    }
}

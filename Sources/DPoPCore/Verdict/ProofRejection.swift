/// Why a proof was refused. The one error that reading, checking and admitting a proof throw.
///
/// It never holds the proof, the access token, a key or any text taken from them, so it can be logged as it is.
/// Two rejections are equal when their codes are.
public struct ProofRejection: Error, Sendable {
    /// What was wrong, as stable API.
    public let code: Code

    /// The header parameter, claim or confirmation member that it concerns, where there is one.
    public let claim: Claim?

    /// One line for the log, from a fixed list.
    public let reason: String

    /// Whether the signature had been verified when the proof was refused.
    ///
    /// Where it had not, nobody has shown that they hold the key which the proof names: nothing may then be counted
    /// against that key.
    public let signatureVerified: Bool

    /// The `error` value for the response (RFC 9449 §5, §7.1, §8, §9; RFC 6750 §3.1).
    ///
    /// Nil where the client did nothing wrong with its proof: a fault of the server (``isServerFault``), to be
    /// answered with 503 or 500, or ``Code/tooManyProofs``, to be answered with 429.
    public let wireError: WireError?

    /// For a replay: when the proof was used first, as the replay store says.
    public let firstSeenAt: UnixTime?

    /// A rejection of your own, for a check that comes after ours: `keyRevoked`, say.
    ///
    /// - Parameter reason: goes to logs, so nothing taken from the proof or the token.
    public init(
        _ code: Code, _ claim: Claim?, _ reason: String, signatureVerified: Bool = false
    ) {
        self.init(code, claim, reason, signatureVerified: signatureVerified, wireError: code.wireError)
    }

    init(
        _ code: Code, _ claim: Claim?, _ reason: String, signatureVerified: Bool, wireError: WireError?,
        firstSeenAt: UnixTime? = nil
    ) {
        self.code = code
        self.claim = claim
        self.reason = reason
        self.signatureVerified = signatureVerified
        self.wireError = wireError
        self.firstSeenAt = firstSeenAt
    }

    /// Whether the server, not the client, is at fault.
    public var isServerFault: Bool { code.isServerFault }

    /// The same rejection of a proof whose signature was verified before.
    func afterSignature() -> ProofRejection {
        ProofRejection(code, claim, reason, signatureVerified: true, wireError: wireError)
    }

    /// The same rejection for a proof whose age can not be judged by the client's clock because a nonce is wanted.
    func askingForNonce() -> ProofRejection {
        ProofRejection(code, claim, reason, signatureVerified: signatureVerified, wireError: .useDPoPNonce)
    }
}

extension ProofRejection: Equatable {
    public static func == (left: ProofRejection, right: ProofRejection) -> Bool { left.code == right.code }
}

extension ProofRejection: CustomStringConvertible {
    public var description: String {
        guard let claim else { return "\(code.rawValue): \(reason)" }
        return "\(code.rawValue) (\(claim.rawValue)): \(reason)"
    }
}

extension ProofRejection {
    /// The `error` values of RFC 9449 and RFC 6750 that a rejection can ask for.
    public enum WireError: String, Sendable {
        case invalidDPoPProof = "invalid_dpop_proof"
        case useDPoPNonce = "use_dpop_nonce"
        case invalidToken = "invalid_token"
    }

    /// The name of a header parameter, claim or confirmation member.
    public struct Claim: RawRepresentable, Hashable, Sendable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        public static let typ = Claim(rawValue: "typ")
        public static let alg = Claim(rawValue: "alg")
        public static let crit = Claim(rawValue: "crit")
        public static let b64 = Claim(rawValue: "b64")
        public static let jwk = Claim(rawValue: "jwk")
        public static let jti = Claim(rawValue: "jti")
        public static let htm = Claim(rawValue: "htm")
        public static let htu = Claim(rawValue: "htu")
        public static let iat = Claim(rawValue: "iat")
        public static let exp = Claim(rawValue: "exp")
        public static let nbf = Claim(rawValue: "nbf")
        public static let ath = Claim(rawValue: "ath")
        public static let nonce = Claim(rawValue: "nonce")
        public static let jkt = Claim(rawValue: "jkt")
    }
}

/// A proof that was read: well framed, well typed, its key usable. Nothing in it is verified.
///
/// For tools that show a proof. A server never needs it: ``ProofVerifier`` decodes and checks in one call.
public struct DecodedProof: Sendable {
    /// Shared, because a proof is handed from room to room.
    private final class Storage: Sendable {
        /// The compact text, of which the signing input is a prefix.
        let compact: String
        let jws: CompactJWS
        let header: ProofHeader
        /// Where the header was taken from, if it was read before.
        let known: HeaderCache.Entry?
        let ranges: ClaimRanges

        init(
            _ compact: String, _ jws: consuming CompactJWS, _ header: consuming ProofHeader, known: HeaderCache.Entry?,
            _ ranges: ClaimRanges
        ) {
            self.compact = compact
            self.known = known
            self.jws = jws
            self.header = header
            self.ranges = ranges
        }
    }

    private let storage: Storage

    var compact: String { storage.compact }
    var jws: CompactJWS { storage.jws }
    var header: ProofHeader { storage.header }
    var ranges: ClaimRanges { storage.ranges }

    /// Reads a proof: size, framing, JSON, header, claims present and well typed, in this order.
    ///
    /// - Parameters:
    ///   - proof: the value of the one `DPoP` header field line, nothing around it.
    ///   - policy: which algorithms and sizes are read.
    ///
    /// Throws `proofTooLarge`, `malformedProof`, `wrongType`, `unsupportedAlgorithm`, `criticalHeader`,
    /// `malformedKey`, `privateKeyInProof`, `weakKey`, `keyAlgorithmMismatch`, `missingClaim` or `malformedClaim`; and
    /// `cryptoFailure` if libcrypto is unusable.
    public init(decoding proof: String, policy: VerificationPolicy = .default) throws(ProofRejection) {
        try self.init(decoding: proof, policy: policy, known: nil, by: .standard)
    }

    /// As above, taking headers that were read before from `known`.
    init(
        decoding proof: String, policy: VerificationPolicy, known: HeaderCache?, by path: CryptoPath
    ) throws(ProofRejection) {
        let text = proof.utf8.span
        guard text.count <= policy.maximumProofSize else {
            throw ProofRejection(.proofTooLarge, nil, "the proof has more bytes than the policy allows")
        }
        let framing = try CompactJWS.Framing(text)
        let known = known?.find(text, framing.header)
        var jws = try CompactJWS(text, framing, decodingHeader: known == nil)
        let (headerRange, payloadRange) = (jws.header, jws.payload)
        var json = jws.bytes.mutableSpan
        let headerMembers = known == nil ? try ProofHeader.Members(headerRange, &json) : ProofHeader.Members()
        let claimMembers = try ClaimRanges.Members(payloadRange, &json)
        let header =
            if let known { try ProofHeader(known: known.header, allowing: policy.algorithms) } else {
                try ProofHeader(headerMembers, jws.bytes.span, allowing: policy.algorithms, by: path)
            }
        let ranges = try ClaimRanges(claimMembers, jws.bytes.span)
        storage = Storage(proof, jws, header, known: known, ranges)
    }

    /// The header's `alg`.
    public var algorithm: SigningAlgorithm { header.algorithm }

    /// The header's `jwk`. That its owner made this proof is not known yet.
    public var publicKey: PublicJWK { header.key }

    /// The claims, as the proof states them.
    public var claims: ProofClaims {
        ProofClaims(
            jti: text(ranges.jti), htm: text(ranges.htm), htu: text(ranges.htu),
            iat: UnixTime(seconds: ranges.iat), ath: ranges.ath.map(text), nonce: ranges.nonce.map(text))
    }

    /// The header's JSON as it was sent.
    public var headerJSON: String { segment(0) }

    /// The payload's JSON as it was sent, with all claims, also those that RFC 9449 does not define.
    public var payloadJSON: String { segment(1) }

    func text(_ range: Range<Int>) -> String { String(decoding: jws.bytes[range], as: UTF8.self) }

    private func segment(_ index: Int) -> String {
        let segments = compact.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard let bytes = Base64URL.decode(String(Substring(segments[index]))) else { return "" }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Remembers the header, under which a signature was just verified, unless it came from there.
    func remember(in known: HeaderCache, now: UnixTime) {
        if let entry = storage.known {
            entry.noteVerified(now: now)
        } else {
            known.remember(header, compact.utf8.span, jws.framing.header, now: now)
        }
    }

    /// Counts it, once it was admitted, towards tables for its key.
    func noteAdmitted(in tables: KeyTables, now: UnixTime) {
        if let entry = storage.known { tables.noteAdmitted(entry.busy, now: now) }
    }

    /// Checks the signature over the octets that were received (RFC 7515 §5.2).
    func verifySignature() throws(ProofRejection) {
        let signingInput = compact.utf8.span.extracting(0..<jws.signingInputLength)
        let signature = jws.bytes.span.extracting(jws.signature)
        let tables = storage.known?.busy.tables
        switch header.key.verifyingKey.verify(signature, over: signingInput, by: header.algorithm, tables: tables) {
        case .valid: return
        case .invalid: throw ProofRejection(.badSignature, nil, "the signature does not verify")
        case .failed: throw ProofRejection(.cryptoFailure, nil, "libcrypto failed to check the signature")
        }
    }
}

extension DecodedProof: CustomStringConvertible, CustomReflectable {
    /// Names the key and nothing else: a proof is a credential until it is used up.
    public var description: String { "DecodedProof(\(algorithm.rawValue), jkt: \(publicKey.thumbprint.jkt))" }
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

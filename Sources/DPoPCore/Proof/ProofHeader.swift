/// The JOSE header of a proof (RFC 9449 §4.2), read and then checked.
struct ProofHeader: Sendable {
    let algorithm: SigningAlgorithm
    let key: PublicJWK

    /// The members as they were written. Reading one only judges its JSON.
    struct Members {
        fileprivate var typ = JSONValue.absent
        fileprivate var alg = JSONValue.absent
        fileprivate var hasCrit = false
        fileprivate var hasB64 = false
        fileprivate var jwk: JWKMembers?

        init() {}

        init(_ range: Range<Int>, _ json: inout MutableSpan<UInt8>) throws(ProofRejection) {
            var reader = StrictJSON(range, maximumDepth: VerificationPolicy.maximumDepth)
            var object = try reader.openObject(&json)
            while let name = try reader.nextMember(of: &object, &json) {
                if json.matches(name, "jwk"), reader.peek(&json) == UInt8(ascii: "{") {
                    jwk = try JWKMembers(&reader, &json)
                    continue
                }
                let value = try reader.readValue(&json)
                if json.matches(name, "typ") {
                    typ = value
                } else if json.matches(name, "alg") {
                    alg = value
                } else if json.matches(name, "crit") {
                    hasCrit = true
                } else if json.matches(name, "b64") {
                    hasB64 = true
                }
            }
            try reader.finish(&json)
        }
    }

    /// Checks `typ`, `alg`, `crit` and `jwk`, in this order. Other parameters (`kid`, `x5c`, `jku` and so on) are
    /// ignored and never followed: a proof's key is the one it carries.
    init(
        _ members: Members, _ json: borrowing Span<UInt8>, allowing algorithms: [SigningAlgorithm], by path: CryptoPath
    ) throws(ProofRejection) {
        guard case .string(let typ) = members.typ, json.matches(typ, "dpop+jwt") else {
            throw ProofRejection(.wrongType, .typ, "typ is not dpop+jwt")
        }
        guard case .string(let alg) = members.alg, let algorithm = SigningAlgorithm(json, alg) else {
            throw ProofRejection(.unsupportedAlgorithm, .alg, "alg is not an asymmetric signature algorithm known here")
        }
        try Self.check(algorithm, in: algorithms)
        guard !members.hasCrit else {
            throw ProofRejection(.criticalHeader, .crit, "no extension of the header is supported")
        }
        guard !members.hasB64 else {
            throw ProofRejection(.criticalHeader, .b64, "no unencoded payload is supported")
        }
        guard let jwk = members.jwk else {
            throw ProofRejection(.malformedKey, .jwk, "jwk is absent or not an object")
        }
        self.algorithm = algorithm
        key = try PublicJWK(jwk, for: algorithm, json, by: path)
    }

    /// The one check of a header that depends on the policy.
    private static func check(
        _ algorithm: SigningAlgorithm, in algorithms: [SigningAlgorithm]
    ) throws(ProofRejection) {
        guard algorithms.contains(algorithm) else {
            throw ProofRejection(.unsupportedAlgorithm, .alg, "alg is not in the policy")
        }
    }

    /// A header that was read before, by the policy of now.
    init(known header: ProofHeader, allowing algorithms: [SigningAlgorithm]) throws(ProofRejection) {
        try Self.check(header.algorithm, in: algorithms)
        self = header
    }
}

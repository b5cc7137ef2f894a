extension PublicJWK {
    /// From the text of a JSON Web Key, by the same rules as a proof's `jwk`: public members only, canonical
    /// base64url, coordinates of full width. Unknown members are ignored, and so is the value of `alg`: nobody says
    /// here what the key is to verify.
    ///
    /// Throws `malformedProof` if it is not one strict JSON object, else `malformedKey`, `privateKeyInProof`,
    /// `weakKey` or `keyAlgorithmMismatch`; `cryptoFailure` if libcrypto is unusable.
    ///
    /// - Parameter path: which of libcrypto's functions verify with it.
    public init(json: String, path: CryptoPath = .standard) throws(ProofRejection) {
        var bytes = [UInt8](json.utf8)
        guard bytes.count <= VerificationPolicy.sizeCeiling else {
            throw ProofRejection(.malformedKey, .jwk, "too many bytes for a key")
        }
        var span = bytes.mutableSpan
        var reader = StrictJSON(0..<span.count, maximumDepth: VerificationPolicy.maximumDepth)
        let members = try JWKMembers(&reader, &span)
        try reader.finish(&span)
        try self.init(members, for: nil, span.span, by: path)
    }

    /// From the members of a proof's `jwk`, for the header's algorithm.
    ///
    /// Order: private members, kind of key, fit with the algorithm, declared purpose, numbers.
    init(
        _ members: JWKMembers, for algorithm: SigningAlgorithm?, _ json: borrowing Span<UInt8>, by path: CryptoPath
    ) throws(ProofRejection) {
        try self.init(try Material(members, for: algorithm, json), by: path)
    }
}

extension PublicJWK.Material {
    fileprivate init(
        _ members: JWKMembers, for algorithm: SigningAlgorithm?, _ json: borrowing Span<UInt8>
    ) throws(ProofRejection) {
        guard !members.hasPrivateMember else {
            throw ProofRejection(.privateKeyInProof, .jwk, "the key has a private member")
        }
        let kind = try Kind(members, json)
        if let algorithm, !kind.fits(algorithm.scheme) {
            throw ProofRejection(.keyAlgorithmMismatch, .jwk, "the key is of another kind than alg")
        }
        try Self.checkPurpose(members, for: algorithm, json)
        switch kind {
        case .ec(let curve):
            let length = curve.coordinateLength
            var point = [UInt8](repeating: 4, count: 1 + 2 * length)
            var output = point.mutableSpan
            guard try decode(members.x, exactly: length, json, into: &output, at: 1),
                try decode(members.y, exactly: length, json, into: &output, at: 1 + length)
            else { throw ProofRejection(.malformedKey, .jwk, "a coordinate has not the width of the field") }
            self = .ec(curve, point: point)
        case .ed25519:
            var bytes = [UInt8](repeating: 0, count: 32)
            var output = bytes.mutableSpan
            guard try decode(members.x, exactly: 32, json, into: &output, at: 0) else {
                throw ProofRejection(.malformedKey, .jwk, "x is not 32 bytes")
            }
            self = .ed25519(bytes)
        case .rsa:
            // More digits than any modulus or exponent in range has are refused before they are decoded.
            let modulus = try decodeNumber(members.n, atMost: PublicJWK.maximumRSABytes, json)
            let exponent = try decodeNumber(members.e, atMost: PublicJWK.maximumRSABytes, json)
            self = .rsa(modulus: modulus, exponent: exponent)
        }
    }

    /// `kty` and `crv`.
    private enum Kind {
        case ec(Curve)
        case ed25519, rsa

        init(_ members: JWKMembers, _ json: borrowing Span<UInt8>) throws(ProofRejection) {
            guard case .string(let kty) = members.kty else {
                throw ProofRejection(.malformedKey, .jwk, "kty is not a string")
            }
            if json.matches(kty, "RSA") {
                self = .rsa
                return
            }
            let isEC = json.matches(kty, "EC")
            guard isEC || json.matches(kty, "OKP") else {
                throw ProofRejection(.malformedKey, .jwk, "kty is not supported")
            }
            guard case .string(let crv) = members.crv else {
                throw ProofRejection(.malformedKey, .jwk, "crv is not a string")
            }
            if isEC {
                for curve in Curve.allCases where json.matches(crv, curve.name) {
                    self = .ec(curve)
                    return
                }
            } else if json.matches(crv, "Ed25519") {
                self = .ed25519
                return
            }
            throw ProofRejection(.malformedKey, .jwk, "crv is not supported")
        }

        func fits(_ scheme: SigningAlgorithm.Scheme) -> Bool {
            switch (self, scheme) {
            case (.ec(let curve), .ecdsa(let required)): curve == required
            case (.ed25519, .ed25519), (.rsa, .rsa): true
            default: false
            }
        }
    }

    /// `use`, `key_ops` and `alg` (RFC 7517 §4.2–4.4), where they are there.
    private static func checkPurpose(
        _ members: JWKMembers, for algorithm: SigningAlgorithm?, _ json: borrowing Span<UInt8>
    ) throws(ProofRejection) {
        switch members.use {
        case .absent: break
        case .string(let use) where json.matches(use, "sig"): break
        case .string: throw ProofRejection(.keyAlgorithmMismatch, .jwk, "use is not sig")
        default: throw ProofRejection(.malformedKey, .jwk, "use is not a string")
        }
        switch members.operations {
        case .absent, .signatures: break
        case .otherOnly: throw ProofRejection(.keyAlgorithmMismatch, .jwk, "key_ops allows no signatures")
        case .malformed: throw ProofRejection(.malformedKey, .jwk, "key_ops is not an array of strings")
        }
        switch members.alg {
        case .absent: break
        case .string(let alg):
            if let algorithm, !json.matches(alg, algorithm.rawValue.utf8.span) {
                throw ProofRejection(.keyAlgorithmMismatch, .jwk, "the key's alg is not the header's")
            }
        default: throw ProofRejection(.malformedKey, .jwk, "the key's alg is not a string")
        }
    }
}

/// Decodes a member that must be a string of exactly `length` bytes in canonical base64url; false if it has another
/// length.
private func decode(
    _ member: JSONValue, exactly length: Int, _ json: borrowing Span<UInt8>, into output: inout MutableSpan<UInt8>,
    at offset: Int
) throws(ProofRejection) -> Bool {
    guard case .string(let text) = member else {
        throw ProofRejection(.malformedKey, .jwk, "a member of the key is not a string")
    }
    guard text.count == Base64URL.encodedLength(length) else { return false }
    guard Base64URL.decode(json, text, into: &output, at: offset) else {
        throw ProofRejection(.malformedKey, .jwk, "a member of the key is not canonical base64url")
    }
    return true
}

/// Decodes an RSA number (Base64urlUInt, RFC 7518 §2): at least one byte, no leading zero.
private func decodeNumber(
    _ member: JSONValue, atMost limit: Int, _ json: borrowing Span<UInt8>
) throws(ProofRejection) -> [UInt8] {
    guard case .string(let text) = member else {
        throw ProofRejection(.malformedKey, .jwk, "a member of the key is not a string")
    }
    let length = Base64URL.decodedLength(text.count)
    guard length <= limit else { throw ProofRejection(.weakKey, .jwk, "an RSA number out of range") }
    var bytes = [UInt8](repeating: 0, count: length)
    var output = bytes.mutableSpan
    guard try decode(member, exactly: length, json, into: &output, at: 0), bytes.first ?? 0 != 0 else {
        throw ProofRejection(.malformedKey, .jwk, "not the shortest spelling of an RSA number")
    }
    return bytes
}

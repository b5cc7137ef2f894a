/// A public key (RFC 7517) that can verify proofs: on its curve, in range, of a supported kind.
///
/// The only way to one is through the checks, so a value of this type is a usable key. Two are equal when their
/// thumbprints are.
public struct PublicJWK: Sendable {
    /// The key's required members as bytes.
    enum Material: Sendable, Equatable {
        /// 04 || x || y.
        case ec(Curve, point: [UInt8])
        /// 32 bytes.
        case ed25519([UInt8])
        /// Big endian, without leading zeros.
        case rsa(modulus: [UInt8], exponent: [UInt8])
    }

    let material: Material
    let verifyingKey: VerifyingKey

    /// The key's RFC 7638 thumbprint.
    public let thumbprint: Thumbprint

    /// The bits that an RSA modulus may have: NIST SP 800-57 asks for 2048; more than 4096 makes verifying slow for no
    /// gain.
    static let rsaBits = 2048...4096

    /// The bytes of the largest RSA modulus that is looked at.
    static let maximumRSABytes = 512

    /// Imports the key.
    ///
    /// Throws `malformedKey` or `weakKey`, or `cryptoFailure` if libcrypto is unusable or, by the way of a provider, has
    /// no keys of this kind.
    init(_ material: Material, by path: CryptoPath) throws(ProofRejection) {
        guard let library = CryptoLibrary.shared else {
            throw ProofRejection(.cryptoFailure, nil, "libcrypto could not be set up")
        }
        switch material {
        case .ec(let curve, let point):
            guard let key = VerifyingKey(curve: curve, point: point.span, in: library, by: path) else {
                throw Self.refusal(material, path, "not a point of the curve")
            }
            verifyingKey = key
        case .ed25519(let bytes):
            try Ed25519Point.check(bytes.span)
            guard let key = VerifyingKey(ed25519: bytes.span, in: library, by: path) else {
                throw Self.refusal(material, path, "not an Ed25519 key")
            }
            verifyingKey = key
        case .rsa(let modulus, let exponent):
            try RSANumbers.check(modulus: modulus.span, exponent: exponent.span)
            guard
                let key = VerifyingKey(
                    rsaModulus: modulus.span, exponent: exponent.span, in: library, by: path)
            else {
                throw Self.refusal(material, path, "not an RSA key")
            }
            verifyingKey = key
        }
        self.material = material
        var hasher = SHA256Hasher()
        material.writeCanonicalJSON(to: &hasher)
        thumbprint = Thumbprint(hasher.finish())
    }

    /// Why a key was not imported: a provider refuses in one way what is no key and what it has none of.
    private static func refusal(_ material: Material, _ path: CryptoPath, _ reason: String) -> ProofRejection {
        if path == .provider, (try? PublicJWK(material, by: .direct)) != nil {
            return ProofRejection(.cryptoFailure, nil, "the process's provider has no such keys")
        }
        return ProofRejection(.malformedKey, .jwk, reason)
    }

    /// The key as JSON: its required members only, in lexicographic order, without white space. This is the text
    /// whose SHA-256 is the thumbprint (RFC 7638 §3), and also how ``ProofBuilder`` writes `jwk`.
    public var json: String {
        var json: [UInt8] = []
        material.writeCanonicalJSON(to: &json)
        return String(decoding: json, as: UTF8.self)
    }

    /// Whether this kind of key can make signatures of the algorithm.
    public func fits(_ algorithm: SigningAlgorithm) -> Bool {
        switch (material, algorithm.scheme) {
        case (.ec(let curve, _), .ecdsa(let required)): curve == required
        case (.ed25519, .ed25519), (.rsa, .rsa): true
        default: false
        }
    }
}

extension PublicJWK: Hashable {
    public static func == (a: PublicJWK, b: PublicJWK) -> Bool { a.thumbprint == b.thumbprint }
    public func hash(into hasher: inout Hasher) { hasher.combine(thumbprint) }
}

extension PublicJWK: CustomStringConvertible {
    public var description: String { json }
}

extension PublicJWK.Material {
    /// RFC 7638 §3.2 and §3.3, RFC 8037 §2: rebuilt from the decoded bytes.
    func writeCanonicalJSON<Sink: JSONSink>(to json: inout Sink) {
        switch self {
        case .ec(let curve, let point):
            let length = curve.coordinateLength
            json.append("{\"crv\":\"")
            json.append(curve.name)
            json.append("\",\"kty\":\"EC\",\"x\":\"")
            json.append(base64URLOf: point.span.extracting(1..<1 + length))
            json.append("\",\"y\":\"")
            json.append(base64URLOf: point.span.extracting(1 + length..<1 + 2 * length))
            json.append("\"}")
        case .ed25519(let bytes):
            json.append("{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"")
            json.append(base64URLOf: bytes.span)
            json.append("\"}")
        case .rsa(let modulus, let exponent):
            json.append("{\"e\":\"")
            json.append(base64URLOf: exponent.span)
            json.append("\",\"kty\":\"RSA\",\"n\":\"")
            json.append(base64URLOf: modulus.span)
            json.append("\"}")
        }
    }
}

/// What a key's JSON is written to: text, or the hash of it.
protocol JSONSink {
    mutating func append(_ text: StaticString)
    mutating func append(_ bytes: borrowing Span<UInt8>)
}

extension JSONSink {
    /// Appends base64url, a piece at a time so that it needs no memory of its own.
    mutating func append(base64URLOf bytes: borrowing Span<UInt8>) {
        var text: InlineArray<64, UInt8> = .init(repeating: 0)
        var start = 0
        while start < bytes.count {
            // 48 bytes are 64 characters, and no character spans two such pieces.
            let end = min(start + 48, bytes.count)
            var output = text.mutableSpan
            let length = Base64URL.encode(bytes.extracting(start..<end), into: &output, at: 0)
            append(text.span.extracting(0..<length))
            start = end
        }
    }
}

extension [UInt8]: JSONSink {
    mutating func append(_ text: StaticString) {
        // A literal's bytes, which live for ever.
        text.withUTF8Buffer { unsafe append(contentsOf: $0) }
    }

    mutating func append(_ bytes: borrowing Span<UInt8>) {
        // Copied before the closure returns.
        unsafe bytes.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
    }
}

extension SHA256Hasher: JSONSink {
    mutating func append(_ bytes: borrowing Span<UInt8>) { update(bytes) }
}

/// A private key in this process that signs proofs.
///
/// Its private bytes live in libcrypto's memory only and are cleansed when the last copy of this value goes. No
/// description, mirror or archive shows them; they leave by ``withPKCS8PEM(passphrase:_:)`` and
/// ``writePKCS8PEM(to:passphrase:)`` alone.
public struct SigningKey: LocalProofSigner {
    /// The algorithm that it signs with.
    public let algorithm: SigningAlgorithm

    /// The public half.
    public let publicJWK: PublicJWK

    private let key: PrivateKey

    /// A new key.
    ///
    /// - Parameters:
    ///   - algorithm: what it will sign with.
    ///   - rsaBits: the modulus of an RSA key, 2048…4096; 3072 has the strength of P-256 (NIST SP 800-57). Takes up to
    ///     seconds to make.
    ///   - path: which of libcrypto's functions make it and sign.
    ///
    /// Throws `unsupported` for other sizes, `cryptoFailure` if libcrypto fails.
    public static func generate(
        _ algorithm: SigningAlgorithm, rsaBits: Int = 3072, path: CryptoPath = .standard
    ) throws(SigningKeyError) -> SigningKey {
        guard PublicJWK.rsaBits.contains(rsaBits) else { throw .unsupported }
        guard let key = PrivateKey.generate(for: algorithm, rsaBits: rsaBits, by: path) else { throw .cryptoFailure }
        return try SigningKey(key, algorithm)
    }

    /// From one PKCS#8 PEM block, `PRIVATE KEY` or `ENCRYPTED PRIVATE KEY` (RFC 5958, RFC 7468).
    ///
    /// Prefer ``init(pkcs8PEMFrom:passphrase:algorithm:path:)``: then the text is never in Swift's memory.
    ///
    /// - Parameters:
    ///   - pem: the text. Cleansing it is the caller's business.
    ///   - passphrase: for an encrypted key.
    ///   - algorithm: what to sign with; nil takes the curve's own for an EC key, Ed25519, and PS256 for RSA.
    ///   - path: which of libcrypto's functions sign.
    ///
    /// Throws `malformed`, `passphraseNeeded`, `wrongPassphrase` (also for a cipher that libcrypto's default provider
    /// does not have), `unsupported`, `algorithmMismatch` or `cryptoFailure`. Only the first PEM block is read.
    ///
    /// libcrypto's decoder leaves bytes of the key in memory that it has freed (measured with 3.0); nothing after the
    /// import does.
    public init(
        pkcs8PEM pem: String, passphrase: String? = nil, algorithm: SigningAlgorithm? = nil,
        path: CryptoPath = .standard
    ) throws(SigningKeyError) {
        try self.init(try PKCS8.read(pem.utf8.span, passphrase: passphrase, by: path), algorithm)
    }

    /// From an open file with one PKCS#8 PEM block. The descriptor stays open. Throws as
    /// ``init(pkcs8PEM:passphrase:algorithm:path:)``; a descriptor that can not be read is `malformed`.
    public init(
        pkcs8PEMFrom descriptor: Int32, passphrase: String? = nil, algorithm: SigningAlgorithm? = nil,
        path: CryptoPath = .standard
    ) throws(SigningKeyError) {
        try self.init(try PKCS8.read(descriptor: descriptor, passphrase: passphrase, by: path), algorithm)
    }

    private init(_ key: PrivateKey, _ algorithm: SigningAlgorithm?) throws(SigningKeyError) {
        guard let material = key.publicMaterial() else { throw .cryptoFailure }
        do {
            publicJWK = try PublicJWK(material, by: key.path)
        } catch {
            throw error.code == .cryptoFailure ? .cryptoFailure : .unsupported
        }
        let algorithm =
            switch material {
            case .ec(let curve, _): algorithm ?? curve.algorithm
            case .ed25519: algorithm ?? .ed25519
            case .rsa: algorithm ?? .ps256
            }
        guard publicJWK.fits(algorithm) else { throw .algorithmMismatch }
        self.algorithm = algorithm
        self.key = key
    }

    /// Calls `body` with the key as PKCS#8 PEM, in memory that is cleansed when it returns. The format keeps the kind of
    /// key and not ``algorithm``: who reads it says which, where there are several.
    ///
    /// - Parameter passphrase: encrypts with AES-256-CBC under PBKDF2 (HMAC-SHA-256, 600,000 rounds); nil does not
    ///   encrypt.
    ///
    /// Throws `emptyPassphrase` or `cryptoFailure`.
    public func withPKCS8PEM<Value>(
        passphrase: String? = nil, _ body: (borrowing Span<UInt8>) -> Value
    ) throws(SigningKeyError) -> Value {
        guard passphrase != "" else { throw .emptyPassphrase }
        return try PKCS8.withText(of: key, passphrase: passphrase, body)
    }

    /// Writes the key as PKCS#8 PEM, which does not keep ``algorithm``, to an open file, which stays open. Set the
    /// file's mode before.
    ///
    /// - Parameter passphrase: as of ``withPKCS8PEM(passphrase:_:)``.
    ///
    /// Throws `emptyPassphrase`, or `writeFailed`; what was written until then is the caller's to remove.
    public func writePKCS8PEM(to descriptor: Int32, passphrase: String? = nil) throws(SigningKeyError) {
        guard passphrase != "" else { throw .emptyPassphrase }
        guard PKCS8.write(key, descriptor: descriptor, passphrase: passphrase) else { throw .writeFailed }
    }

    /// A signature over the bytes, as JWS has it (RFC 7518 §3, RFC 8037 §3.1).
    public func signature(over signingInput: borrowing Span<UInt8>) throws(ProofBuildingError) -> [UInt8] {
        var signature = [UInt8](zeros: publicJWK.signatureLength)
        var output = signature.mutableSpan
        guard key.sign(signingInput, by: algorithm, into: &output) else { throw .signingFailed }
        return signature
    }
}

extension SigningKey: CustomStringConvertible, CustomReflectable {
    /// Names the public half.
    public var description: String { "SigningKey(\(algorithm.rawValue), jkt: \(publicJWK.thumbprint.jkt))" }
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// Why a private key could not be made, read or written. Holds nothing of the key or its file.
public enum SigningKeyError: Error, Sendable, Hashable {
    /// Not one PKCS#8 PEM block.
    case malformed
    /// The key is encrypted and no passphrase was given.
    case passphraseNeeded
    /// The passphrase does not decrypt the key, or by a cipher that libcrypto's default provider does not have.
    case wrongPassphrase
    /// Not a P-256, P-384, P-521 or Ed25519 key, nor an RSA key of 2048…4096 bits; or its halves do not belong
    /// together.
    case unsupported
    /// The key can not sign by the algorithm that was asked for.
    case algorithmMismatch
    /// An empty passphrase was given to encrypt with.
    case emptyPassphrase
    /// The file could not be written.
    case writeFailed
    /// libcrypto failed.
    case cryptoFailure
}

extension SigningKeyError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .malformed: "not a private key as PKCS#8 PEM"
        case .passphraseNeeded: "the key is encrypted and needs a passphrase"
        case .wrongPassphrase: "the passphrase does not decrypt the key"
        case .unsupported: "not a P-256, P-384, P-521, Ed25519 or RSA (2048 to 4096 bits) key"
        case .algorithmMismatch: "the key can not sign by that algorithm"
        case .emptyPassphrase: "the passphrase is empty"
        case .writeFailed: "the key could not be written"
        case .cryptoFailure: "the cryptography library failed"
        }
    }
}

extension Curve {
    fileprivate var algorithm: SigningAlgorithm {
        switch self {
        case .p256: .es256
        case .p384: .es384
        case .p521: .es512
        }
    }
}

extension PublicJWK {
    /// The bytes of a signature by this key.
    var signatureLength: Int {
        switch material {
        case .ec(let curve, _): 2 * curve.coordinateLength
        case .ed25519: 64
        case .rsa(let modulus, _): modulus.count
        }
    }
}

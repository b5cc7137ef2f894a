/// The asymmetric signature algorithms that a proof may be signed with (`alg`; RFC 7518 §3.1, RFC 8037 §3.1,
/// RFC 9864 §2.2). There is no case for `none` or for a symmetric algorithm.
///
/// The cost of verifying differs widely. One signature check with libcrypto 3.0, as a multiple of ES256's: RS256 and
/// PS256 with 2048 bits 0.3, Ed25519 1.8, ES512 8, ES384 10. Allow only what your clients use.
public enum SigningAlgorithm: String, Sendable, CaseIterable {
    /// ECDSA with P-256 and SHA-256.
    case es256 = "ES256"
    /// ECDSA with P-384 and SHA-384.
    case es384 = "ES384"
    /// ECDSA with P-521 and SHA-512.
    case es512 = "ES512"
    /// Ed25519, by its name of RFC 9864.
    case ed25519 = "Ed25519"
    /// Ed25519, by its older name of RFC 8037. Only with `crv` Ed25519.
    case eddsa = "EdDSA"
    /// RSASSA-PSS with SHA-256, the salt as long as the digest.
    case ps256 = "PS256"
    case ps384 = "PS384"
    case ps512 = "PS512"
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    case rs256 = "RS256"
    case rs384 = "RS384"
    case rs512 = "RS512"

    /// What an algorithm asks of the key and does with the message.
    enum Scheme: Sendable {
        case ecdsa(Curve)
        case ed25519
        case rsa(DigestAlgorithm, pss: Bool)
    }

    var scheme: Scheme {
        switch self {
        case .es256: .ecdsa(.p256)
        case .es384: .ecdsa(.p384)
        case .es512: .ecdsa(.p521)
        case .ed25519, .eddsa: .ed25519
        case .ps256: .rsa(.sha256, pss: true)
        case .ps384: .rsa(.sha384, pss: true)
        case .ps512: .rsa(.sha512, pss: true)
        case .rs256: .rsa(.sha256, pss: false)
        case .rs384: .rsa(.sha384, pss: false)
        case .rs512: .rsa(.sha512, pss: false)
        }
    }

    /// The algorithm that these bytes name, compared exactly.
    init?(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>) {
        if bytes.matches(range, "ES256") {
            self = .es256
            return
        }
        for algorithm in SigningAlgorithm.allCases where bytes.matches(range, algorithm.rawValue.utf8.span) {
            self = algorithm
            return
        }
        return nil
    }
}

/// A curve of the ECDSA algorithms (RFC 7518 §6.2.1.1).
enum Curve: Sendable, CaseIterable {
    case p256, p384, p521

    var name: StaticString {
        switch self {
        case .p256: "P-256"
        case .p384: "P-384"
        case .p521: "P-521"
        }
    }

    /// The bytes of a coordinate, and of each half of a signature (RFC 7518 §3.4).
    var coordinateLength: Int {
        switch self {
        case .p256: 32
        case .p384: 48
        case .p521: 66
        }
    }

    var digest: DigestAlgorithm {
        switch self {
        case .p256: .sha256
        case .p384: .sha384
        case .p521: .sha512
        }
    }
}

enum DigestAlgorithm: Sendable {
    case sha256, sha384, sha512

    /// In bytes.
    var length: Int {
        switch self {
        case .sha256: 32
        case .sha384: 48
        case .sha512: 64
        }
    }
}

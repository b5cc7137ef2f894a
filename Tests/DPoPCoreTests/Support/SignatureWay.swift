@testable import DPoPCore

/// A way that a signature may be verified in. All have the same verdicts.
enum SignatureWay: CaseIterable {
    case direct
    /// By libcrypto's own functions, with tables for every P-256 key.
    case tables
    case provider

    private var path: CryptoPath { self == .provider ? .provider : .direct }

    /// A key, imported for this way, with its tables if it has some.
    struct Key {
        let key: PublicJWK
        fileprivate let tables: P256Tables?

        func verify(
            _ signature: borrowing Span<UInt8>, over message: borrowing Span<UInt8>, by algorithm: SigningAlgorithm
        ) -> VerifyingKey.Outcome {
            key.verifyingKey.verify(signature, over: message, by: algorithm, tables: tables)
        }
    }

    func key(_ material: PublicJWK.Material) throws(ProofRejection) -> Key {
        let key = try PublicJWK(material, by: path)
        guard self == .tables, case .ec(.p256, let point) = material else { return Key(key: key, tables: nil) }
        guard let tables = P256Tables(point: point.span) else {
            throw ProofRejection(.cryptoFailure, nil, "no tables")
        }
        return Key(key: key, tables: tables)
    }
}

extension PublicJWK {
    /// By the way that is usual.
    init(_ material: Material) throws(ProofRejection) { try self.init(material, by: .standard) }
}

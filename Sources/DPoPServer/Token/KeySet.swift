public import DPoPCore

/// The keys that an issuer signs with (a JWK Set, RFC 7517 §5), each pinned to one algorithm.
public struct KeySet: Sendable {
    /// A key that signatures are verified with.
    public struct Key: Sendable {
        /// `kid`: which of the issuer's keys it is.
        public let keyID: String?

        /// The one algorithm that the key is used with. Ed25519 and EdDSA are the same here (RFC 9864 §2.2).
        public let algorithm: SigningAlgorithm

        public let publicJWK: PublicJWK

        /// Throws `algorithmMismatch` for a key that can not make signatures of the algorithm.
        public init(
            keyID: String?, algorithm: SigningAlgorithm, publicJWK: PublicJWK
        ) throws(KeySetError) {
            guard publicJWK.fits(algorithm) else { throw .algorithmMismatch }
            self.keyID = keyID
            self.algorithm = algorithm
            self.publicJWK = publicJWK
        }

        func isUsed(with other: SigningAlgorithm) -> Bool { algorithm.isSame(as: other) }

        /// Bytes are compared: `String ==` takes names for equal that are written differently.
        func isNamed(_ name: String?) -> Bool {
            guard let keyID, let name else { return keyID == nil && name == nil }
            return keyID.utf8.elementsEqual(name.utf8)
        }
    }

    public let keys: [Key]

    /// How many keys of the document could not be used and were left out (RFC 7517 §5).
    public let skippedKeys: Int

    /// The most keys of a set. Issuers publish a handful.
    static let maximumKeys = 128

    /// The most bytes of a document: 128 keys of RSA-4096 without certificates are about 100,000.
    static let maximumSize = 262_144

    /// Without any key: for an issuer whose keys are fetched with its first token.
    public static let empty = KeySet(checked: [], skippedKeys: 0)

    /// Throws `tooLarge` for more than 128 keys, `duplicateKey` for two with the same `kid`, or both without, and the
    /// same algorithm.
    public init(_ keys: [Key]) throws(KeySetError) { try self.init(keys, skippedKeys: 0) }

    init(_ keys: [Key], skippedKeys: Int) throws(KeySetError) {
        guard keys.count <= KeySet.maximumKeys else { throw .tooLarge }
        for (index, key) in keys.enumerated() {
            let isRepeated = keys[..<index].contains { $0.isNamed(key.keyID) && $0.isUsed(with: key.algorithm) }
            guard !isRepeated else { throw .duplicateKey }
        }
        self.init(checked: keys, skippedKeys: skippedKeys)
    }

    private init(checked keys: [Key], skippedKeys: Int) {
        self.keys = keys
        self.skippedKeys = skippedKeys
    }

    /// The set as a JSON document, to be served as `application/jwk-set+json` (RFC 7517 §8.5.2).
    public func json() throws(ProofBuildingError) -> [UInt8] {
        var elements: [ClaimValue] = []
        for key in keys { elements.append(.object(key.members)) }
        return try ClaimValue.object(["keys": .array(elements)]).json()
    }
}

/// Why a key set was not taken. Holds nothing of it.
public enum KeySetError: Error, Sendable, Hashable {
    /// Not one strict JSON object with an array `keys` of objects.
    case malformed
    /// More than 262,144 bytes or 128 keys.
    case tooLarge
    /// A key has a private member. Whoever published it must replace it.
    case privateKey
    /// Two keys have the same `kid` and algorithm.
    case duplicateKey
    /// A key can not be used with the algorithm that was named for it.
    case algorithmMismatch
}

extension KeySetError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .malformed: "not a JSON Web Key Set"
        case .tooLarge: "the key set is too large"
        case .privateKey: "the key set has a private or symmetric key"
        case .duplicateKey: "two keys of the set have the same kid and algorithm"
        case .algorithmMismatch: "a key can not be used with the algorithm"
        }
    }
}

extension KeySet: Hashable {
    public static func == (a: KeySet, b: KeySet) -> Bool { a.keys == b.keys }
    public func hash(into hasher: inout Hasher) { hasher.combine(keys) }
}

extension KeySet.Key: Hashable {
    public static func == (a: Self, b: Self) -> Bool {
        a.publicJWK == b.publicJWK && a.algorithm == b.algorithm && a.isNamed(b.keyID)
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(publicJWK) }
}

extension KeySet {
    /// What a set has for a token.
    enum Finding: Sendable {
        case key(PublicJWK)
        /// The token's `kid` is that of a key which is used with another algorithm.
        case otherAlgorithm
        /// The token has no `kid`, and more than one key is used with its algorithm.
        case ambiguous
        case unknown
    }

    /// The key by `kid`; for a token without `kid` the only one of its algorithm. No other key is tried.
    func find(_ keyID: String?, _ algorithm: SigningAlgorithm) -> Finding {
        guard let keyID else {
            let candidates = keys.filter { $0.isUsed(with: algorithm) }
            guard let only = candidates.first else { return .unknown }
            return candidates.count == 1 ? .key(only.publicJWK) : .ambiguous
        }
        let named = keys.filter { $0.isNamed(keyID) }
        guard let key = named.first(where: { $0.isUsed(with: algorithm) }) else {
            return named.isEmpty ? .unknown : .otherAlgorithm
        }
        return .key(key.publicJWK)
    }
}

extension SigningAlgorithm {
    /// Whether the two name one algorithm: Ed25519 has two names.
    func isSame(as other: SigningAlgorithm) -> Bool {
        self == other || (isEd25519 && other.isEd25519)
    }

    private var isEd25519: Bool { self == .ed25519 || self == .eddsa }

    var isRSA: Bool {
        switch self {
        case .rs256, .rs384, .rs512, .ps256, .ps384, .ps512: true
        case .es256, .es384, .es512, .ed25519, .eddsa: false
        }
    }
}

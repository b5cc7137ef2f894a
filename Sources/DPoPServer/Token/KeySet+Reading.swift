public import DPoPCore

extension KeySet {
    /// From a JWK Set document (RFC 7517 §5).
    ///
    /// A key is left out, and counted in ``skippedKeys``, if it is of a kind or for a purpose that is of no use here,
    /// malformed or weak, or if its algorithm is not clear: without `alg` that is its curve's for an EC key, Ed25519
    /// for an Ed25519 key, and `rsaAlgorithm` for an RSA key, which has none of its own.
    ///
    /// - Parameters:
    ///   - rsaAlgorithm: what RSA keys without `alg` are used with; nil leaves them out.
    ///   - path: which of libcrypto's functions verify by these keys.
    ///
    /// Throws `malformed`, `tooLarge`, `duplicateKey`; `privateKey` if any key, also one that would be left out, has a
    /// private member; `algorithmMismatch` if `rsaAlgorithm` is not one of RSA.
    public init(
        json: [UInt8], rsaAlgorithm: SigningAlgorithm? = nil, path: CryptoPath = .standard
    ) throws(KeySetError) {
        guard rsaAlgorithm?.isRSA ?? true else { throw .algorithmMismatch }
        guard json.count <= KeySet.maximumSize else { throw .tooLarge }
        guard let document = try? ClaimValue(json: json), case .array(let elements)? = document["keys"] else {
            throw .malformed
        }
        guard elements.count <= KeySet.maximumKeys else { throw .tooLarge }
        var keys: [Key] = []
        for element in elements {
            guard case .object(let members) = element else { throw .malformed }
            guard privateMembers.isDisjoint(with: members.keys) else { throw .privateKey }
            if let key = Key(members, rsaAlgorithm: rsaAlgorithm, path) { keys.append(key) }
        }
        try self.init(keys, skippedKeys: elements.count - keys.count)
    }
}

/// RFC 7518 §6.2.2, §6.3.2 and §6.4.1, RFC 8037 §2, and `priv` of the keys of kind AKP.
private let privateMembers: Set<String> = ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"]

/// What makes a public key (RFC 7518 §6.2.1, §6.3.1; RFC 8037 §2).
private let publicMembers: Set<String> = ["kty", "crv", "x", "y", "n", "e"]

extension KeySet.Key {
    /// Nil for a key that is to be left out.
    fileprivate init?(_ members: [String: ClaimValue], rsaAlgorithm: SigningAlgorithm?, _ path: CryptoPath) {
        guard members["kid"] == nil || members["kid"]?.text != nil, Self.isForSignatures(members) else { return nil }
        // Read by the rules of a proof's key, without the members that say what it is for.
        let material = ClaimValue.object(members.filter { publicMembers.contains($0.key) })
        guard let json = try? material.json(),
            let key = try? PublicJWK(json: String(decoding: json, as: UTF8.self), path: path)
        else { return nil }
        let algorithm =
            switch members["alg"] {
            case nil: Self.curveAlgorithms.first(where: key.fits) ?? rsaAlgorithm
            case .string(let name): SigningAlgorithm(rawValue: name)
            default: SigningAlgorithm?.none
            }
        guard let algorithm else { return nil }
        try? self.init(keyID: members["kid"]?.text, algorithm: algorithm, publicJWK: key)
    }

    private static let curveAlgorithms: [SigningAlgorithm] = [.es256, .es384, .es512, .ed25519]

    /// `use` and `key_ops` (RFC 7517 §4.2, §4.3). `sign` is what exporters leave that only strip the private part.
    private static func isForSignatures(_ members: [String: ClaimValue]) -> Bool {
        guard members["use"] == nil || members["use"] == "sig" else { return false }
        switch members["key_ops"] {
        case nil: return true
        case .array(let operations): return operations.contains("verify") || operations.contains("sign")
        default: return false
        }
    }

    /// The key as members of a JWK, with what it is for.
    var members: [String: ClaimValue] {
        guard case .object(var members)? = try? ClaimValue(json: Array(publicJWK.json.utf8)) else { return [:] }
        members["alg"] = .string(algorithm.rawValue)
        members["use"] = "sig"
        if let keyID { members["kid"] = .string(keyID) }
        return members
    }
}

/// Keys that have made proofs before, so that a returning client's key is not imported and hashed again.
///
/// Holds keys, never verdicts: every check still runs. A key is found by all of its bytes, and remembered only once two
/// signatures by it were verified: many keys make one proof and never come back, and nobody fills the cache without
/// holding keys. One key displaces another in the same place; that costs the displaced client an import of a few
/// microseconds and nothing else.
final class KeyCache: Sendable {
    /// 16 parts, each behind a lock, of 64 keys: 1,024 keys, about 400 KiB when all places are taken by P-256 keys.
    private static let parts = 16
    private static let places = 64

    private struct Place {
        var key: PublicJWK?
        /// A part of the thumbprint of the last other key that was seen once.
        var candidate: UInt64 = 0
    }

    /// Each part is empty until its first key.
    private let parts = Locked<[Place]>(count: KeyCache.parts) { _ in [] }

    /// The key with these numbers, if it is known.
    func find(_ material: PublicJWK.Material) -> PublicJWK? {
        let (part, place) = slot(of: material)
        guard let key = parts.withLock(part, { keys in keys.isEmpty ? nil : keys[place].key }), key.material == material
        else {
            return nil
        }
        return key
    }

    /// Remembers a key, whose owner has just proved to hold it, from the second time on.
    func remember(_ key: PublicJWK) {
        let (part, place) = slot(of: key.material)
        let name = key.thumbprint.digest.words.0
        // What is displaced comes out, to be freed without the lock.
        let displaced: PublicJWK? = parts.withLock(part) { keys in
            if keys.isEmpty { keys = Array(repeating: Place(), count: KeyCache.places) }
            guard keys[place].key?.verifyingKey !== key.verifyingKey else { return nil }
            guard keys[place].candidate == name else {
                keys[place].candidate = name
                return nil
            }
            let displaced = keys[place].key
            keys[place] = Place(key: key)
            return displaced
        }
        _ = displaced
    }

    private func slot(of material: PublicJWK.Material) -> (part: Int, place: Int) {
        let bytes = material.distinctiveBytes
        // Public keys are spread evenly by themselves; whoever makes keys that are not displaces only keys, see above.
        // A stranger's modulus may still be a single byte: it is looked for before its size is judged.
        let hash = bytes.suffix(2).reversed().reduce(0) { $0 << 8 | Int($1) }
        return (hash % KeyCache.parts, hash / KeyCache.parts % KeyCache.places)
    }
}

extension PublicJWK.Material {
    /// The number that tells most keys apart; of a stranger's key any number of bytes.
    fileprivate var distinctiveBytes: [UInt8] {
        switch self {
        case .ec(_, let point): point
        case .ed25519(let bytes): bytes
        case .rsa(let modulus, _): modulus
        }
    }
}

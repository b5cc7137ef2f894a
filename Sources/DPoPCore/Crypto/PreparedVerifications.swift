internal import CSslShim

/// What the first verification by an RSA or Ed25519 key has set up, kept for the next ones. Each belongs to one taker at a
/// time.
@safe
final class PreparedVerifications: Sendable {
    @safe
    struct Entry {
        fileprivate let algorithm: SigningAlgorithm
        let pointer: UnsafeMutablePointer<cssl_prepared>
    }

    /// Idle ones of one key beyond this are freed.
    private static let most = 4

    private let idle = Locked<[Entry]>([])

    deinit {
        for entry in idle.withLock({ $0 }) { unsafe cssl_prepared_free(entry.pointer) }
    }

    /// One for this algorithm; nil if libcrypto failed.
    func take(for algorithm: SigningAlgorithm, _ key: OpaquePointer, in library: CryptoLibrary) -> Entry? {
        let kept: Entry? = idle.withLock { idle in
            idle.lastIndex { $0.algorithm == algorithm }.map { idle.remove(at: $0) }
        }
        if let kept { return kept }
        let (digest, pss) = algorithm.scheme.messageParameters
        // The digest's name is a literal.
        let made = unsafe cssl_prepared_new(library.context, key, digest?.cString, pss ? 1 : 0)
        guard let made = unsafe made else { return nil }
        return unsafe Entry(algorithm: algorithm, pointer: made)
    }

    func giveBack(_ entry: Entry) {
        let isKept = idle.withLock { idle in
            guard idle.count < PreparedVerifications.most else { return false }
            idle.append(entry)
            return true
        }
        if !isKept { unsafe cssl_prepared_free(entry.pointer) }
    }
}

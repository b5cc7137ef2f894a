internal import CSslShim

/// The process's one library context and what is fetched into it once.
///
/// A host may change libcrypto's default context as it likes (properties, providers): only the way by a provider uses it,
/// for that. Besides,
/// a host's own method for random numbers (`RAND_set_rand_method`) reaches through to here.
@safe
package final class CryptoLibrary: Sendable {
    /// Nil if libcrypto is not the version that this was compiled for, or can not load its default provider.
    static let shared = CryptoLibrary()

    // Immutable after init, never freed, and libcrypto locks its contexts itself.
    nonisolated(unsafe) let context: OpaquePointer
    /// Where each thread keeps random bytes in store.
    fileprivate let randomKey: pthread_key_t
    // Read only: EC_KEY_set_group copies.
    private nonisolated(unsafe) let groups: [Curve: OpaquePointer]
    private let p256: ECKeyPool
    private let p384: ECKeyPool
    private let p521: ECKeyPool

    /// On a group of its own, made for the first P-384 key that verifies, since that takes 2 ms; nil, and keys
    /// are on the plain one, if there was no memory.
    private static let verifyingP384 = shared.flatMap { library in
        unsafe cssl_ec_group_new_verifying(library.context, NID_secp384r1).map { group in
            unsafe ECKeyPool(context: library.context, group: group)
        }
    }

    private init?() {
        var randomKey = pthread_key_t()
        guard unsafe cssl_random_key_new(&randomKey) == 1 else { return nil }
        self.randomKey = randomKey
        guard cssl_version_matches() == 1, let context = unsafe cssl_context_new(),
            let p256 = unsafe cssl_ec_group_new(context, NID_X9_62_prime256v1),
            let p384 = unsafe cssl_ec_group_new(context, NID_secp384r1),
            let p521 = unsafe cssl_ec_group_new(context, NID_secp521r1)
        else { return nil }
        unsafe self.context = context
        unsafe groups = [.p256: p256, .p384: p384, .p521: p521]
        unsafe self.p256 = ECKeyPool(context: context, group: p256)
        unsafe self.p384 = ECKeyPool(context: context, group: p384)
        unsafe self.p521 = ECKeyPool(context: context, group: p521)
    }

    /// Ours, or nil for the process's default one.
    func context(_ path: CryptoPath) -> OpaquePointer? { unsafe path == .direct ? context : nil }

    func group(_ curve: Curve) -> OpaquePointer? { unsafe groups[curve] }

    func keys(_ curve: Curve) -> ECKeyPool {
        switch curve {
        case .p256: p256
        case .p384: Self.verifyingP384 ?? p384
        case .p521: p521
        }
    }

    /// Keeps libcrypto from reading a configuration file, and so from loading modules that OPENSSL_CONF names.
    ///
    /// For programs of our own: a library must not decide it for its host. Only works before anything else has used
    /// libcrypto. False if libcrypto would not start.
    package static func disableConfigurationLoading() -> Bool { cssl_disable_configuration() == 1 }
}

/// Random bytes from libcrypto's generator, which reseeds itself where it finds another process identifier.
package enum RandomBytes {
    /// Fills `buffer`; false if the generator failed, and then nothing in the buffer may be used.
    package static func fill(_ buffer: inout MutableSpan<UInt8>) -> Bool {
        guard let library = CryptoLibrary.shared else { return false }
        return unsafe buffer.withUnsafeMutableBufferPointer { buffer in
            // The pointer and its count are the buffer's own.
            unsafe cssl_random(library.context, buffer.baseAddress, buffer.count) == 1
        }
    }

    /// The same for numbers that must not repeat or be guessed beforehand and are no secrets afterwards, such as a
    /// `jti`: from a store that each thread has and that a forked child finds empty.
    static func fillFromStore(_ buffer: inout MutableSpan<UInt8>) -> Bool {
        guard let library = CryptoLibrary.shared else { return false }
        return unsafe buffer.withUnsafeMutableBufferPointer { buffer in
            // The pointer and its count are the buffer's own.
            unsafe cssl_random_stored(library.context, library.randomKey, buffer.baseAddress, buffer.count) == 1
        }
    }
}

internal import CSslShim

/// A private key in libcrypto's memory. Its bytes never enter Swift's, and libcrypto cleanses them when it frees them.
@safe
final class PrivateKey: Sendable {
    @safe
    private enum Handle {
        case ec(OpaquePointer, Curve)
        case evpEC(OpaquePointer, Curve)
        case evp(OpaquePointer)
    }

    // Owned, freed in deinit and never changed in between; libcrypto's signing does not change the key it is given
    // (blinding values that RSA keeps are behind its own lock).
    private nonisolated(unsafe) let handle: Handle
    private let library: CryptoLibrary
    /// By which of libcrypto's functions it signs.
    let path: CryptoPath

    private init(_ handle: Handle, in library: CryptoLibrary, by path: CryptoPath) {
        unsafe self.handle = handle
        self.library = library
        self.path = path
    }

    deinit {
        switch unsafe handle {
        case .ec(let key, _): unsafe EC_KEY_free(key)
        case .evpEC(let key, _), .evp(let key): unsafe EVP_PKEY_free(key)
        }
    }

    /// A new key for the algorithm; nil if libcrypto could not make one.
    static func generate(for algorithm: SigningAlgorithm, rsaBits: Int, by path: CryptoPath) -> PrivateKey? {
        guard let library = CryptoLibrary.shared else { return nil }
        let context = unsafe library.context(path)
        switch (algorithm.scheme, path) {
        case (.ecdsa(let curve), .direct):
            guard let group = unsafe library.group(curve), let key = unsafe cssl_ec_key_generate(context, group)
            else { return nil }
            return unsafe PrivateKey(.ec(key, curve), in: library, by: path)
        case (.ecdsa(let curve), .provider):
            guard let key = unsafe cssl_evp_ec_key_generate(context, curve.cString) else { return nil }
            return unsafe PrivateKey(.evpEC(key, curve), in: library, by: path)
        case (.ed25519, _):
            guard let key = unsafe cssl_ed25519_key_generate(context) else { return nil }
            return unsafe PrivateKey(.evp(key), in: library, by: path)
        case (.rsa, _):
            guard let key = unsafe cssl_rsa_key_generate(context, rsaBits) else { return nil }
            return unsafe PrivateKey(.evp(key), in: library, by: path)
        }
    }

    /// Takes over an imported key, if it is of a kind that the policy table has.
    ///
    /// - Parameter imported: freed here, or by the key that is made.
    static func adopting(_ imported: OpaquePointer, in library: CryptoLibrary, by path: CryptoPath) -> PrivateKey? {
        if unsafe cssl_key_is(imported, "EC") == 1, path == .direct {
            defer { unsafe EVP_PKEY_free(imported) }
            for curve in Curve.allCases {
                if let group = unsafe library.group(curve),
                    let key = unsafe cssl_ec_key_from(library.context, group, imported)
                {
                    return unsafe PrivateKey(.ec(key, curve), in: library, by: path)
                }
            }
            return nil
        }
        if unsafe cssl_key_is_pair(library.context(path), imported) == 1 {
            if unsafe cssl_key_is(imported, "EC") == 1 {
                for curve in Curve.allCases where unsafe cssl_evp_ec_is_on(imported, curve.cString) == 1 {
                    guard unsafe cssl_evp_ec_use_name(imported) == 1 else { break }
                    return unsafe PrivateKey(.evpEC(imported, curve), in: library, by: path)
                }
            } else if unsafe cssl_key_is(imported, "RSA") == 1 || cssl_key_is(imported, "ED25519") == 1 {
                return unsafe PrivateKey(.evp(imported), in: library, by: path)
            }
        }
        unsafe EVP_PKEY_free(imported)
        return nil
    }

    /// What kind of key it is, with its public numbers; nil if libcrypto would not give them.
    func publicMaterial() -> PublicJWK.Material? {
        switch unsafe handle {
        case .ec(let key, let curve):
            var point = [UInt8](repeating: 0, count: 1 + 2 * curve.coordinateLength)
            let written = unsafe point.withUnsafeMutableBufferPointer { point in
                // Writes exactly `point.count` bytes or fails.
                unsafe cssl_ec_public_point(key, point.baseAddress, point.count)
            }
            return written == 1 ? .ec(curve, point: point) : nil
        case .evpEC(let key, let curve):
            var point = [UInt8](repeating: 0, count: 1 + 2 * curve.coordinateLength)
            let written = unsafe point.withUnsafeMutableBufferPointer { point in
                // Writes one byte and two coordinates, or fails.
                unsafe cssl_evp_ec_public_point(key, point.baseAddress, curve.coordinateLength)
            }
            return written == 1 ? .ec(curve, point: point) : nil
        case .evp(let key):
            if unsafe cssl_key_is(key, "ED25519") == 1 {
                var bytes = [UInt8](repeating: 0, count: 32)
                let written = unsafe bytes.withUnsafeMutableBufferPointer { bytes in
                    // Writes exactly 32 bytes or fails.
                    unsafe cssl_ed25519_public_bytes(key, bytes.baseAddress)
                }
                return written == 1 ? .ed25519(bytes) : nil
            }
            return unsafe .rsa(modulus: rsaNumber(key, exponent: false), exponent: rsaNumber(key, exponent: true))
        }
    }

    private func rsaNumber(_ key: OpaquePointer, exponent: Bool) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: PublicJWK.maximumRSABytes) { buffer, count in
            // Writes at most `buffer.count` bytes and says how many.
            count = unsafe cssl_rsa_number(key, exponent ? 1 : 0, buffer.baseAddress, buffer.count)
        }
    }

    /// Writes a signature over `message` into `signature`, filling it; false if libcrypto failed.
    func sign(
        _ message: borrowing Span<UInt8>, by algorithm: SigningAlgorithm, into signature: inout MutableSpan<UInt8>
    ) -> Bool {
        switch (unsafe handle, algorithm.scheme) {
        case (.ec(let key, let curve), .ecdsa(let required)):
            guard curve == required, signature.count == 2 * curve.coordinateLength else { return false }
            let digest = MessageDigest(of: message, curve.digest)
            return unsafe digest.withUnsafeBytes { digest in
                unsafe signature.withUnsafeMutableBufferPointer { signature in
                    // `digest` is as long as it says; r and s fill the halves of `signature`.
                    unsafe cssl_ecdsa_sign(
                        key, digest.baseAddress?.assumingMemoryBound(to: UInt8.self), digest.count,
                        signature.baseAddress, curve.coordinateLength) == 1
                }
            }
        case (.evpEC(let key, let curve), .ecdsa(let required)):
            guard curve == required, signature.count == 2 * curve.coordinateLength else { return false }
            return unsafe message.withUnsafeBufferPointer { message in
                unsafe signature.withUnsafeMutableBufferPointer { signature in
                    // r and s fill the halves of `signature`; the digest's name is a literal.
                    unsafe cssl_evp_ec_sign(
                        library.context(path), key, curve.digest.cString, message.baseAddress, message.count,
                        signature.baseAddress, curve.coordinateLength) == 1
                }
            }
        case (.evp(let key), .ed25519), (.evp(let key), .rsa):
            let (digest, pss) = algorithm.scheme.messageParameters
            return unsafe message.withUnsafeBufferPointer { message in
                unsafe signature.withUnsafeMutableBufferPointer { signature in
                    // Both lengths are the buffers' own; the digest's name is a literal.
                    unsafe cssl_message_sign(
                        library.context(path), key, digest?.cString, pss ? 1 : 0, message.baseAddress, message.count,
                        signature.baseAddress, signature.count) == 1
                }
            }
        default: return false
        }
    }

    /// Calls `body` with libcrypto's general handle on this key.
    func withHandle<Result>(_ body: (OpaquePointer, CryptoLibrary) -> Result?) -> Result? {
        switch unsafe handle {
        case .evpEC(let key, _), .evp(let key): return unsafe body(key, library)
        case .ec(let key, _):
            guard let wrapped = unsafe cssl_key_wrapping(key) else { return nil }
            defer { unsafe EVP_PKEY_free(wrapped) }
            return unsafe body(wrapped, library)
        }
    }
}

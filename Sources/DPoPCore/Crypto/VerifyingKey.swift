internal import CSslShim

/// A public key as libcrypto wants it, imported once and used read-only from any thread.
@safe
final class VerifyingKey: Sendable {
    @safe
    private enum Handle {
        case ec(ECKeyPool.Entry, Curve, ECKeyPool)
        case evpEC(OpaquePointer, Curve)
        /// With the length of every signature by this key.
        case evp(OpaquePointer, signatureLength: Int)
    }

    // Owned, freed in deinit and never changed in between; libcrypto only reads a key when it verifies with it.
    private nonisolated(unsafe) let handle: Handle
    private let path: CryptoPath
    /// Of RSA and Ed25519 keys on the direct path.
    private let prepared: PreparedVerifications?

    #if DPOP_TABLES_FORCED
        /// In a build that tries every P-256 key with tables, whatever it has earned.
        private let forced: P256Tables?
        static let forcesTables = true
    #else
        static let forcesTables = false
    #endif

    /// From 04 || x || y; nil if that is not a point of the curve with both coordinates below the prime.
    init?(curve: Curve, point: borrowing Span<UInt8>, in library: CryptoLibrary, by path: CryptoPath) {
        self.path = path
        prepared = nil
        switch path {
        case .direct:
            let pool = library.keys(curve)
            guard let entry = pool.take(point) else { return nil }
            unsafe handle = .ec(entry, curve, pool)
        case .provider:
            let key = unsafe point.withUnsafeBufferPointer { point in
                // Reads `point.count` bytes; the key keeps its own copy. The group's name is a literal.
                unsafe cssl_evp_ec_public_key_new(
                    library.context(path), curve.cString, point.baseAddress, point.count)
            }
            guard let key = unsafe key else { return nil }
            unsafe handle = .evpEC(key, curve)
        }
        #if DPOP_TABLES_FORCED
            forced = path == .direct && curve == .p256 ? P256Tables(point: point) : nil
        #endif
    }

    /// From the 32 bytes of RFC 8032 §5.1.5; nil if they do not encode a point of the curve, which libcrypto would
    /// only notice, silently, in each verification.
    init?(ed25519 bytes: borrowing Span<UInt8>, in library: CryptoLibrary, by path: CryptoPath) {
        self.path = path
        guard bytes.count == 32 else { return nil }
        var y: InlineArray<32, UInt8> = .init { bytes[$0] }
        y[31] &= 0x7F
        let isOnCurve = unsafe y.span.withUnsafeBufferPointer { y in
            // Reads 32 bytes.
            unsafe cssl_ed25519_is_on_curve(y.baseAddress)
        }
        guard isOnCurve == 1,
            let key = unsafe bytes.withUnsafeBufferPointer({ bytes in
                // As above.
                unsafe cssl_ed25519_public_key_new(library.context(path), bytes.baseAddress, bytes.count)
            })
        else { return nil }
        unsafe handle = .evp(key, signatureLength: 64)
        prepared = path == .direct ? PreparedVerifications() : nil
        #if DPOP_TABLES_FORCED
            forced = nil
        #endif
    }

    /// From the modulus and exponent, big endian without leading zeros.
    init?(
        rsaModulus modulus: borrowing Span<UInt8>, exponent: borrowing Span<UInt8>, in library: CryptoLibrary,
        by path: CryptoPath
    ) {
        self.path = path
        guard
            let key = unsafe modulus.withUnsafeBufferPointer({ modulus in
                unsafe exponent.withUnsafeBufferPointer { exponent in
                    // As above.
                    unsafe cssl_rsa_public_key_new(
                        library.context(path), modulus.baseAddress, modulus.count, exponent.baseAddress, exponent.count)
                }
            })
        else { return nil }
        unsafe handle = .evp(key, signatureLength: modulus.count)
        prepared = path == .direct ? PreparedVerifications() : nil
        #if DPOP_TABLES_FORCED
            forced = nil
        #endif
    }

    deinit {
        switch unsafe handle {
        case .ec(let entry, _, let pool): pool.giveBack(entry)
        case .evpEC(let key, _), .evp(let key, _): unsafe EVP_PKEY_free(key)
        }
    }

    /// Whether it is a key that tables can be of.
    var takesTables: Bool {
        if case .ec(_, .p256, _) = unsafe handle { true } else { false }
    }

    enum Outcome {
        case valid, invalid, failed
    }

    /// Whether `signature` is one over `message` by this key and `algorithm`.
    ///
    /// `invalid` also for a signature of the wrong length; `failed` if libcrypto could not tell.
    ///
    /// - Parameter tables: of this key, if it has any.
    func verify(
        _ signature: borrowing Span<UInt8>, over message: borrowing Span<UInt8>, by algorithm: SigningAlgorithm,
        tables: P256Tables? = nil
    ) -> Outcome {
        #if DPOP_TABLES_FORCED
            let tables = forced
        #endif
        guard let library = CryptoLibrary.shared else { return .failed }
        let result: Int32
        switch (unsafe handle, algorithm.scheme) {
        case (.ec(let entry, let curve, _), .ecdsa(let required)):
            guard curve == required, signature.count == 2 * curve.coordinateLength else { return .invalid }
            let digest = MessageDigest(of: message, curve.digest)
            if curve == .p256, let tables {
                let outcome = digest.withSpan { tables.verify(signature, digest: $0) }
                if outcome != .failed { return outcome }
            }
            result = unsafe digest.withUnsafeBytes { digest in
                unsafe signature.withUnsafeBufferPointer { signature in
                    // `digest` is as long as it says; r and s are the halves of `signature`, whose length was checked.
                    unsafe cssl_ecdsa_verify(
                        entry.key, digest.baseAddress?.assumingMemoryBound(to: UInt8.self), digest.count,
                        signature.baseAddress, curve.coordinateLength)
                }
            }
        case (.evpEC(let key, let curve), .ecdsa(let required)):
            guard curve == required, signature.count == 2 * curve.coordinateLength else { return .invalid }
            result = unsafe message.withUnsafeBufferPointer { message in
                unsafe signature.withUnsafeBufferPointer { signature in
                    // r and s are the halves of `signature`, whose length was checked; the digest's name is a literal.
                    unsafe cssl_evp_ec_verify(
                        library.context(path), key, curve.digest.cString, message.baseAddress, message.count,
                        signature.baseAddress, curve.coordinateLength)
                }
            }
        case (.evp(let key, let length), .ed25519), (.evp(let key, let length), .rsa):
            // Not left to libcrypto, which takes an RSASSA-PSS signature without its leading zeros (RFC 8017 §8.1.2).
            guard signature.count == length else { return .invalid }
            if let prepared {
                let result = unsafe verify(signature, over: message, by: algorithm, key, prepared, in: library)
                return result == 1 ? .valid : result == 0 ? .invalid : .failed
            }
            let (digest, pss) = algorithm.scheme.messageParameters
            result = unsafe message.withUnsafeBufferPointer { message in
                unsafe signature.withUnsafeBufferPointer { signature in
                    // Both lengths are the buffers' own; the digest's name is a literal.
                    unsafe cssl_message_verify(
                        library.context(path), key, digest?.cString, pss ? 1 : 0, message.baseAddress, message.count,
                        signature.baseAddress, signature.count)
                }
            }
        default: return .invalid
        }
        return result == 1 ? .valid : result == 0 ? .invalid : .failed
    }

    private func verify(
        _ signature: borrowing Span<UInt8>, over message: borrowing Span<UInt8>, by algorithm: SigningAlgorithm,
        _ key: OpaquePointer, _ prepared: PreparedVerifications, in library: CryptoLibrary
    ) -> Int32 {
        guard let entry = unsafe prepared.take(for: algorithm, key, in: library) else { return -1 }
        defer { prepared.giveBack(entry) }
        return unsafe signature.withUnsafeBufferPointer { signature in
            // All lengths are the buffers' own; `entry` is this call's alone.
            func check(_ message: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
                unsafe cssl_prepared_verify(
                    entry.pointer, library.context, key, message, count, signature.baseAddress, signature.count)
            }
            guard case .rsa(let digest, _) = algorithm.scheme else {
                return unsafe message.withUnsafeBufferPointer { unsafe check($0.baseAddress, $0.count) }
            }
            return unsafe MessageDigest(of: message, digest).withUnsafeBytes { digest in
                unsafe check(digest.baseAddress?.assumingMemoryBound(to: UInt8.self), digest.count)
            }
        }
    }
}

extension SigningAlgorithm.Scheme {
    /// The digest's name and whether the padding is PSS; nil and false for Ed25519.
    var messageParameters: (digest: DigestAlgorithm?, pss: Bool) {
        if case .rsa(let digest, let pss) = self { return (digest, pss) }
        return (nil, false)
    }
}

extension Curve {
    /// libcrypto's name, a literal that lives for ever.
    var cString: UnsafePointer<CChar> {
        let name: StaticString =
            switch self {
            case .p256: "P-256"
            case .p384: "P-384"
            case .p521: "P-521"
            }
        return unsafe UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self)
    }
}

extension DigestAlgorithm {
    /// libcrypto's name, a literal that lives for ever.
    var cString: UnsafePointer<CChar> {
        let name: StaticString =
            switch self {
            case .sha256: "SHA256"
            case .sha384: "SHA384"
            case .sha512: "SHA512"
            }
        return unsafe UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self)
    }
}

/// A digest of 32, 48 or 64 bytes without an allocation.
struct MessageDigest {
    private var storage: InlineArray<64, UInt8> = .init(repeating: 0)
    private let length: Int

    init(of message: borrowing Span<UInt8>, _ algorithm: DigestAlgorithm) {
        length = algorithm.length
        var output = storage.mutableSpan
        unsafe message.withUnsafeBufferPointer { message in
            unsafe output.withUnsafeMutableBufferPointer { output in
                // Reads `message.count` bytes and writes at most 64.
                guard let out = output.baseAddress else { return }
                switch algorithm {
                case .sha256: unsafe cssl_sha256(message.baseAddress, message.count, out)
                case .sha384: unsafe cssl_sha384(message.baseAddress, message.count, out)
                case .sha512: unsafe cssl_sha512(message.baseAddress, message.count, out)
                }
            }
        }
    }

    func withSpan<Result>(_ body: (borrowing Span<UInt8>) -> Result) -> Result {
        body(storage.span.extracting(0..<length))
    }

    func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        unsafe storage.span.withUnsafeBytes { bytes in
            // `length` is at most 64.
            unsafe body(UnsafeRawBufferPointer(rebasing: bytes[..<length]))
        }
    }
}

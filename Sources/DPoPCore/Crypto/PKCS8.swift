internal import CSslShim

/// Reading and writing private keys as PKCS#8 PEM (RFC 5958, RFC 7468), on libcrypto's side of the boundary.
enum PKCS8 {
    /// PBKDF2 rounds for a new passphrase-encrypted key: OWASP's figure for HMAC-SHA-256 (2023).
    static let iterations: Int32 = 600_000

    /// From text that is already in memory.
    static func read(
        _ pem: borrowing Span<UInt8>, passphrase: String?, by path: CryptoPath
    ) throws(SigningKeyError) -> PrivateKey {
        let result = unsafe pem.withUnsafeBufferPointer { pem in
            // The buffer outlives the BIO, which is freed in `read`.
            unsafe read(from: cssl_bio_reading(pem.baseAddress, pem.count), passphrase: passphrase, by: path)
        }
        return try result.get()
    }

    /// From an open file, which stays open.
    static func read(
        descriptor: Int32, passphrase: String?, by path: CryptoPath
    ) throws(SigningKeyError) -> PrivateKey {
        try unsafe read(from: cssl_bio_descriptor(descriptor), passphrase: passphrase, by: path).get()
    }

    /// Frees `input`.
    private static func read(
        from input: OpaquePointer?, passphrase: String?, by path: CryptoPath
    ) -> Result<PrivateKey, SigningKeyError> {
        defer { unsafe BIO_free_all(input) }
        guard let library = CryptoLibrary.shared else { return .failure(.cryptoFailure) }
        var imported: OpaquePointer?
        let status = unsafe withPassphrase(passphrase) { bytes, length in
            unsafe cssl_pkcs8_read(library.context(path), input, bytes, length, &imported)
        }
        switch status {
        case CSSL_PKCS8_OK.signed: break
        case CSSL_PKCS8_PASSPHRASE_NEEDED.signed: return .failure(.passphraseNeeded)
        case CSSL_PKCS8_PASSPHRASE_WRONG.signed: return .failure(.wrongPassphrase)
        default: return .failure(.malformed)
        }
        guard let imported = unsafe imported, let key = unsafe PrivateKey.adopting(imported, in: library, by: path)
        else {
            return .failure(.unsupported)
        }
        return .success(key)
    }

    /// Calls `body` with the PEM text, in memory that is cleansed afterwards.
    static func withText<Value>(
        of key: PrivateKey, passphrase: String?, _ body: (borrowing Span<UInt8>) -> Value
    ) throws(SigningKeyError) -> Value {
        guard let buffer = unsafe cssl_bio_cleansed_buffer() else { throw .cryptoFailure }
        // Frees, and so cleanses, the text.
        defer { unsafe BIO_free_all(buffer) }
        guard unsafe write(key, to: buffer, passphrase: passphrase) else { throw .cryptoFailure }
        var start: UnsafePointer<UInt8>?
        let length = unsafe cssl_bio_contents(buffer, &start)
        // The buffer is not written again before it is freed.
        let text = unsafe UnsafeBufferPointer(start: start, count: length)
        return body(unsafe text.span)
    }

    /// To an open file, which stays open. False leaves a partial file, which is the caller's to remove.
    static func write(_ key: PrivateKey, descriptor: Int32, passphrase: String?) -> Bool {
        guard let output = unsafe cssl_bio_descriptor(descriptor) else { return false }
        defer { unsafe BIO_free_all(output) }
        return unsafe write(key, to: output, passphrase: passphrase)
    }

    private static func write(_ key: PrivateKey, to output: OpaquePointer, passphrase: String?) -> Bool {
        unsafe key.withHandle { handle, library in
            unsafe withPassphrase(passphrase) { bytes, length in
                unsafe cssl_pkcs8_write(library.context(key.path), output, handle, bytes, length, iterations)
            } == 1
        } ?? false
    }

    private static func withPassphrase<Value>(
        _ passphrase: String?, _ body: (UnsafePointer<CChar>?, Int) -> Value
    ) -> Value {
        guard let passphrase else { return body(nil, 0) }
        let length = passphrase.utf8.count
        // A NUL follows the bytes, so that an empty passphrase has an address too; the length is passed beside it.
        return unsafe passphrase.withCString { bytes in unsafe body(bytes, length) }
    }
}

extension cssl_pkcs8_status {
    fileprivate var signed: Int32 { Int32(truncatingIfNeeded: rawValue) }
}

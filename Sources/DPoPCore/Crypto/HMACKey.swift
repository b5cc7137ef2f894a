internal import CSslShim

/// A secret for HMAC-SHA256 (RFC 2104), in libcrypto's memory, which libcrypto cleanses when it frees it.
@safe
package final class HMACKey: Sendable {
    // Owned, freed in deinit and never changed in between: each message is authenticated in a copy.
    private nonisolated(unsafe) let keyed: OpaquePointer

    /// Nil if libcrypto failed.
    package init?(_ secret: borrowing Span<UInt8>) {
        guard let library = CryptoLibrary.shared else { return nil }
        let keyed = unsafe secret.withUnsafeBufferPointer { secret in
            // The length is the buffer's own.
            unsafe cssl_hmac_new(library.context, secret.baseAddress, secret.count)
        }
        guard let keyed = unsafe keyed else { return nil }
        unsafe self.keyed = keyed
    }

    deinit {
        unsafe EVP_MAC_CTX_free(keyed)
    }

    /// The code of a message, 32 bytes; nil if libcrypto failed.
    package func code(of message: borrowing Span<UInt8>) -> [UInt8]? {
        var code = [UInt8](repeating: 0, count: 32)
        let written = unsafe message.withUnsafeBufferPointer { message in
            unsafe code.withUnsafeMutableBufferPointer { code in
                // Reads `message.count` bytes and writes 32.
                unsafe cssl_hmac(keyed, message.baseAddress, message.count, code.baseAddress)
            }
        }
        return written == 1 ? code : nil
    }
}

/// Comparing secrets.
package enum ConstantTime {
    /// Whether both hold the same bytes; the time depends on their lengths alone.
    package static func areEqual(_ a: borrowing Span<UInt8>, _ b: borrowing Span<UInt8>) -> Bool {
        guard a.count == b.count else { return false }
        return unsafe a.withUnsafeBufferPointer { a in
            unsafe b.withUnsafeBufferPointer { b in
                // Both have `a.count` bytes; of an empty one libcrypto reads nothing.
                unsafe cssl_equal(a.baseAddress, b.baseAddress, a.count) == 1
            }
        }
    }
}

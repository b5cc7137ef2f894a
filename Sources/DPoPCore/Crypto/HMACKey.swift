internal import CSslShim

/// A secret for HMAC-SHA256 (RFC 2104), in libcrypto's memory, cleansed when it is freed.
@safe
package final class HMACKey: Sendable {
    // Owned, freed in deinit and never changed in between.
    private nonisolated(unsafe) let key: UnsafeMutablePointer<cssl_hmac_key>

    private init?(_ key: UnsafeMutablePointer<cssl_hmac_key>?) {
        guard let key = unsafe key else { return nil }
        unsafe self.key = key
    }

    /// Nil if libcrypto has no memory.
    package convenience init?(_ secret: borrowing Span<UInt8>) {
        let key = unsafe secret.withUnsafeBufferPointer { secret in
            // The length is the buffer's own.
            unsafe cssl_hmac_key_new(secret.baseAddress, secret.count)
        }
        unsafe self.init(key)
    }

    /// The same secret for messages that all begin with these bytes, which are then hashed once; nil if libcrypto has no
    /// memory.
    package func withPrefix(_ prefix: borrowing Span<UInt8>) -> HMACKey? {
        let longer = unsafe prefix.withUnsafeBufferPointer { prefix in
            // The length is the buffer's own.
            unsafe cssl_hmac_key_with_prefix(key, prefix.baseAddress, prefix.count)
        }
        return unsafe HMACKey(longer)
    }

    deinit {
        unsafe cssl_hmac_key_free(key)
    }

    /// The code of a message, or of the rest of it after the prefix.
    package func code(of message: borrowing Span<UInt8>) -> InlineArray<32, UInt8> {
        var code = InlineArray<32, UInt8>(repeating: 0)
        var output = code.mutableSpan
        unsafe message.withUnsafeBufferPointer { message in
            unsafe output.withUnsafeMutableBufferPointer { output in
                // Reads `message.count` bytes and writes 32.
                unsafe cssl_hmac(key, message.baseAddress, message.count, output.baseAddress)
            }
        }
        return code
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

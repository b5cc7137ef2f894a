internal import CSslShim

/// Tables for one P-256 key, with which a verification costs a third of what it costs without (`p256_tables.h` has the
/// equation and why it is exactly ECDSA's). Made once, then only read, from any thread.
@safe
final class P256Tables: Sendable {
    /// What one key's tables take: 37 windows of 64 points of 64 bytes each, and what tells where they are.
    static let size = 37 * 64 * 64 + 96

    /// The generator's, for which 464 KiB are taken once, with the first key's.
    private static let base = unsafe P256Tables(cssl_p256_base_tables_new())

    // Owned, freed in deinit and never changed in between.
    private nonisolated(unsafe) let tables: UnsafeMutablePointer<cssl_p256_tables>

    private init?(_ tables: UnsafeMutablePointer<cssl_p256_tables>?) {
        guard let tables = unsafe tables else { return nil }
        unsafe self.tables = tables
    }

    /// Takes about a millisecond, in a debug build thirty. From 04 || x || y; nil if that is not a point of the curve, if
    /// there is no memory, and on a platform that has not 64 bits.
    convenience init?(point: borrowing Span<UInt8>) {
        // Made here at the first time, and not by the first proof that needs it.
        guard P256Tables.base != nil else { return nil }
        let tables = unsafe point.withUnsafeBufferPointer { point in
            // Reads `point.count` bytes; the tables keep their own copy.
            unsafe cssl_p256_tables_new(point.baseAddress, point.count, CSSL_P256_KEY_WIDTH)
        }
        unsafe self.init(tables)
    }

    deinit { unsafe cssl_p256_tables_free(tables) }

    /// As ``VerifyingKey/verify(_:over:by:tables:)`` for this key, r || s of 64 bytes and a digest of 32.
    func verify(_ signature: borrowing Span<UInt8>, digest: borrowing Span<UInt8>) -> VerifyingKey.Outcome {
        guard let base = P256Tables.base else { return .failed }
        guard signature.count == 64, digest.count == 32 else { return .invalid }
        let result = unsafe signature.withUnsafeBufferPointer { signature in
            unsafe digest.withUnsafeBufferPointer { digest in
                // The lengths were checked.
                unsafe cssl_p256_tables_verify(base.tables, tables, digest.baseAddress, signature.baseAddress)
            }
        }
        return result == 1 ? .valid : .invalid
    }
}

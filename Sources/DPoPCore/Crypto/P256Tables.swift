internal import CSslShim

/// libcrypto's fixed-base tables for one P-256 key, with which a verification costs a third of what it costs without
/// (`p256_tables.h` has the equation and why it is exactly ECDSA's). Made once, then only read, from any thread.
@safe
final class P256Tables: Sendable {
    /// What one key's tables take: 37 windows of 64 points of 64 bytes each, and the group around them.
    static let size = 37 * 64 * 64 + 4_096

    // Owned, freed in deinit and never changed in between.
    private nonisolated(unsafe) let group: OpaquePointer
    private let pool: P256ScratchPool

    /// Takes about 20 ms. From 04 || x || y; nil if that is not a point of the curve, or if this libcrypto makes no such
    /// tables.
    init?(point: borrowing Span<UInt8>, in library: CryptoLibrary) {
        guard let p256 = unsafe library.group(.p256) else { return nil }
        guard
            let group = unsafe point.withUnsafeBufferPointer({ point in
                // Reads `point.count` bytes; the group keeps its own copy.
                unsafe cssl_p256_tables_new(p256, point.baseAddress, point.count)
            })
        else { return nil }
        unsafe self.group = group
        pool = library.p256Scratch
    }

    deinit { unsafe EC_GROUP_free(group) }

    /// As ``VerifyingKey/verify(_:over:by:tables:)`` for this key, r || s of 64 bytes and a digest of 32.
    func verify(_ signature: borrowing Span<UInt8>, digest: borrowing Span<UInt8>) -> VerifyingKey.Outcome {
        guard signature.count == 64, digest.count == 32 else { return .invalid }
        guard let scratch = pool.take() else { return .failed }
        defer { pool.giveBack(scratch) }
        let result = unsafe signature.withUnsafeBufferPointer { signature in
            unsafe digest.withUnsafeBufferPointer { digest in
                // The lengths were checked; the scratch is this call's alone.
                unsafe cssl_p256_tables_verify(
                    pool.p256, group, digest.baseAddress, signature.baseAddress, scratch.pointer)
            }
        }
        return result == 1 ? .valid : result == 0 ? .invalid : .failed
    }
}

/// The numbers and points that a verification with tables needs beside them, kept for the next one. Each belongs to one
/// taker at a time.
@safe
final class P256ScratchPool: Sendable {
    /// Idle ones beyond this are freed: more threads than that do not verify at once.
    private static let most = 64

    // libcrypto's own, read only and never freed.
    nonisolated(unsafe) let p256: OpaquePointer
    private let idle = Locked<[Scratch]>([])

    @safe
    struct Scratch {
        let pointer: UnsafeMutablePointer<cssl_p256_scratch>
    }

    init(_ p256: OpaquePointer) { unsafe self.p256 = p256 }

    func take() -> Scratch? {
        if let scratch = idle.withLock({ $0.popLast() }) { return scratch }
        return unsafe cssl_p256_scratch_new(p256).map { unsafe Scratch(pointer: $0) }
    }

    func giveBack(_ scratch: Scratch) {
        let isKept = idle.withLock { idle in
            guard idle.count < P256ScratchPool.most else { return false }
            idle.append(scratch)
            return true
        }
        if !isKept { unsafe cssl_p256_scratch_free(scratch.pointer) }
    }
}

internal import CSslShim

/// libcrypto's keys on one curve, taken for a verification's key and given back with it.
///
/// Making a key on a group costs three times what giving it other numbers does (2.4 against 0.8 µs), and most keys
/// live as long as one proof. A key belongs to one taker at a time.
@safe
final class ECKeyPool: Sendable {
    /// A key and the scratch numbers that its import uses.
    @safe
    struct Entry {
        let key: OpaquePointer
        fileprivate let scratch: OpaquePointer

        fileprivate func free() {
            unsafe EC_KEY_free(key)
            unsafe BN_CTX_free(scratch)
        }
    }

    /// Idle entries beyond this are freed: more threads than that do not verify at once.
    private static let most = 64

    private let idle = Locked<[Entry]>([])
    // libcrypto's own, read only and never freed.
    private nonisolated(unsafe) let context: OpaquePointer
    private nonisolated(unsafe) let group: OpaquePointer

    init(context: OpaquePointer, group: OpaquePointer) {
        unsafe (self.context, self.group) = unsafe (context, group)
    }

    /// A key with this point (04 || x || y); nil if it is not a point of the curve.
    func take(_ point: borrowing Span<UInt8>) -> Entry? {
        guard let entry = idle.withLock({ $0.popLast() }) ?? make() else { return nil }
        let result = unsafe point.withUnsafeBufferPointer { point in
            // Reads `point.count` bytes; the key keeps its own copy.
            unsafe cssl_ec_key_set_point(entry.key, point.baseAddress, point.count, entry.scratch)
        }
        guard result == 1 else {
            entry.free()
            return nil
        }
        return entry
    }

    func giveBack(_ entry: Entry) {
        let isKept = idle.withLock { idle in
            guard idle.count < ECKeyPool.most else { return false }
            idle.append(entry)
            return true
        }
        if !isKept { entry.free() }
    }

    private func make() -> Entry? {
        guard let key = unsafe cssl_ec_key_new(context, group) else { return nil }
        guard let scratch = unsafe BN_CTX_new() else {
            unsafe EC_KEY_free(key)
            return nil
        }
        return unsafe Entry(key: key, scratch: scratch)
    }
}

internal import CSslShim

/// A value that is only reached with its lock held.
///
/// `Synchronization.Mutex` would do, but the thread sanitizer does not see into it on Linux and reports races that
/// are none; it knows `pthread_mutex_t`, which has to stay at one address and so lives on the heap, beside the value.
@safe
final class Locked<Value>: Sendable {
    // One block, made once and freed in deinit: the mutex, which is made to be used from any thread, and from `offset`
    // on the value, which is touched between lock and unlock alone. That is what makes this type Sendable.
    private nonisolated(unsafe) let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private nonisolated(unsafe) let value: UnsafeMutablePointer<Value>

    init(_ initial: sending Value) {
        // Cache lines of its own (two, since some processors fetch pairs), so that neighbours do not slow each other.
        let offset = 64
        let size = offset + MemoryLayout<Value>.size
        let block = UnsafeMutableRawPointer.allocate(byteCount: (size + 127) / 128 * 128, alignment: 128)
        unsafe mutex = unsafe block.bindMemory(to: pthread_mutex_t.self, capacity: 1)
        unsafe value = unsafe (block + offset).bindMemory(to: Value.self, capacity: 1)
        // Fails only for attributes, and there are none.
        let status = unsafe pthread_mutex_init(mutex, nil)
        unsafe precondition(status == 0 && MemoryLayout<pthread_mutex_t>.size <= offset)
        unsafe value.initialize(to: initial)
    }

    deinit {
        unsafe value.deinitialize(count: 1)
        unsafe pthread_mutex_destroy(mutex)
        unsafe UnsafeMutableRawPointer(mutex).deallocate()
    }

    /// Calls `body` with the value. Not reentrant.
    @inline(__always)
    func withLock<Result>(_ body: (inout Value) -> Result) -> Result {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        return unsafe body(&value.pointee)
    }
}

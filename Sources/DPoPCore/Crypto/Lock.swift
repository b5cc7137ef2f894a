internal import CSslShim

/// A mutual exclusion lock.
///
/// `Synchronization.Mutex` would do, but the thread sanitizer does not see into it on Linux and reports races that
/// are none; it knows `pthread_mutex_t`, which has to stay at one address and so lives on the heap.
@safe
final class Lock: Sendable {
    // Made once, freed in deinit; what it points to is made to be used from any thread.
    private nonisolated(unsafe) let mutex: UnsafeMutablePointer<pthread_mutex_t>

    init() {
        guard let mutex = unsafe cssl_mutex_new() else {
            // Like any failed allocation in Swift; it can not come from input.
            preconditionFailure("out of memory for a lock")
        }
        unsafe self.mutex = unsafe mutex
    }

    deinit { unsafe cssl_mutex_free(mutex) }

    func withLock<Value>(_ body: () -> Value) -> Value {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        return body()
    }
}

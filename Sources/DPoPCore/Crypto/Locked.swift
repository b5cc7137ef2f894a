internal import CSslShim

/// Values that are only reached with their lock held; one lock for each.
///
/// `Synchronization.Mutex` would do, but the thread sanitizer does not see into it on Linux and reports races that
/// are none; it knows `pthread_mutex_t`, which has to stay at one address and so lives on the heap, beside the value.
/// Several values are one object, because an object for each would have its reference count written at each use, and
/// two cores would pass it back and forth.
@safe
package final class Locked<Value: ~Copyable>: Sendable {
    // One block, made once and freed in deinit. At each multiple of `stride` a mutex, which is made to be used from any
    // thread, and `valueOffset` behind it the value, which is touched between lock and unlock alone. That is what makes
    // this type Sendable.
    private nonisolated(unsafe) let block: UnsafeMutableRawPointer
    private let stride: Int

    /// How many values there are.
    package let count: Int

    /// Right behind the mutex, so that the value's first members share its line.
    private static var valueOffset: Int {
        let alignment = MemoryLayout<Value>.alignment
        return unsafe (MemoryLayout<pthread_mutex_t>.size + alignment - 1) / alignment * alignment
    }

    /// - Parameter make: gives the value at each index.
    package init(count: Int, _ make: (Int) -> Value) {
        precondition(count > 0 && MemoryLayout<Value>.alignment <= 128)
        // Cache lines of its own for each (two, since some processors fetch pairs).
        let size = Self.valueOffset + MemoryLayout<Value>.size
        stride = (size + 127) / 128 * 128
        self.count = count
        unsafe block = .allocate(byteCount: stride * count, alignment: 128)
        for index in 0..<count {
            // Fails only for attributes, and there are none.
            let status = unsafe pthread_mutex_init(
                (block + stride * index).bindMemory(to: pthread_mutex_t.self, capacity: 1), nil)
            precondition(status == 0)
            unsafe (block + stride * index + Self.valueOffset).initializeMemory(as: Value.self, to: make(index))
        }
    }

    deinit {
        for index in 0..<count {
            unsafe value(index).deinitialize(count: 1)
            unsafe pthread_mutex_destroy(mutex(index))
        }
        unsafe block.deallocate()
    }

    private func mutex(_ index: Int) -> UnsafeMutablePointer<pthread_mutex_t> {
        // Bound in init; callers pass an index below `count`.
        unsafe (block + stride * index).assumingMemoryBound(to: pthread_mutex_t.self)
    }

    private func value(_ index: Int) -> UnsafeMutablePointer<Value> {
        // Initialised in init; callers pass an index below `count`.
        unsafe (block + stride * index + Self.valueOffset).assumingMemoryBound(to: Value.self)
    }

    /// Calls `body` with the value at an index below ``count``. Not reentrant.
    @inline(__always)
    package func withLock<Result>(_ index: Int, _ body: (inout Value) -> Result) -> Result {
        precondition(index >= 0 && index < count)
        lock(index)
        defer { unsafe pthread_mutex_unlock(mutex(index)) }
        return unsafe body(&value(index).pointee)
    }

    /// The same, with the value that a random number chooses, by its lower half.
    @inline(__always)
    package func withLock<Result>(at random: UInt64, _ body: (inout Value) -> Result) -> Result {
        withLock(index(at: random), body)
    }

    /// Which value a random number chooses, by its lower half.
    @inline(__always)
    package func index(at random: UInt64) -> Int {
        Int(truncatingIfNeeded: ((random & 0xFFFF_FFFF) &* UInt64(count)) >> 32)
    }

    /// Tries for a few hundred nanoseconds before it sleeps: most holders are through sooner than a sleeper wakes.
    @inline(__always)
    private func lock(_ index: Int) {
        var tries = 0
        while unsafe pthread_mutex_trylock(mutex(index)) != 0 {
            tries += 1
            if tries == 40 {
                unsafe pthread_mutex_lock(mutex(index))
                return
            }
        }
    }
}

extension Locked {
    package convenience init(_ value: Value) { self.init(count: 1) { _ in value } }
}

extension Locked where Value: ~Copyable {
    /// Calls `body` with the first value. Not reentrant.
    @inline(__always)
    package func withLock<Result>(_ body: (inout Value) -> Result) -> Result { withLock(0, body) }
}

internal import CSslShim

/// Words that any thread may read and write at any time, each by itself: who reads several may see old and new ones.
@safe
struct SharedWords: ~Copyable, Sendable {
    // `count` of them, made once and freed in deinit. They are only reached by atomic operations, which is what makes this
    // type Sendable.
    private nonisolated(unsafe) let memory: UnsafeMutablePointer<UInt>
    let count: Int

    /// Zeros, from the beginning of a line of memory on.
    init(count: Int) {
        self.count = count
        unsafe memory = UnsafeMutableRawPointer.allocate(byteCount: count * MemoryLayout<UInt>.stride, alignment: 64)
            .bindMemory(to: UInt.self, capacity: count)
        unsafe memory.initialize(repeating: 0, count: count)
    }

    deinit { unsafe UnsafeMutableRawPointer(memory).deallocate() }

    @inline(__always)
    subscript(index: Int) -> UInt {
        get {
            precondition(index >= 0 && index < count)
            return unsafe cssl_word_load(memory + index)
        }
        nonmutating set {
            precondition(index >= 0 && index < count)
            unsafe cssl_word_store(memory + index, newValue)
        }
    }

    /// Begins to fetch the line of memory at an address, which may be any: nothing is read.
    @inline(__always)
    static func fetchLine(_ address: UInt) { cssl_fetch_ahead(address) }
}

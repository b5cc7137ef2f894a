import Dispatch

/// Work that may hold its thread for long: a disk that writes down, a passphrase that is stretched. It is done on threads
/// of its own, because those of tasks are as few as the processors.
enum BlockingWork {
    static func run<Value: Sendable>(
        _ work: @escaping @Sendable () throws(DPoPClientError) -> Value
    ) async throws(DPoPClientError) -> Value {
        let result = await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(returning: Result<Value, DPoPClientError>(catching: work))
            }
        }
        return try result.get()
    }
}

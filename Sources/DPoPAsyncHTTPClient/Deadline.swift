#if AsyncHTTPClient
    import AsyncHTTPClient
    import NIOCore

    enum Deadline {
        /// What `body` returns, or `HTTPClientError.deadlineExceeded`, after `body` was cancelled.
        ///
        /// AsyncHTTPClient's own deadline is for one send and its head.
        static func race<Value: Sendable>(
            _ deadline: NIODeadline, _ body: @escaping @Sendable () async throws -> Value
        ) async throws -> Value {
            try await withThrowingTaskGroup(of: Value.self) { group in
                group.addTask { try await body() }
                group.addTask {
                    let rest = max(0, (deadline - .now()).nanoseconds)
                    try await Task.sleep(for: .nanoseconds(rest))
                    throw HTTPClientError.deadlineExceeded
                }
                defer { group.cancelAll() }
                guard let value = try await group.next() else { throw HTTPClientError.deadlineExceeded }
                return value
            }
        }
    }
#endif

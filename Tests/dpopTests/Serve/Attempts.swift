#if Hummingbird
    import DPoPCore
    import Foundation

    /// One request, sent many times at once over connections that are kept.
    struct Attempts: Sendable {
        let request: String
        let ports: [UInt16]

        /// As many threads of their own, since each waits for its answers.
        private static let connections = 24

        /// Sends it so often in all, over all ports alike: how often each status came; 0 stands for no answer.
        func send(_ count: Int) async -> [Int: Int] {
            let tally = Locked<[Int: Int]>([:])
            let isReady = DispatchGroup()
            let running = Locked(Attempts.connections)
            for _ in 0..<Attempts.connections { isReady.enter() }
            await withCheckedContinuation { continuation in
                for index in 0..<Attempts.connections {
                    // The first ones send one more each, where they do not come out even.
                    let share = (count + Attempts.connections - 1 - index) / Attempts.connections
                    Thread.detachNewThread {
                        let connection = try? LoopbackConnection(port: ports[index % ports.count])
                        // All begin together.
                        isReady.leave()
                        isReady.wait()
                        for _ in 0..<share {
                            let status = (try? connection.map { try exchange(over: $0) }) ?? 0
                            tally.withLock { $0[status, default: 0] += 1 }
                        }
                        let isLast = running.withLock { count in
                            count -= 1
                            return count == 0
                        }
                        if isLast { continuation.resume() }
                    }
                }
            }
            return tally.withLock { $0 }
        }

        private func exchange(over connection: LoopbackConnection) throws -> Int {
            try connection.write(request)
            return try connection.read(isHead: false).status
        }
    }
#endif

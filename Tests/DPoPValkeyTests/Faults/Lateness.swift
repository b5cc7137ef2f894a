#if Valkey
    import DPoPCore
    import Foundation

    /// How late this machine runs what is due, so that a store is not blamed for it: a task that sleeps a millisecond at
    /// a time notes by how much more it slept.
    final class Lateness: Sendable {
        private struct Delay {
            let start: ContinuousClock.Instant
            let end: ContinuousClock.Instant
        }

        private let delays = Locked<[Delay]>([])
        private let task = Locked<Task<Void, Never>?>(nil)

        init() {
            let task = Task { [delays] in
                while !Task.isCancelled {
                    let start = ContinuousClock.now
                    try? await Task.sleep(for: .milliseconds(1))
                    let end = ContinuousClock.now
                    // What a timer takes anyhow is none.
                    if end - start > .milliseconds(4) { delays.withLock { $0.append(Delay(start: start, end: end)) } }
                }
            }
            self.task.withLock { $0 = task }
        }

        deinit { task.withLock { $0?.cancel() } }

        /// How long the machine was late, in all, within this time.
        func during(_ start: ContinuousClock.Instant, _ end: ContinuousClock.Instant) -> Duration {
            delays.withLock { delays in
                delays.reduce(.zero) { sum, delay in
                    let from = max(delay.start, start)
                    let to = min(delay.end, end)
                    return from < to ? sum + (to - from) : sum
                }
            }
        }
    }
#endif

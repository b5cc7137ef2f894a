import CBare
import Foundation
import Synchronization

/// Runs `body`, which is told the thread's number, on so many threads of their own that begin together, each on a core of
/// its own: for the few milliseconds that they take, a system often leaves two on one. Which core is drawn, as they differ
/// on a shared machine. Nanoseconds from the first that begins to the last that ends.
func onThreads(_ count: Int, _ body: @escaping @Sendable (Int) throws -> Void) throws -> Double {
    let lap = Lap(count)
    let first = Int.random(in: 0..<64)
    for number in 0..<count {
        Thread {
            bare_stay(Int32(first + number))
            lap.run { try body(number) }
        }.start()
    }
    return try lap.nanoseconds()
}

/// Where the threads of one lap meet.
private final class Lap: Sendable {
    private let count: Int
    private let waiting = Atomic<Int>(0)
    private let first = Atomic<Int>(.max)
    private let last = Atomic<Int>(0)
    private let failures = Atomic<Int>(0)
    private let ended = DispatchSemaphore(value: 0)

    init(_ count: Int) { self.count = count }

    func run(_ body: () throws -> Void) {
        waiting.add(1, ordering: .sequentiallyConsistent)
        while waiting.load(ordering: .sequentiallyConsistent) < count {}
        first.min(Int(bare_nanoseconds()), ordering: .sequentiallyConsistent)
        do { try body() } catch { failures.add(1, ordering: .sequentiallyConsistent) }
        last.max(Int(bare_nanoseconds()), ordering: .sequentiallyConsistent)
        ended.signal()
    }

    func nanoseconds() throws -> Double {
        for _ in 0..<count { ended.wait() }
        guard failures.load(ordering: .sequentiallyConsistent) == 0 else { throw Trouble("a thread failed") }
        return Double(last.load(ordering: .sequentiallyConsistent) - first.load(ordering: .sequentiallyConsistent))
    }
}

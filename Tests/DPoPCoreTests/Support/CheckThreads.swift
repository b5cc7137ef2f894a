import Foundation

@testable import DPoPCore

/// Real threads that start together.
enum CheckThreads {
    /// Runs `body` on so many threads at once and waits for all of them.
    static func run(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
        let gate = DispatchSemaphore(value: 0)
        let done = DispatchGroup()
        for index in 0..<count {
            done.enter()
            Thread.detachNewThread {
                gate.wait()
                body(index)
                done.leave()
            }
        }
        for _ in 0..<count { gate.signal() }
        done.wait()
    }
}

/// A list that threads append to.
final class CheckList<Element: Sendable>: Sendable {
    private let elements = Locked<[Element]>([])

    func append(_ new: [Element]) { elements.withLock { $0 += new } }
    var all: [Element] { elements.withLock { $0 } }
}

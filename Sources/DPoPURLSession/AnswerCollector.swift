import DPoPCore
import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// Collects the answers of a session's tasks.
///
/// Whoever waits goes on at the end, at the limit, and when the task is cancelled, whatever the library still does.
final class AnswerCollector: NSObject, URLSessionDataDelegate, Sendable {
    typealias Answer = (HTTPURLResponse, Data)

    private struct Load {
        let limit: Int
        let waiter: CheckedContinuation<Answer, any Error>
        var body = Data()

        /// False if the body would be longer than the limit.
        mutating func append(_ data: Data) -> Bool {
            guard data.count <= limit - body.count else { return false }
            body.append(data)
            return true
        }
    }

    /// By task identifier.
    private let loads = Locked<[Int: Load]>([:])

    func expect(_ task: URLSessionTask, upTo limit: Int, _ waiter: CheckedContinuation<Answer, any Error>) {
        loads.withLock { $0[task.taskIdentifier] = Load(limit: limit, waiter: waiter) }
    }

    /// Ends the task and the wait for it.
    func stop(_ task: URLSessionTask, _ error: any Error) {
        finish(task) { _ in .failure(error) }
        task.cancel()
    }

    /// Once for each task; later ends change nothing.
    private func finish(_ task: URLSessionTask, _ result: (Data) -> Result<Answer, any Error>) {
        guard let load = loads.withLock({ $0.removeValue(forKey: task.taskIdentifier) }) else { return }
        load.waiter.resume(with: result(load.body))
    }

    /// What has come so far is the answer.
    private func finish(_ task: URLSessionTask, with response: URLResponse?) {
        finish(task) { body in
            guard let response = response as? HTTPURLResponse else { return .failure(URLError(.badServerResponse)) }
            return .success((response, body))
        }
    }

    // MARK: URLSessionDataDelegate

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        let isTooLong = loads.withLock { loads -> Bool in
            // In its place: with a copy of the load at hand, each piece would copy the whole body.
            loads[dataTask.taskIdentifier]?.append(data) == false
        }
        if isTooLong { stop(dataTask, URLError(.dataLengthExceedsMaximum)) }
    }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        if let error {
            finish(task) { _ in .failure(error) }
        } else {
            finish(task, with: task.response)
        }
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
        newRequest request: URLRequest, completionHandler: @escaping @Sendable (URLRequest?) -> Void
    ) {
        #if canImport(FoundationNetworking)
            // The redirect is the answer, without its body. The handler is never called: it stops the program if the
            // task is cancelled before its call arrives.
            finish(task, with: response)
            task.cancel()
        #else
            completionHandler(nil)
        #endif
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask, didReceive challenge: URLAuthenticationChallenge,
        completionHandler: @escaping @Sendable (URLSession.AuthChallengeDisposition, URLCredential?) -> Void
    ) {
        #if canImport(FoundationNetworking)
            // The one kind that comes is a 401 that names a scheme which the library knows, after its body. None of the
            // dispositions gives that answer: the task hangs or fails.
            finish(task, with: task.response)
            task.cancel()
        #else
            completionHandler(.performDefaultHandling, nil)
        #endif
    }
}

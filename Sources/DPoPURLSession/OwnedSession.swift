import DPoPCore
import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// A URLSession that follows no redirect, answers no challenge, keeps no answer, and ends with this.
final class OwnedSession: Sendable {
    private let session: URLSession
    private let collector: AnswerCollector

    /// How long nothing may come, in seconds, where a request does not say.
    let timeout: TimeInterval

    /// How long one send may take in all. FoundationNetworking does not heed it, so that a server which sends a byte now and
    /// then could hold a caller without end.
    private let longest: Duration

    /// - Parameter configuration: copied. Its cache goes, because the nonce of an answer that was kept is old, and its
    ///   credentials go, as do fields for all requests that are the signer's to write.
    init(_ configuration: URLSessionConfiguration) {
        let own = configuration.copy() as? URLSessionConfiguration ?? .ephemeral
        own.urlCache = nil
        own.requestCachePolicy = .reloadIgnoringLocalCacheData
        own.urlCredentialStorage = nil
        own.httpAdditionalHeaders = own.httpAdditionalHeaders?.filter { name, _ in
            !["authorization", "dpop", "host"].contains("\(name)".lowercased())
        }
        timeout = own.timeoutIntervalForRequest
        // A sleep until the end of time overflows, and NaN is no time.
        let seconds = own.timeoutIntervalForResource
        longest = .seconds(seconds > 0 ? min(seconds, OwnedSession.week) : OwnedSession.week)
        collector = AnswerCollector()
        session = URLSession(configuration: own, delegate: collector, delegateQueue: nil)
    }

    /// In seconds: URLSession's own default.
    private static let week = 604_800.0

    // Until then the session and its delegate hold each other.
    deinit { session.finishTasksAndInvalidate() }

    /// Sends one request.
    ///
    /// Throws `URLError`, also where the task is cancelled (`cancelled`, at once), where the answer is longer than the
    /// limit (`dataLengthExceedsMaximum`), and where all of it takes longer than it may (`timedOut`).
    func load(_ request: URLRequest, upTo limit: Int) async throws -> (HTTPURLResponse, Data) {
        let task = session.dataTask(with: request)
        let timer = Task { [longest, collector] in
            guard (try? await Task.sleep(for: longest)) != nil else { return }
            collector.stop(task, URLError(.timedOut))
        }
        defer { timer.cancel() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                collector.expect(task, upTo: limit, continuation)
                // Cancellation that comes before this finds nobody waiting, and leaves the task cancelled.
                if Task.isCancelled {
                    collector.stop(task, URLError(.cancelled))
                } else {
                    task.resume()
                }
            }
        } onCancel: {
            collector.stop(task, URLError(.cancelled))
        }
    }
}

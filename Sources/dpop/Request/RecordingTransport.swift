import DPoPClient
import DPoPCore
import HTTPTypes

/// Keeps what is sent and answered on the way to another transport, to be shown, and ends it all at one time.
final class RecordingTransport: ClientTransport {
    /// One send.
    struct Hop: Sendable {
        let request: HTTPRequest
        /// Nil if there was no answer.
        var response: HTTPResponse?
        /// The error code of an error's body, if it has one; the server's text.
        var error: String?
    }

    /// The deadline has come.
    struct OutOfTime: Error {}

    private let transport: any ClientTransport
    private let deadline: ContinuousClock.Instant
    private let kept = Locked<[Hop]>([])

    /// - Parameter deadline: ends a send that has no answer yet, and lets none begin.
    init(_ transport: any ClientTransport, until deadline: ContinuousClock.Instant) {
        self.transport = transport
        self.deadline = deadline
    }

    var hops: [Hop] { kept.withLock { $0 } }

    /// Throws ``OutOfTime``, and what the other transport throws.
    func send(_ request: HTTPRequest, body: [UInt8], upTo limit: Int) async throws -> (HTTPResponse, [UInt8]) {
        guard ContinuousClock.now < deadline else { throw OutOfTime() }
        // The command sends one request after another.
        kept.withLock { $0.append(Hop(request: request)) }
        let (response, answer) = try await beforeDeadline { [transport] in
            try await transport.send(request, body: body, upTo: limit)
        }
        let error = response.status.code >= 400 ? (try? ClaimValue(json: answer))?["error"]?.text : nil
        kept.withLock { hops in
            guard !hops.isEmpty else { return }
            hops[hops.count - 1].response = response
            hops[hops.count - 1].error = error
        }
        return (response, answer)
    }

    /// What the work gives, or the end of the time, whichever is first; the other is cancelled.
    private func beforeDeadline<Answer: Sendable>(
        _ work: @escaping @Sendable () async throws -> Answer
    ) async throws -> Answer {
        try await withThrowingTaskGroup(of: Answer.self) { [deadline] group in
            group.addTask { try await work() }
            group.addTask {
                try await ContinuousClock().sleep(until: deadline)
                throw OutOfTime()
            }
            defer { group.cancelAll() }
            guard let first = try await group.next() else { throw OutOfTime() }
            return first
        }
    }
}

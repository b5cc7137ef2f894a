import DPoPClient
import DPoPCore
import HTTPTypes

/// Keeps what is sent and answered on the way to another transport, to be shown.
final class RecordingTransport: ClientTransport {
    /// One send.
    struct Hop: Sendable {
        let request: HTTPRequest
        /// Nil if there was no answer.
        var response: HTTPResponse?
        /// What an error's body says is wrong, if it does.
        var error: String?
    }

    private let transport: any ClientTransport
    private let kept = Locked<[Hop]>([])

    init(_ transport: any ClientTransport) { self.transport = transport }

    var hops: [Hop] { kept.withLock { $0 } }

    func send(_ request: HTTPRequest, body: [UInt8], upTo limit: Int) async throws -> (HTTPResponse, [UInt8]) {
        // The command sends one request after another.
        kept.withLock { $0.append(Hop(request: request)) }
        let (response, answer) = try await transport.send(request, body: body, upTo: limit)
        let error = response.status.code >= 400 ? (try? ClaimValue(json: answer))?["error"]?.text : nil
        kept.withLock { hops in
            guard !hops.isEmpty else { return }
            hops[hops.count - 1].response = response
            hops[hops.count - 1].error = error
        }
        return (response, answer)
    }
}

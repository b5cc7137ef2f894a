public import HTTPTypes

/// Sends one request as it is and gives its answer. For token requests, and wherever a body is held whole.
///
/// Follows no redirect, adds no credentials, repeats nothing by itself, and throws what its own library throws.
public protocol ClientTransport: Sendable {
    /// - Parameters:
    ///   - body: empty for none.
    ///   - limit: the bytes of an answer that are taken; a longer one is an error.
    func send(_ request: HTTPRequest, body: [UInt8], upTo limit: Int) async throws -> (HTTPResponse, [UInt8])
}

extension RequestSigner {
    /// Sends a request whose body is held whole, and again where the server asks for another proof.
    ///
    /// - Parameters:
    ///   - body: empty for none.
    ///   - transport: what sends.
    ///   - limit: the bytes of the answer that are taken. Default: 16 MiB.
    ///
    /// Throws a ``DPoPClientError`` as of ``exchange(_:body:send:errorBody:)``, and what the transport throws.
    public func send(
        _ request: HTTPRequest, body: [UInt8] = [], over transport: any ClientTransport, upTo limit: Int = 16_777_216
    ) async throws -> (response: HTTPResponse, body: [UInt8]) {
        let end = try await exchange(request) { request, withBody in
            try await transport.send(request, body: withBody ? body : [], upTo: limit)
        } errorBody: { body in
            body
        }
        return (end.response, end.body)
    }
}

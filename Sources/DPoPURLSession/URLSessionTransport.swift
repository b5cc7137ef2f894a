public import DPoPClient
public import HTTPTypes

#if canImport(FoundationNetworking)
    import Foundation
    public import FoundationNetworking
#else
    public import Foundation
#endif

/// A ``ClientTransport`` over URLSession: sends one request as it is, with neither cookies nor credentials of its own, and
/// follows no redirect.
///
/// Throws `DPoPClientError` (`malformedRequest`) for a URL that would be sent otherwise than it is written, and `URLError`:
/// `dataLengthExceedsMaximum` for an answer longer than the limit, `cancelled` at once when the task is cancelled. On
/// Linux, field lines of one name come joined (a nonce in two lines is then none), and a redirect comes without its body,
/// which the library has read before it says so, whatever its length.
///
/// On Linux a server can end the whole program, as of Swift 6.3: FoundationNetworking stops it when a chunked answer has a
/// trailer, and when a connection ends within an answer's head. For servers that are not trusted that far, use
/// AsyncHTTPClient.
public struct URLSessionTransport: ClientTransport {
    private let session: OwnedSession

    /// - Parameter configuration: copied; its timeouts hold for each send, `timeoutIntervalForResource` for all of it. Its cookies, credentials and cache are not
    ///   used.
    public init(configuration: URLSessionConfiguration = .ephemeral) {
        let own = configuration.copy() as? URLSessionConfiguration ?? .ephemeral
        own.httpCookieStorage = nil
        own.httpShouldSetCookies = false
        session = OwnedSession(own)
    }

    public func send(_ request: HTTPRequest, body: [UInt8], upTo limit: Int) async throws -> (HTTPResponse, [UInt8]) {
        var sent = URLRequest(url: try request.unchangedURL())
        // What URLRequest has by itself would stand in for the configuration's.
        sent.timeoutInterval = session.timeout
        if !body.isEmpty { sent.httpBody = Data(body) }
        let (response, data) = try await session.load(sent.carrying(request, withBody: true), upTo: limit)
        return (try response.head(), Array(data))
    }
}

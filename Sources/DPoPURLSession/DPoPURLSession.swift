public import DPoPClient
public import Foundation
public import HTTPTypes

#if canImport(FoundationNetworking)
    public import FoundationNetworking
#endif

/// URLSession for requests that carry a token and its proof.
///
///     let api = DPoPURLSession(try session.requests(with: token))
///     let (data, response) = try await api.data(from: url)
///
/// Each send is signed by itself: again where the server asks for another proof, at most three times, and for a redirect
/// within the origin; none to another origin is followed. `Authorization` and `DPoP` are the signer's, whatever the request
/// says; all other fields stay, but for `Host`, which is the URL's. User and password of a URL are not sent.
///
/// Throws `DPoPClientError`, and what URLSession throws; `URLError.cancelled` or `CancellationError` when the task is
/// cancelled. A request's `timeoutInterval` holds for each send, as in URLSession, and so does the configuration's
/// `timeoutIntervalForResource` for all of a send.
///
/// On Linux a server can end the whole program, as of Swift 6.3: FoundationNetworking stops it when a chunked answer has a
/// trailer, and when a connection ends within an answer's head. It also reads a redirect's body whole, whatever its length,
/// before it gives anybody a say; the caller waits no longer than the timeouts. For servers that are not trusted that
/// far, use `DPoPAsyncHTTPClient`.
public struct DPoPURLSession: Sendable {
    private let signer: any RequestSigner
    private let session: OwnedSession
    private let maximumBody: Int

    /// - Parameters:
    ///   - signer: whose token and proofs, such as ``DPoPSession/requests(with:)`` gives.
    ///   - configuration: copied. Its cache and credentials are not used, nor `Authorization`, `DPoP` and `Host` among its
    ///     additional fields.
    ///   - maximumBody: the bytes of an answer that are taken; a longer one is `URLError.dataLengthExceedsMaximum`.
    ///     Default: 256 MiB.
    public init(
        _ signer: any RequestSigner, configuration: URLSessionConfiguration = .ephemeral,
        maximumBody: Int = 268_435_456
    ) {
        self.signer = signer
        self.maximumBody = maximumBody
        session = OwnedSession(configuration)
    }

    /// - Parameter request: with an http or https URL. `httpBody` can be sent again, `httpBodyStream` can not: where that
    ///   is needed, the error is `bodyNotReplayable`.
    public func data(for request: URLRequest) async throws -> (Data, HTTPURLResponse) {
        try await exchange(HTTPRequest(request), request)
    }

    public func data(from url: URL) async throws -> (Data, HTTPURLResponse) {
        try await data(for: URLRequest(url: url))
    }

    /// - Parameter body: takes the place of the request's own.
    public func upload(for request: URLRequest, from body: Data) async throws -> (Data, HTTPURLResponse) {
        var request = request
        request.httpBody = body
        return try await data(for: request)
    }

    /// - Parameters:
    ///   - request: with scheme, authority and path.
    ///   - body: empty for none.
    public func data(for request: HTTPRequest, body: Data = Data()) async throws -> (Data, HTTPResponse) {
        var carrier = URLRequest(url: try request.unchangedURL())
        carrier.timeoutInterval = session.timeout
        if !body.isEmpty { carrier.httpBody = body }
        let (data, response) = try await exchange(request, carrier)
        return (data, try response.head())
    }

    private func exchange(_ request: HTTPRequest, _ carrier: URLRequest) async throws -> (Data, HTTPURLResponse) {
        let replay: BodyReplay = carrier.httpBodyStream == nil ? .always : .never
        let end = try await signer.exchange(request, body: replay) { signed, withBody in
            let (response, data) = try await session.load(
                carrier.carrying(signed, withBody: withBody), upTo: maximumBody)
            return (try response.head(), (data, response))
        } errorBody: { (body: inout (Data, HTTPURLResponse)) in
            Array(body.0.prefix(65_536))
        }
        if let error = end.unresolved { throw error }
        return end.body
    }
}

public import DPoPClient
public import DPoPCore
import Foundation
public import HTTPTypes

extension PeerServer {
    /// A token from it, over a transport, by the client's secret.
    public func token<Signer>(
        _ session: DPoPSession<Signer>, over transport: any ClientTransport
    ) async throws -> BoundToken {
        var request = request(.post, "/token")
        request.headerFields[.contentType] = "application/x-www-form-urlencoded"
        let basic = Data("\(PeerServer.client.id):\(PeerServer.client.secret)".utf8).base64EncodedString()
        request.headerFields[.authorization] = "Basic \(basic)"
        let form = Array("grant_type=client_credentials".utf8)
        let end = try await session.tokenRequests.exchange(request) { request, withBody in
            try await transport.send(request, body: withBody ? form : [], upTo: 65_536)
        } errorBody: { body in
            body
        }
        let answer = try TokenResponse(end.response, body: end.body, to: end.request)
        guard case .bound(let token) = answer.credential else { throw NotStarted() }
        return token
    }

    /// A request to it.
    public func request(_ method: HTTPRequest.Method, _ path: String) -> HTTPRequest {
        HTTPRequest(method: method, scheme: "http", authority: String(origin.dropFirst(7)), path: path)
    }
}

/// A server, a client's session, and a token from the one for the other.
public struct PeerScene: Sendable {
    public let server: PeerServer
    public let session: DPoPSession<SigningKey>
    public let token: BoundToken

    /// - Parameter arguments: as of ``PeerServer``.
    public init(
        _ arguments: [String] = [], settings: SessionSettings = SessionSettings(), over transport: any ClientTransport
    ) async throws {
        server = try PeerServer(arguments)
        session = DPoPSession(signer: try SigningKey.generate(.es256), settings: settings)
        token = try await server.token(session, over: transport)
    }

    /// What signs requests with the token.
    public var requests: BoundRequests {
        get throws { try session.requests(with: token) }
    }

    /// The requests to paths that begin so.
    public func journal(_ prefix: String) async throws -> [PeerServer.Entry] {
        try await server.journal().filter { $0.path.hasPrefix(prefix) }
    }
}

import DPoPClient
import DPoPPeerServer
import DPoPURLSession
import Foundation
import HTTPTypes
import Testing

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// A server, and a client of it over URLSession.
struct URLSessionKit: Sendable {
    let scene: PeerScene
    let api: DPoPURLSession

    init(
        _ arguments: [String] = [], settings: SessionSettings = SessionSettings(), maximumBody: Int = 268_435_456
    ) async throws {
        scene = try await PeerScene(arguments, settings: settings, over: URLSessionTransport())
        api = DPoPURLSession(try scene.requests, maximumBody: maximumBody)
    }

    func url(_ path: String) throws -> URL { try #require(URL(string: scene.server.origin + path)) }

    func request(_ path: String, _ method: String = "GET") throws -> URLRequest {
        var request = URLRequest(url: try url(path))
        request.httpMethod = method
        return request
    }

    /// Waits until the server has such a request in hand.
    func arrival(_ path: String) async throws {
        while try await scene.journal(path).isEmpty { try await Task.sleep(for: .milliseconds(10)) }
    }
}

/// The code of what is thrown, if that is a URLError's.
func urlError(_ body: () async throws -> Void) async -> URLError.Code? {
    do {
        try await body()
        return nil
    } catch {
        if error is CancellationError { return .cancelled }
        return (error as? URLError)?.code
    }
}

/// The code of what is thrown, if that is a DPoPClientError's.
func clientError(_ body: () async throws -> Void) async -> DPoPClientError.Code? {
    do {
        try await body()
        return nil
    } catch {
        return (error as? DPoPClientError)?.code
    }
}

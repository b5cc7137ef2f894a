// README: Call a protected API
import DPoPClient
import DPoPCore
import DPoPPeerServer
import DPoPURLSession
import Foundation
import Testing

// The README's code, as it stands there.

func orders(at url: URL, _ session: DPoPSession<SigningKey>, _ token: BoundToken) async throws -> Data {
    let api = DPoPURLSession(try session.requests(with: token))
    let (data, response) = try await api.data(from: url)  // an HTTPURLResponse; nonces are asked for and carried
    return response.statusCode == 200 ? data : Data()
}
// README: end

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

@Suite struct ReadmeTests {
    @Test(
        "the README shows this code and no other",
        .enabled(if: Readme.blocks("Call a protected API").count == 2, "the README has no such section"))
    func text() throws {
        let source = try String(contentsOfFile: #filePath, encoding: .utf8)
        #expect(Readme.blocks("Call a protected API").first == Readme.marked("Call a protected API", in: source))
    }

    @Test("the README's call of an API", .enabled(if: PeerServer.isAvailable, "needs python3 with the package joserfc"))
    func call() async throws {
        let scene = try await PeerScene(over: URLSessionTransport())
        let url = try #require(URL(string: scene.server.origin + "/resource"))
        let body = try await orders(at: url, scene.session, scene.token)
        #expect(String(decoding: body, as: UTF8.self) == #"{"method": "GET", "bytes": 0}"#)
    }
}

// The README's code, as it stands there.

// README: Call a protected API
import DPoPClient
import DPoPPeerServer
import DPoPURLSession
import Foundation
import Testing

func orders(at url: URL, issuer: String, id: String, secret: String, keptIn path: String) async throws -> Data {
    let transport = URLSessionTransport()
    let server = try await AuthorizationServer.discover(issuer, over: transport)
    let client = TokenClient(
        server: server, authentication: .clientSecretBasic(id: id, secret: secret), transport: transport)
    let tokens = TokenSource(client: client, store: FileSessionStore(path: path))  // the key and its tokens
    let (data, response) = try await DPoPURLSession(tokens).data(from: url)  // make both once and keep them
    return response.statusCode == 200 ? data : Data()
}
// README: end

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

@Suite struct ReadmeTests {
    @Test("the README shows this code and no other")
    func text() throws {
        let source = try String(contentsOfFile: #filePath, encoding: .utf8)
        let blocks = Readme.blocks("Call a protected API")
        #expect(blocks.count == 2 && blocks.first == Readme.marked("Call a protected API", in: source))
    }

    @Test("the README's call of an API", .enabled(if: PeerServer.isAvailable, "needs python3 with the package joserfc"))
    func call() async throws {
        let server = try PeerServer()
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("dpop-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        let url = try #require(URL(string: server.origin + "/resource"))
        // The second time with the key and the token that the first has kept.
        for _ in 0..<2 {
            let body = try await orders(
                at: url, issuer: server.origin, id: PeerServer.client.id, secret: PeerServer.client.secret,
                keptIn: folder.appendingPathComponent("session").path)
            #expect(String(decoding: body, as: UTF8.self) == #"{"method": "GET", "bytes": 0}"#)
        }
        let journal = try await server.journal()
        #expect(journal.filter { $0.path == "/token" && $0.status == 200 }.count == 1)
    }
}

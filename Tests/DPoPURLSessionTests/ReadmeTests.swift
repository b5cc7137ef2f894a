import DPoPPeerServer
import Foundation
import Testing

@Suite struct ReadmeTests {
    @Test("the README shows this code and no other")
    func text() throws {
        let example = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "ReadmeExample.swift")
        let source = try String(contentsOf: example, encoding: .utf8)
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

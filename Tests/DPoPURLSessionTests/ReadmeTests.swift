import DPoPClient
import DPoPPeerServer
import DPoPURLSession
import Foundation
import Testing

@Suite struct ReadmeTests {
    @Test("the README shows this code and no other")
    func text() throws {
        func source(_ name: String) throws -> String {
            let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: name)
            return try String(contentsOf: file, encoding: .utf8)
        }
        let (calls, handle) = (try source("ReadmeExample.swift"), try source("ReadmeHandle.swift"))
        let blocks = Readme.blocks("Call a protected API")
        #expect(blocks.count == 4 && blocks[0] == Readme.marked("Call a protected API", in: calls))
        #expect(blocks[2] == Readme.marked("with consent", in: calls))
        #expect(blocks[3] == Readme.marked("with a handle", in: handle))
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

    @Test(
        "the README's way to somebody's consent",
        .enabled(if: PeerServer.isAvailable, "needs python3 with the package joserfc"))
    func consent() async throws {
        // Up to the server's answer: the peer server knows no users.
        let server = try PeerServer()
        let endpoints = try AuthorizationServer(
            issuer: server.origin, tokenEndpoint: server.origin + "/token",
            authorizationEndpoint: server.origin + "/authorize")
        let client = TokenClient(
            server: endpoints, authentication: .publicClient(id: "public"), transport: URLSessionTransport())
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("dpop-\(UUID().uuidString)").path
        defer { for name in [path, path + ".lock"] { try? FileManager.default.removeItem(atPath: name) } }
        do {
            _ = try await signIn(client, id: "public", callback: "http://127.0.0.1:9/", keptIn: path) { url in
                var query: [String: String] = [:]
                for item in URLComponents(string: url)?.queryItems ?? [] { query[item.name] = item.value }
                #expect(query["dpop_jkt"]?.utf8.count == 43)
                return "http://127.0.0.1:9/?code=a&state=\(query["state"] ?? "")"
            }
            Issue.record("the peer server gave a token for a code")
        } catch let error as DPoPClientError {
            #expect(error.code == .refusedByServer, "\(error)")
        }
        #expect(try await server.journal().filter { $0.path == "/token" }.count == 2)
    }
}

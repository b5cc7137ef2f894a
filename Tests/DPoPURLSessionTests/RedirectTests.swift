import DPoPClient
import DPoPPeerServer
import DPoPURLSession
import Foundation
import Testing

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

@Suite(.enabled(if: PeerServer.isAvailable, "needs python3 with the package joserfc"))
struct RedirectTests {
    @Test(
        "attack 127: a redirect to another origin is an error, and nothing is sent there",
        arguments: [301, 302, 303, 307, 308])
    func elsewhere(code: Int) async throws {
        let kit = try await URLSessionKit()
        let other = try PeerServer()
        for method in ["GET", "POST"] {
            var request = try kit.request("/redirect?code=\(code)&to=\(other.origin)/landing", method)
            if method == "POST" { request.httpBody = Data("body".utf8) }
            let sent = request
            #expect(await clientError { _ = try await kit.api.data(for: sent) } == .redirectRefused)
        }
        #expect(try await other.journal().isEmpty)
    }

    @Test(
        "a redirect within the origin is signed anew, as GET where its status says so",
        arguments: [301, 302, 303, 307, 308])
    func within(code: Int) async throws {
        let kit = try await URLSessionKit()
        var request = try kit.request("/redirect?code=\(code)&to=/echo", "POST")
        request.httpBody = Data("body".utf8)
        let (data, response) = try await kit.api.data(for: request)
        #expect(response.statusCode == 200 && response.url?.path() == "/echo")
        let keeps = code > 303
        #expect(data == Data((keeps ? "body" : "").utf8))
        let (first, last) = (try await kit.scene.journal("/redirect").last, try await kit.scene.journal("/echo").last)
        #expect(last?.method == (keeps ? "POST" : "GET") && last?.claims?.htm == last?.method)
        #expect(last?.claims?.htu == kit.scene.server.origin + "/echo")
        #expect(last?.claims?.jti != first?.claims?.jti && last?.dpop == 1)
    }

    @Test("redirects in a circle end")
    func loop() async throws {
        let kit = try await URLSessionKit()
        #expect(await clientError { _ = try await kit.api.data(from: kit.url("/loop")) } == .redirectRefused)
        #expect(try await kit.scene.journal("/loop").filter { $0.status == 302 }.count == 6)
    }

    @Test("a task that is cancelled while a redirect arrives ends, and the program goes on")
    func cancelled() async throws {
        let kit = try await URLSessionKit()
        for round in 0..<40 {
            let task = Task { try await kit.api.data(from: kit.url("/loop")) }
            for _ in 0..<round * 20 { await Task.yield() }
            task.cancel()
            let result = await task.result
            #expect(throws: (any Error).self) { try result.get() }
        }
    }
}

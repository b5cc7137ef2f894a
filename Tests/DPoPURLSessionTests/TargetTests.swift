import DPoPClient
import DPoPPeerServer
import DPoPURLSession
import Foundation
import HTTPTypes
import Testing

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

@Suite(.enabled(if: PeerServer.isAvailable, "needs python3 with the package joserfc"))
struct TargetTests {
    // The server compares htu with the path on the wire byte for byte.
    @Test(
        "what is signed is what is sent, however the path is written",
        arguments: [
            "/resource", "/resource/", "/resource//a", "//resource", "/resource/%7Ea%2fb%2F", "/resource/%C3%BC",
            "/resource/a;b=c,d", "/resource/a%20b?x=a%20b&y=/../", "/resource?", "/resource?#part", "/resource/A'b(c)*",
        ])
    func paths(path: String) async throws {
        let kit = try await URLSessionKit()
        let (_, response) = try await kit.api.data(from: kit.url(path))
        #expect(response.statusCode == 200)
        let sent = try #require(try await kit.scene.server.journal().last)
        #expect(sent.path == path.prefix { $0 != "#" })
        #expect(sent.claims?.htu == kit.scene.server.origin + sent.path.prefix { $0 != "?" })
    }

    @Test("attack 128: scheme, host, user and password of a URL are signed and sent as they should")
    func origins() async throws {
        let kit = try await URLSessionKit()
        let port = try #require(kit.url("/").port)
        for prefix in ["HTTP://LocalHost:\(port)", "http://user:secret@localhost:\(port)"] {
            let url = try #require(URL(string: prefix + "/resource"))
            #expect(try await kit.api.data(from: url).1.statusCode == 200)
        }
        let sent = try await kit.scene.journal("/resource")
        #expect(sent.allSatisfy { $0.claims?.htu == "http://localhost:\(port)/resource" })
        #expect(sent.allSatisfy { $0.authorization == ["DPoP"] })
        // An empty path is "/", also where a query follows.
        let url = try #require(URL(string: kit.scene.server.origin + "?q=1"))
        #expect(try await kit.api.data(from: url).1.statusCode == 200)
        let last = try #require(try await kit.scene.server.journal().last)
        #expect(last.path == "/?q=1" && last.claims?.htu == kit.scene.server.origin + "/")
    }

    @Test("a request's own fields stay, but for those that are the signer's, and Host")
    func fields() async throws {
        let kit = try await URLSessionKit()
        let configuration = URLSessionConfiguration.ephemeral
        configuration.httpAdditionalHeaders = ["dpop": "other", "authorization": "Basic eDp5", "X-More": "2"]
        let api = DPoPURLSession(try kit.scene.requests, configuration: configuration)
        var request = try kit.request("/resource")
        request.setValue("Bearer mine", forHTTPHeaderField: "authorization")
        request.setValue("mine", forHTTPHeaderField: "dpop")
        request.setValue("elsewhere.example", forHTTPHeaderField: "Host")
        request.setValue("1", forHTTPHeaderField: "X-Own")
        #expect(try await api.data(for: request).1.statusCode == 200)
        let sent = try #require(try await kit.scene.server.journal().last)
        #expect(sent.authorization == ["DPoP"] && sent.dpop == 1)
        #expect(sent.fields.contains("x-own") && sent.fields.contains("x-more"))
        #expect(sent.host == String(kit.scene.server.origin.dropFirst(7)))
    }

    @Test(
        "what is no request for HTTP, or would be sent otherwise than it is signed, is refused",
        arguments: [
            "ftp://127.0.0.1/resource", "ws://127.0.0.1/resource", "file:///resource", "data:,x", "/resource",
            "http:/x",
            "http://127.0.0.1:1/a/../b", "http://127.0.0.1:1/a/./b", "http://127.0.0.1:1/a/%2E%2e/b",
            "http://127.0.0.1:1/.",
        ])
    func refused(text: String) async throws {
        let kit = try await URLSessionKit()
        let url = try #require(URL(string: text))
        #expect(await clientError { _ = try await kit.api.data(from: url) } == .malformedRequest)
    }

    @Test("a method that Foundation writes otherwise is refused, and its own spelling sent")
    func methods() async throws {
        let kit = try await URLSessionKit()
        var request = kit.scene.server.request(.get, "/resource")
        request.method = try #require(HTTPRequest.Method("get"))
        let lower = request
        #expect(await clientError { _ = try await kit.api.data(for: lower) } == .malformedRequest)
        #expect(try await kit.api.data(for: kit.request("/resource", "get")).1.statusCode == 200)
        #expect(try await kit.scene.journal("/resource").map(\.claims?.htm) == ["GET", "GET"])
    }
}

import DPoPClient
import DPoPCore
import DPoPPeerServer
import DPoPURLSession
import Foundation
import HTTPTypes
import Testing

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

@Suite(.enabled(if: PeerServer.isAvailable, "needs python3 with the package joserfc"))
struct PeerTests {
    @Test("a token and a resource that both ask for nonces; one that is known costs one send")
    func nonces() async throws {
        let kit = try await URLSessionKit()
        for _ in 0..<3 {
            let (data, response) = try await kit.api.data(from: kit.url("/resource?page=2"))
            #expect(response.statusCode == 200)
            #expect(String(decoding: data, as: UTF8.self) == #"{"method": "GET", "bytes": 0}"#)
        }
        let journal = try await kit.scene.server.journal()
        #expect(journal.map(\.path) == ["/token", "/token"] + Array(repeating: "/resource?page=2", count: 4))
        #expect(journal.map(\.status) == [400, 200, 401, 200, 200, 200])
        #expect(journal.map(\.claims?.nonce) == [nil, "as-1", nil, "rs-1", "rs-2", "rs-3"])
        #expect(Set(journal.map(\.claims?.jti)).count == 6)
        #expect(journal[5].authorization == ["DPoP"] && journal[5].dpop == 1)
        #expect(journal[5].claims?.htu == kit.scene.server.origin + "/resource")
    }

    @Test("many requests at once to a server that nothing is known of cost one challenge")
    func burst() async throws {
        let kit = try await URLSessionKit(["--keep", "1000"], settings: patient)
        try await withThrowingTaskGroup(of: Int.self) { group in
            for index in 0..<24 {
                group.addTask { try await kit.api.data(from: kit.url("/resource/\(index)")).1.statusCode }
            }
            for try await status in group { #expect(status == 200) }
        }
        let statuses = try await kit.scene.journal("/resource").compactMap(\.status)
        #expect(statuses.filter { $0 == 401 }.count == 1 && statuses.filter { $0 == 200 }.count == 24)
    }

    /// Waits for the first answer however busy the machine is.
    private var patient: SessionSettings {
        var settings = SessionSettings()
        settings.coldWait = .seconds(60)
        return settings
    }

    @Test("attack 126: endless use_dpop_nonce ends after two sends")
    func endless() async throws {
        let kit = try await URLSessionKit()
        #expect(await clientError { _ = try await kit.api.data(from: kit.url("/endless")) } == .nonceRepeated)
        #expect(try await kit.scene.journal("/endless").count == 2)
    }

    @Test("a server's clock that is off is followed", arguments: [-550, 550])
    func clock(offset: Int) async throws {
        let kit = try await URLSessionKit(["--clock-offset", "\(offset)", "--age", "400", "--future", "400"])
        let (_, response) = try await kit.api.data(from: kit.url("/resource"))
        #expect(response.statusCode == 200)
        // At the token endpoint it was learned, then asked for a nonce.
        #expect(try await kit.scene.journal("/token").map(\.status) == [400, 400, 200])
        #expect(try await kit.scene.journal("/resource").map(\.status) == [401, 200])
    }

    @Test("a nonce in two field lines is none, and one is", arguments: ["second", "first", ""])
    func twoNonces(second: String) async throws {
        let kit = try await URLSessionKit()
        _ = try await kit.api.data(from: kit.url("/two-nonces?second=\(second)"))
        _ = try await kit.api.data(from: kit.url("/resource"))
        #expect(try await kit.scene.journal("/resource").map(\.claims?.nonce) == [nil, "rs-1"])
    }

    @Test("a 401 that names schemes which URLSession knows is an answer like others")
    func otherSchemes() async throws {
        let kit = try await URLSessionKit()
        let (data, response) = try await kit.api.data(from: kit.url("/basic"))
        #expect(response.statusCode == 401 && data == Data("no entry".utf8))
        #expect(try await kit.scene.journal("/basic").count == 1)
    }

    @Test("the transport has no cookies of its own")
    func cookies() async throws {
        let kit = try await URLSessionKit()
        let transport = URLSessionTransport()
        for _ in 0..<2 {
            _ = try await transport.send(kit.scene.server.request(.get, "/cookie"), body: [], upTo: 100)
        }
        let sent = try await kit.scene.journal("/cookie")
        #expect(sent.count == 2 && sent.allSatisfy { !$0.fields.contains("cookie") })
    }

    @Test("a request in the types of swift-http-types")
    func httpTypes() async throws {
        let kit = try await URLSessionKit()
        let (data, response) = try await kit.api.data(
            for: kit.scene.server.request(.put, "/echo"), body: Data("words".utf8))
        #expect(response.status == .ok && data == Data("words".utf8))
        #expect(try await kit.scene.journal("/echo").map(\.claims?.htm) == ["PUT", "PUT"])
    }
}

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
struct TransferTests {
    @Test("a body that is held whole is sent again where a nonce is asked for", arguments: [0, 5, 3_000_000])
    func upload(size: Int) async throws {
        let kit = try await URLSessionKit()
        let body = Data(repeating: 0x61, count: size)
        let (data, response) = try await kit.api.upload(for: kit.request("/echo", "POST"), from: body)
        #expect(response.statusCode == 200 && data == body)
        #expect(try await kit.scene.journal("/echo").map(\.bytes) == [size, size])
    }

    @Test("a stream is sent once: where a nonce is asked for that is an error, and with one it passes")
    func stream() async throws {
        let kit = try await URLSessionKit()
        let body = Data(repeating: 0x61, count: 100_000)
        func send() async throws -> Data {
            var request = try kit.request("/echo", "POST")
            request.httpBodyStream = InputStream(data: body)
            return try await kit.api.data(for: request).0
        }
        #expect(await clientError { _ = try await send() } == .bodyNotReplayable)
        // The refusal's nonce is known now.
        #expect(try await send() == body)
        #expect(try await kit.scene.journal("/echo").map(\.status) == [401, 200])
    }

    @Test("a task that is cancelled while the server holds its answer ends")
    func cancellation() async throws {
        let kit = try await URLSessionKit()
        let task = Task { try await kit.api.data(from: kit.url("/hold")) }
        try await kit.arrival("/hold")
        task.cancel()
        #expect(await urlError { _ = try await task.value } == .cancelled)
        // One that is cancelled before it begins, too.
        let other = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await kit.api.data(from: kit.url("/hold"))
        }
        #expect(await urlError { _ = try await other.value } == .cancelled)
    }

    @Test("an answer that comes byte by byte ends with the time that all of it may take")
    func dripping() async throws {
        let kit = try await URLSessionKit()
        let configuration = URLSessionConfiguration.ephemeral
        configuration.timeoutIntervalForResource = 1
        let transport = URLSessionTransport(configuration: configuration)
        let dripping = kit.scene.server.request(.get, "/drip")
        #expect(await urlError { _ = try await transport.send(dripping, body: [], upTo: 1_000) } == .timedOut)
        let whole = kit.scene.server.request(.get, "/cookie")
        let (response, _) = try await transport.send(whole, body: [], upTo: 1_000)
        #expect(response.status == .ok)
    }

    @Test("a request's own timeout ends it, and the configuration's the transport's")
    func timeouts() async throws {
        let kit = try await URLSessionKit()
        var request = try kit.request("/hold")
        request.timeoutInterval = 1
        let timed = request
        #expect(await urlError { _ = try await kit.api.data(for: timed) } == .timedOut)
        let configuration = URLSessionConfiguration.ephemeral
        configuration.timeoutIntervalForRequest = 1
        let transport = URLSessionTransport(configuration: configuration)
        let slow = kit.scene.server.request(.get, "/slow-error")
        #expect(await urlError { _ = try await transport.send(slow, body: [], upTo: 10_000) } == .timedOut)
    }

    @Test("an answer longer than the limit is an error, and one that fits is whole")
    func limits() async throws {
        let kit = try await URLSessionKit(maximumBody: 5_000_000)
        #expect(try await kit.api.data(from: kit.url("/big?bytes=5000000")).0.count == 5_000_000)
        let error = await urlError { _ = try await kit.api.data(from: kit.url("/big?bytes=5000001")) }
        #expect(error == .dataLengthExceedsMaximum)
        let transport = URLSessionTransport()
        let short = kit.scene.server.request(.get, "/long-error?bytes=100")
        #expect(try await transport.send(short, body: [], upTo: 100).1.count == 100)
        #expect(
            await urlError { _ = try await transport.send(short, body: [], upTo: 99) } == .dataLengthExceedsMaximum)
    }

    @Test("nobody listens: URLSession's own error")
    func refused() async throws {
        let kit = try await URLSessionKit()
        let url = try #require(URL(string: "http://127.0.0.1:1/resource"))
        #expect(await urlError { _ = try await kit.api.data(from: url) } == .cannotConnectToHost)
    }
}

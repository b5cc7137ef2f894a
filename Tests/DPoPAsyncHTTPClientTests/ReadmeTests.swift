#if AsyncHTTPClient
    import DPoPPeerServer
    import Foundation
    import Testing

    // The README's code, as it stands there.

    // README: Call a protected API
    import AsyncHTTPClient
    import DPoPAsyncHTTPClient
    import DPoPClient
    import DPoPCore
    import NIOCore

    func orders(at url: String, _ session: DPoPSession<SigningKey>, _ token: BoundToken) async throws -> ByteBuffer {
        try await DPoPAsyncHTTPClient.with(try session.requests(with: token)) { api in
            let response = try await api.execute(HTTPClientRequest(url: url), timeout: .seconds(30))
            return try await response.body.collect(upTo: 1_048_576)
        }
    }
    // README: end

    @Suite struct ReadmeTests {
        @Test("the README shows this code and no other")
        func text() throws {
            let source = try String(contentsOfFile: #filePath, encoding: .utf8)
            #expect(
                Readme.blocks("Call a protected API").dropFirst().first
                    == Readme.marked("Call a protected API", in: source))
        }

        @Test(
            "the README's call of an API",
            .enabled(if: PeerServer.isAvailable, "needs python3 with the package joserfc"))
        func call() async throws {
            try await AsyncHTTPClientTransport.with(timeout: AsyncHTTPClientKit.patience) { transport in
                let scene = try await PeerScene(over: transport)
                // The README's half minute may pass where the tests of a run share few threads.
                var body: ByteBuffer?
                for _ in 0..<20 where body == nil {
                    do {
                        body = try await orders(at: scene.server.origin + "/resource", scene.session, scene.token)
                    } catch let error as HTTPClientError where error == .deadlineExceeded { continue }
                }
                #expect(body.map { String(buffer: $0) } == #"{"method": "GET", "bytes": 0}"#)
            }
        }
    }
#endif

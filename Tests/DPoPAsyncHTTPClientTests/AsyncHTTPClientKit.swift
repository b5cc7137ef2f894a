#if AsyncHTTPClient
    import AsyncHTTPClient
    import DPoPAsyncHTTPClient
    import DPoPClient
    import DPoPPeerServer
    import NIOCore
    import NIOHTTP1

    /// A server, and a client of it over AsyncHTTPClient.
    struct AsyncHTTPClientKit: Sendable {
        let scene: PeerScene
        let transport: AsyncHTTPClientTransport
        let api: DPoPAsyncHTTPClient

        /// Long, because the tests of a run share few threads: one may wait for minutes between two of its steps.
        static let patience = TimeAmount.seconds(1_200)

        /// For the time of a test.
        static func with(
            _ arguments: [String] = [], settings: SessionSettings = SessionSettings(),
            _ body: (AsyncHTTPClientKit) async throws -> Void
        ) async throws {
            // One that follows redirects, which must not count.
            var configuration = HTTPClient.Configuration()
            configuration.redirectConfiguration = .follow(max: 5, allowCycles: true)
            configuration.timeout.connect = patience
            try await AsyncHTTPClientTransport.with(configuration: configuration, timeout: patience) { transport in
                let scene = try await PeerScene(arguments, settings: settings, over: transport)
                let api = DPoPAsyncHTTPClient(try scene.requests, over: transport)
                try await body(AsyncHTTPClientKit(scene: scene, transport: transport, api: api))
            }
        }

        func request(
            _ path: String, _ method: HTTPMethod = .GET, body: HTTPClientRequest.Body? = nil
        ) -> HTTPClientRequest {
            var request = HTTPClientRequest(url: scene.server.origin + path)
            request.method = method
            request.body = body
            return request
        }

        /// Status and text of an answer in its own time.
        func get(_ request: HTTPClientRequest) async throws -> (status: UInt, body: String) {
            let response = try await api.execute(request, timeout: AsyncHTTPClientKit.patience)
            let body = try await response.body.collect(upTo: 16_777_216)
            return (response.status.code, String(buffer: body))
        }

        /// Waits until the server has such a request in hand.
        func arrival(_ path: String) async throws {
            while try await scene.journal(path).isEmpty { try await Task.sleep(for: .milliseconds(10)) }
        }
    }

    /// What is thrown.
    func thrown(_ body: () async throws -> Void) async -> (any Error)? {
        do {
            try await body()
            return nil
        } catch {
            return error
        }
    }

    /// The code of what is thrown, if that is a DPoPClientError's.
    func clientError(_ body: () async throws -> Void) async -> DPoPClientError.Code? {
        (await thrown(body) as? DPoPClientError)?.code
    }
#endif

#if AsyncHTTPClient
    public import AsyncHTTPClient
    public import DPoPClient
    public import HTTPTypes
    public import NIOCore

    /// A `ClientTransport` over AsyncHTTPClient: sends one request as it is and follows no redirect.
    ///
    /// Throws `DPoPClientError` (`malformedRequest`) for a URL that would be sent otherwise than it is written, what
    /// AsyncHTTPClient throws, and `NIOTooManyBytesError` for an answer longer than the limit.
    public struct AsyncHTTPClientTransport: ClientTransport {
        let client: HTTPClient
        private let timeout: TimeAmount

        /// A client of its own, to be ended by ``shutdown()``; ``with(configuration:timeout:eventLoopGroup:_:)`` does that.
        ///
        /// - Parameters:
        ///   - configuration: whose redirects are turned off.
        ///   - timeout: for one send and its whole answer.
        public init(
            configuration: HTTPClient.Configuration = HTTPClient.Configuration(), timeout: TimeAmount = .seconds(60),
            eventLoopGroup: any EventLoopGroup = HTTPClient.defaultEventLoopGroup
        ) {
            var own = configuration
            own.redirectConfiguration = .disallow
            client = HTTPClient(eventLoopGroup: eventLoopGroup, configuration: own)
            self.timeout = timeout
        }

        /// A transport for the time of `body`, whatever that throws.
        public static func with<Value>(
            configuration: HTTPClient.Configuration = HTTPClient.Configuration(), timeout: TimeAmount = .seconds(60),
            eventLoopGroup: any EventLoopGroup = HTTPClient.defaultEventLoopGroup,
            _ body: (AsyncHTTPClientTransport) async throws -> Value
        ) async throws -> Value {
            let transport = AsyncHTTPClientTransport(
                configuration: configuration, timeout: timeout, eventLoopGroup: eventLoopGroup)
            let value: Value
            do { value = try await body(transport) } catch {
                try? await transport.shutdown()
                throw error
            }
            try await transport.shutdown()
            return value
        }

        /// Ends the client. One that is not ended stops a debug build.
        public func shutdown() async throws { try await client.shutdown() }

        public func send(
            _ request: HTTPRequest, body: [UInt8], upTo limit: Int
        ) async throws -> (HTTPResponse, [UInt8]) {
            var plain = HTTPClientRequest(url: "")
            if !body.isEmpty { plain.body = .bytes(ByteBuffer(bytes: body)) }
            let sent = try plain.carrying(request, withBody: true)
            let (client, deadline) = (client, NIODeadline.now() + timeout)
            return try await Deadline.race(deadline) {
                let response = try await client.execute(sent, deadline: deadline)
                let bytes = try await response.body.collect(upTo: limit)
                return (response.head, Array(bytes.readableBytesView))
            }
        }
    }
#endif

#if AsyncHTTPClient
    public import AsyncHTTPClient
    public import DPoPClient
    public import NIOCore

    /// AsyncHTTPClient for requests that carry a token and its proof.
    ///
    ///     try await DPoPAsyncHTTPClient.with(try session.requests(with: token)) { api in
    ///         let response = try await api.execute(HTTPClientRequest(url: url), timeout: .seconds(30))
    ///     }
    ///
    /// Each send is signed by itself: again where the server asks for another proof, at most three times, and for a
    /// redirect within the origin; none to another origin is followed. `Authorization` and `DPoP` are the signer's,
    /// whatever the request says; all other fields stay, but for `Host`, which is the URL's. User and password of a URL are
    /// not sent.
    ///
    /// Throws `DPoPClientError`, and what AsyncHTTPClient throws.
    public struct DPoPAsyncHTTPClient: Sendable {
        private let signer: any RequestSigner
        private let transport: AsyncHTTPClientTransport

        /// A client of its own, to be ended by ``shutdown()``; ``with(_:configuration:eventLoopGroup:_:)`` does that.
        ///
        /// - Parameters:
        ///   - signer: whose token and proofs, such as `DPoPSession.requests(with:)` gives.
        ///   - configuration: whose redirects are turned off.
        public init(
            _ signer: any RequestSigner, configuration: HTTPClient.Configuration = HTTPClient.Configuration(),
            eventLoopGroup: any EventLoopGroup = HTTPClient.defaultEventLoopGroup
        ) {
            self.init(
                signer, over: AsyncHTTPClientTransport(configuration: configuration, eventLoopGroup: eventLoopGroup))
        }

        /// Over the connections of a transport, which several signers may share; its ``AsyncHTTPClientTransport/shutdown()``
        /// is this one's.
        public init(_ signer: any RequestSigner, over transport: AsyncHTTPClientTransport) {
            self.signer = signer
            self.transport = transport
        }

        /// A client for the time of `body`, whatever that throws.
        public static func with<Value>(
            _ signer: any RequestSigner, configuration: HTTPClient.Configuration = HTTPClient.Configuration(),
            eventLoopGroup: any EventLoopGroup = HTTPClient.defaultEventLoopGroup,
            _ body: (DPoPAsyncHTTPClient) async throws -> Value
        ) async throws -> Value {
            try await AsyncHTTPClientTransport.with(configuration: configuration, eventLoopGroup: eventLoopGroup) {
                try await body(DPoPAsyncHTTPClient(signer, over: $0))
            }
        }

        /// Ends the client. One that is not ended stops a debug build.
        public func shutdown() async throws { try await transport.shutdown() }

        /// Sends a request until its answer counts.
        ///
        /// - Parameters:
        ///   - request: with an http or https URL.
        ///   - replay: whether its body can be sent again; nil if that is so for bytes and not for streams. Say `always`
        ///     only for a stream that can be iterated anew.
        ///   - deadline: by when the head of the answer must be here, over all sends; then
        ///     `HTTPClientError.deadlineExceeded`.
        ///
        /// Returns the answer, whose body is still on its way. Where a body would have to be sent again and can not be,
        /// that is the server's refusal, whole.
        public func execute(
            _ request: HTTPClientRequest, replay: BodyReplay? = nil, deadline: NIODeadline
        ) async throws -> HTTPClientResponse {
            let (signer, transport) = (signer, transport)
            let replay = replay ?? (request.body.isHeldWhole ? .always : .never)
            let plain = try request.signable()
            return try await Deadline.race(deadline) {
                let end = try await signer.exchange(plain, body: replay) { signed, withBody in
                    let sent = try request.carrying(signed, withBody: withBody)
                    let response = try await transport.client.execute(sent, deadline: deadline)
                    return (response.head, response)
                } errorBody: { (response: inout HTTPClientResponse) in
                    let peeked = try await PeekedBody(response.body, atLeast: 65_536)
                    response.body = .stream(peeked)
                    return peeked.start(upTo: 65_536)
                }
                return end.body
            }
        }

        /// The same, with the time from now on.
        public func execute(
            _ request: HTTPClientRequest, replay: BodyReplay? = nil, timeout: TimeAmount
        ) async throws -> HTTPClientResponse {
            try await execute(request, replay: replay, deadline: .now() + timeout)
        }
    }
#else
    /// What this target offers is there only where the package is used with its trait `AsyncHTTPClient`.
    @available(*, unavailable, message: "enable the trait AsyncHTTPClient of swift-dpop to use DPoPAsyncHTTPClient")
    public enum DPoPAsyncHTTPClient {}
#endif

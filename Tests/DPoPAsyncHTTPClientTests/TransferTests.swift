#if AsyncHTTPClient
    import AsyncHTTPClient
    import DPoPAsyncHTTPClient
    import DPoPClient
    import DPoPCore
    import DPoPPeerServer
    import Foundation
    import HTTPTypes
    import NIOCore
    import NIOHTTP1
    import Testing

    @Suite(.enabled(if: PeerServer.isAvailable, "needs python3 with the package joserfc"))
    struct TransferTests {
        @Test("a body that is held whole is sent again where a nonce is asked for", arguments: [0, 5, 3_000_000])
        func bytes(size: Int) async throws {
            let text = [UInt8](repeating: 0x61, count: size)
            let data = Data(text)
            for body in [
                HTTPClientRequest.Body.bytes(ByteBuffer(bytes: text)), .bytes(text), .bytes(data),
                .bytes(text, length: .known(Int64(size))),
            ] {
                try await AsyncHTTPClientKit.with { kit async throws in
                    let answer = try await kit.get(kit.request("/echo", .POST, body: body))
                    #expect(answer.status == 200 && answer.body.utf8.count == size)
                    #expect(try await kit.scene.journal("/echo").map(\.bytes) == [size, size])
                }
            }
        }

        /// Two parts, which can be had once.
        private var stream: AsyncStream<ByteBuffer> {
            AsyncStream { continuation in
                for part in ["two ", "parts"] { continuation.yield(ByteBuffer(string: part)) }
                continuation.finish()
            }
        }

        @Test("a stream is sent once: where a nonce is asked for the refusal is the answer, and with one it passes")
        func stream() async throws {
            try await AsyncHTTPClientKit.with { kit async throws in
                let refusal = try await kit.get(kit.request("/echo", .POST, body: .stream(stream, length: .unknown)))
                #expect(refusal == (401, "a proof of another kind is needed"))
                // The refusal's nonce is known now.
                let known = HTTPClientRequest.Body.stream(stream, length: .known(Int64(9)))
                let answer = try await kit.get(kit.request("/echo", .POST, body: known))
                #expect(answer == (200, "two parts"))
                #expect(try await kit.scene.journal("/echo").map(\.bytes) == [9, 9])
            }
        }

        @Test("a stream that can be had anew is sent again, where the caller says so")
        func replay() async throws {
            struct Words: AsyncSequence, Sendable {
                func makeAsyncIterator() -> AsyncStream<ByteBuffer>.AsyncIterator {
                    AsyncStream {
                        $0.yield(ByteBuffer(string: "words"))
                        $0.finish()
                    }.makeAsyncIterator()
                }
            }
            try await AsyncHTTPClientKit.with { kit async throws in
                let response = try await kit.api.execute(
                    kit.request("/echo", .POST, body: .stream(Words(), length: .unknown)), replay: .always,
                    timeout: AsyncHTTPClientKit.patience)
                #expect(String(buffer: try await response.body.collect(upTo: 100)) == "words")
                #expect(try await kit.scene.journal("/echo").map(\.bytes) == [5, 5])
            }
        }

        @Test(
            "the body of a refusal comes whole, however much of it was looked at",
            arguments: [0, 1, 65_535, 65_536, 65_537, 1_000_000])
        func refusals(size: Int) async throws {
            try await AsyncHTTPClientKit.with { kit async throws in
                let answer = try await kit.get(kit.request("/long-error?bytes=\(size)"))
                #expect(answer.status == 400 && answer.body == String(repeating: "x", count: size))
            }
        }

        @Test("a body that nobody reads is not fetched: backpressure stays")
        func backpressure() async throws {
            let size = 200_000_000
            try await AsyncHTTPClientKit.with { kit async throws in
                let response = try await kit.api.execute(
                    kit.request("/big?bytes=\(size)"), timeout: AsyncHTTPClientKit.patience)
                var parts = response.body.makeAsyncIterator()
                let first = try await parts.next()
                #expect((first?.readableBytes ?? 0) > 0)
                // What the server can write by now and a little later fits into buffers on the way.
                for _ in 0..<20 {
                    let written = try await kit.scene.journal("/big").last?.written ?? 0
                    #expect(written < size / 2)
                }
            }
        }

        @Test("a task that is cancelled while the server holds its answer ends")
        func cancellation() async throws {
            try await AsyncHTTPClientKit.with { kit async throws in
                let task = Task { try await kit.get(kit.request("/hold")) }
                try await kit.arrival("/hold")
                task.cancel()
                let error = await thrown { _ = try await task.value }
                #expect(error is CancellationError || error as? HTTPClientError == .cancelled)
            }
        }

        @Test("one deadline holds for all sends, for a refusal's body, and for what the transport collects")
        func deadlines() async throws {
            try await AsyncHTTPClientKit.with { kit async throws in
                for path in ["/hold", "/slow-error"] {
                    let error = await thrown {
                        _ = try await kit.api.execute(kit.request(path), deadline: .now() + .seconds(1))
                    }
                    #expect(error as? HTTPClientError == .deadlineExceeded)
                }
                let past = await thrown { _ = try await kit.api.execute(kit.request("/"), deadline: .distantPast) }
                #expect(past as? HTTPClientError == .deadlineExceeded)
                #expect(try await kit.api.execute(kit.request("/"), deadline: .distantFuture).status == .ok)
            }
            let server = try PeerServer()
            try await AsyncHTTPClientTransport.with(timeout: .seconds(1)) { transport in
                let error = await thrown {
                    _ = try await transport.send(server.request(.get, "/slow-error"), body: [], upTo: 10_000)
                }
                #expect(error as? HTTPClientError == .deadlineExceeded)
            }
        }

        @Test("an answer longer than the limit is an error, and one that fits is whole")
        func limits() async throws {
            try await AsyncHTTPClientKit.with { kit async throws in
                let request = kit.scene.server.request(.get, "/long-error?bytes=100")
                #expect(try await kit.transport.send(request, body: [], upTo: 100).1.count == 100)
                let error = await thrown { _ = try await kit.transport.send(request, body: [], upTo: 99) }
                #expect(error is NIOTooManyBytesError)
                let answer = try await kit.get(kit.request("/big?bytes=5000000"))
                #expect(answer.body.utf8.count == 5_000_000)
            }
        }

        @Test("a client is ended whatever its scope throws")
        func scope() async throws {
            struct Thrown: Error {}
            let signer = DPoPSession(signer: try SigningKey.generate(.es256)).tokenRequests
            var ended: DPoPAsyncHTTPClient?
            await #expect(throws: Thrown.self) {
                try await DPoPAsyncHTTPClient.with(signer) { api in
                    ended = api
                    throw Thrown()
                }
            }
            let api = try #require(ended)
            let error = await thrown {
                _ = try await api.execute(
                    HTTPClientRequest(url: "http://127.0.0.1:1/"), timeout: AsyncHTTPClientKit.patience)
            }
            #expect(error as? HTTPClientError == .alreadyShutdown)
        }
    }
#endif

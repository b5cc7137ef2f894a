#if AsyncHTTPClient
    import AsyncHTTPClient
    import DPoPCore
    import NIOCore

    /// A body whose start was looked at: that first, then the rest, which comes as it is asked for.
    struct PeekedBody: AsyncSequence, Sendable {
        private let peeked: [ByteBuffer]

        /// Given out once; nil also where the body has ended. AsyncHTTPClient allows one iterator as well.
        private let rest: Locked<HTTPClientResponse.Body.AsyncIterator?>

        /// Reads until there are so many bytes, or the end.
        @concurrent init(_ body: HTTPClientResponse.Body, atLeast count: Int) async throws {
            var iterator = body.makeAsyncIterator()
            var (peeked, length, isWhole) = ([ByteBuffer](), 0, false)
            while length < count, !isWhole {
                if let part = try await iterator.next() {
                    peeked.append(part)
                    length += part.readableBytes
                } else {
                    isWhole = true
                }
            }
            self.peeked = peeked
            rest = Locked(isWhole ? nil : iterator)
        }

        /// The first bytes, as far as they were read.
        func start(upTo count: Int) -> [UInt8] { Array(peeked.lazy.flatMap(\.readableBytesView).prefix(count)) }

        func makeAsyncIterator() -> AsyncIterator {
            let rest = rest.withLock { rest in
                defer { rest = nil }
                return rest
            }
            return AsyncIterator(peeked: peeked.makeIterator(), rest: rest)
        }

        struct AsyncIterator: AsyncIteratorProtocol {
            var peeked: IndexingIterator<[ByteBuffer]>
            var rest: HTTPClientResponse.Body.AsyncIterator?

            @concurrent mutating func next() async throws -> ByteBuffer? {
                if let part = peeked.next() { return part }
                return try await rest?.next()
            }
        }
    }
#endif

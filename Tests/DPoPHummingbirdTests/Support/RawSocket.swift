#if Hummingbird
    import Foundation

    /// A TCP connection that sends what it is given, byte for byte.
    enum RawSocket {
        struct Failed: Error {}

        /// What comes back from a server on this machine until it closes the connection.
        static func exchange(port: Int, _ request: String) async throws -> String {
            try await exchange(port: port, Array(request.utf8))
        }

        static func exchange(port: Int, _ request: [UInt8]) async throws -> String {
            try await withCheckedThrowingContinuation { continuation in
                // Not on a thread of the pool that the server needs.
                Thread.detachNewThread {
                    continuation.resume(with: Result { try blockingExchange(port: port, request) })
                }
            }
        }

        private static func blockingExchange(port: Int, _ request: [UInt8]) throws -> String {
            let descriptor = try connected(port: port)
            defer { close(descriptor) }
            var sent = 0
            while sent < request.count {
                let count = request[sent...].withUnsafeBytes {
                    send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                guard count > 0 else { throw Failed() }
                sent += count
            }
            var received: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 4_096)
            while true {
                let count = buffer.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, 0) }
                guard count >= 0 else { throw Failed() }
                if count == 0 { return String(decoding: received, as: UTF8.self) }
                received.append(contentsOf: buffer[..<count])
            }
        }

        /// By any of the addresses of localhost, with a time limit for what a test waits for.
        private static func connected(port: Int) throws -> Int32 {
            var hints = addrinfo()
            hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
            var list: UnsafeMutablePointer<addrinfo>?
            guard getaddrinfo("localhost", "\(port)", &hints, &list) == 0 else { throw Failed() }
            defer { freeaddrinfo(list) }
            var next = list
            while let address = next?.pointee {
                next = address.ai_next
                let descriptor = socket(address.ai_family, address.ai_socktype, address.ai_protocol)
                guard descriptor >= 0 else { continue }
                var limit = timeval(tv_sec: 20, tv_usec: 0)
                setsockopt(
                    descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
                if connect(descriptor, address.ai_addr, address.ai_addrlen) == 0 { return descriptor }
                close(descriptor)
            }
            throw Failed()
        }
    }
#endif

#if Valkey
    import DPoPCore
    import Foundation

    /// Ports of 127.0.0.1 for servers that a test starts.
    enum FreePort {
        // Below those that the system gives to connections, which would else take a server's port while it is down.
        private static let range = 20_000..<32_000

        private static let given = Locked<Set<Int>>([])

        /// One that nobody listens on now, and that this process never gives again.
        static func next() throws -> Int {
            for _ in 0..<200 {
                let port = Int.random(in: range)
                guard given.withLock({ $0.insert(port).inserted }), isFree(port) else { continue }
                return port
            }
            throw KitError("no free port")
        }

        private static func isFree(_ port: Int) -> Bool {
            #if canImport(Darwin)
                let stream = SOCK_STREAM
            #else
                let stream = Int32(SOCK_STREAM.rawValue)
            #endif
            let socket = Foundation.socket(AF_INET, stream, 0)
            defer { close(socket) }
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = UInt16(port).bigEndian
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            return withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
                }
            }
        }
    }
#endif

#if Valkey
    import Foundation

    /// A client that waits for each reply.
    ///
    /// It shares nothing with the client that is tested.
    final class BlockingClient {
        private let socket: Int32
        private var bytes: [UInt8] = []
        private var position = 0

        /// An error as the server's reply.
        struct ErrorReply: Error, CustomStringConvertible {
            let description: String
        }

        #if canImport(Darwin)
            private static let stream = SOCK_STREAM
            private static let flags: Int32 = 0
        #else
            private static let stream = Int32(SOCK_STREAM.rawValue)
            private static let flags = Int32(MSG_NOSIGNAL)
        #endif

        /// - Parameter patience: how long it waits for a reply, in seconds.
        convenience init(path: String, patience: Int = 20) throws {
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
            try self.init(AF_UNIX, address, patience)
        }

        /// - Parameter port: of 127.0.0.1.
        convenience init(port: Int, patience: Int = 20) throws {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = UInt16(port).bigEndian
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            try self.init(AF_INET, address, patience)
        }

        private init(_ family: Int32, _ address: some BitwiseCopyable, _ patience: Int) throws {
            socket = Foundation.socket(family, BlockingClient.stream, 0)
            guard socket >= 0 else { throw KitError("no socket") }
            var timeout = timeval()
            timeout.tv_sec = patience
            setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
            setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
            var address = address
            let status = withUnsafeBytes(of: &address) { bytes in
                connect(socket, bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
            }
            guard status == 0 else { throw KitError("no connection") }
        }

        deinit { close(socket) }

        /// Sends a command and waits for its reply. An array is one text, its members joined by newlines; null is
        /// `(nil)`.
        func command(_ words: [String]) throws -> String {
            try send(words)
            return try reply()
        }

        func send(_ words: [String]) throws { try send(raw: WireText.array(words)) }

        func send(raw text: String) throws {
            var rest = WireText.bytes(text)[...]
            while !rest.isEmpty {
                let sent = rest.withUnsafeBytes {
                    Foundation.send(socket, $0.baseAddress, $0.count, BlockingClient.flags)
                }
                guard sent > 0 else { throw KitError("the connection is closed") }
                rest = rest.dropFirst(sent)
            }
        }

        /// The next reply.
        func reply() throws -> String {
            let line = WireText.text(try line())
            let rest = String(line.dropFirst())
            switch line.first {
            case "+", ":": return rest
            case "-": throw ErrorReply(description: rest)
            case "$":
                guard let length = Int(rest), length >= 0 else { return "(nil)" }
                let text = WireText.text(try take(length))
                _ = try take(2)
                return text
            case "*":
                var members: [String] = []
                while members.count < Int(rest) ?? 0 { members.append(try reply()) }
                return members.joined(separator: "\n")
            default: throw KitError("not a reply")
            }
        }

        /// So many bytes as they come.
        func raw(_ count: Int) throws -> String { WireText.text(try take(count)) }

        private func line() throws -> [UInt8] {
            var line: [UInt8] = []
            while true {
                let byte = try take(1)[0]
                if byte == UInt8(ascii: "\n") { return line.dropLast() }
                line.append(byte)
            }
        }

        private func take(_ count: Int) throws -> [UInt8] {
            while bytes.count - position < count {
                var chunk = [UInt8](repeating: 0, count: 16_384)
                let received = recv(socket, &chunk, chunk.count, 0)
                guard received > 0 else { throw KitError(received == 0 ? "the connection is closed" : "no reply") }
                bytes.removeFirst(position)
                position = 0
                bytes += chunk.prefix(received)
            }
            defer { position += count }
            return Array(bytes[position..<position + count])
        }
    }
#endif

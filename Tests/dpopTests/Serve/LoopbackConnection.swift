#if Hummingbird
    import Foundation

    /// A TCP connection to a server on this machine, closed with the value's end, and HTTP/1.1 over it as plainly as a test
    /// needs it.
    final class LoopbackConnection {
        /// Nobody listens, or nothing came back.
        struct Trouble: Error {}

        private let descriptor: Int32
        private var received = Data()

        init(host: UInt32 = 0x7F00_0001, port: UInt16) throws {
            #if canImport(Glibc)
                descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            #else
                descriptor = socket(AF_INET, SOCK_STREAM, 0)
            #endif
            // Far longer than any answer takes: a test fails and does not hang.
            var limit = timeval(tv_sec: 60, tv_usec: 0)
            // The pointer is to a local of that size.
            _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = host.bigEndian
            // The pointer is to a local of that size, rebound to the type that stands for every address.
            let status = unsafe withUnsafePointer(to: &address) { address in
                unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            guard status == 0 else { throw Trouble() }
        }

        deinit { close(descriptor) }

        func write(_ text: String) throws {
            var rest = Array(text.utf8)[...]
            while !rest.isEmpty {
                // The pointer and its count are the slice's own.
                let sent = unsafe rest.withUnsafeBytes {
                    unsafe send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                guard sent > 0 else { throw Trouble() }
                rest = rest.dropFirst(sent)
            }
        }

        /// The next response, whose length must be given.
        func read(isHead: Bool) throws -> Reply {
            let end = Data("\r\n\r\n".utf8)
            while received.range(of: end) == nil { try receive() }
            guard let headEnd = received.range(of: end) else { throw Trouble() }
            let lines = String(decoding: received[..<headEnd.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
            var reply = Reply(status: Int(lines[0].split(separator: " ")[1]) ?? 0)
            for line in lines.dropFirst() {
                let parts = line.split(separator: ":", maxSplits: 1)
                reply.fields.append((String(parts[0]), parts[1].trimmingCharacters(in: .whitespaces)))
            }
            guard let length = reply.field("Content-Length").flatMap({ Int($0) }) else { throw Trouble() }
            let bodyEnd = headEnd.upperBound + (isHead ? 0 : length)
            while received.endIndex < bodyEnd { try receive() }
            reply.body = Data(received[headEnd.upperBound..<bodyEnd])
            received = Data(received[bodyEnd...])
            return reply
        }

        private func receive() throws {
            var chunk = [UInt8](repeating: 0, count: 65_536)
            // Writes at most as many bytes as the array has.
            let count = unsafe chunk.withUnsafeMutableBytes { unsafe recv(descriptor, $0.baseAddress, $0.count, 0) }
            guard count > 0 else { throw Trouble() }
            received += chunk[..<count]
        }
    }

    /// A response.
    struct Reply {
        let status: Int
        var fields: [(name: String, value: String)] = []
        var body = Data()

        /// The value of a field; those of several lines with commas between.
        func field(_ name: String) -> String? {
            let values = fields.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
            return values.isEmpty ? nil : values.joined(separator: ", ")
        }

        /// The body, if it is a JSON object.
        var object: [String: Any] { (try? JSONSerialization.jsonObject(with: body)) as? [String: Any] ?? [:] }

        func text(_ member: String) -> String? { object[member] as? String }

        var error: String? { text("error") }

        /// The parameters of the address that it redirects to.
        var redirected: [String: String] {
            let items = field("Location").flatMap { URLComponents(string: $0)?.queryItems } ?? []
            return Dictionary(items.map { ($0.name, $0.value ?? "") }, uniquingKeysWith: { first, _ in first })
        }
    }
#endif

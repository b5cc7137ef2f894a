import DPoPCore
import Foundation

/// A server on this machine that gives the answers of a list in their order, one connection each, and keeps what it was
/// asked. Ended with the value.
final class ScriptedServer: Sendable {
    /// What comes back on a connection.
    struct Answer {
        var status = "200 OK"
        /// Whole lines.
        var fields: [String] = []
        var body = ""
        /// Seconds from the request to the answer.
        var delay: TimeInterval = 0
        /// Whether there is none: the connection stays open until the client leaves.
        var isMissing = false
    }

    /// There is no socket to be had.
    struct Trouble: Error {}

    let port: UInt16
    private let listener: Int32
    private let received = Locked<[String]>([])
    private let isOver = DispatchSemaphore(value: 0)

    var origin: String { "http://127.0.0.1:\(port)" }

    /// The requests so far, head and body.
    var requests: [String] { received.withLock { $0 } }

    init(_ answers: [Answer]) throws {
        #if canImport(Glibc)
            let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
            let listener = socket(AF_INET, SOCK_STREAM, 0)
        #endif
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        // The pointer is to a local of that size, rebound to the type that stands for every address.
        let isListening = unsafe withUnsafeMutablePointer(to: &address) { address in
            unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(listener, $0, length) == 0 && listen(listener, 16) == 0
                    && getsockname(listener, $0, &length) == 0
            }
        }
        guard isListening else { throw Trouble() }
        self.listener = listener
        port = UInt16(bigEndian: address.sin_port)
        let (received, isOver) = (received, isOver)
        Thread.detachNewThread {
            for answer in answers {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { break }
                ScriptedServer.serve(connection, answer, received)
                close(connection)
            }
            isOver.signal()
        }
    }

    deinit {
        // Ends the wait for a connection; only then is the number free for others.
        shutdown(listener, Int32(SHUT_RDWR))
        isOver.wait()
        close(listener)
    }

    private static func serve(_ connection: Int32, _ answer: Answer, _ received: Locked<[String]>) {
        guard let request = request(on: connection) else { return }
        received.withLock { $0.append(request) }
        guard !answer.isMissing else {
            _ = receive(on: connection)
            return
        }
        Thread.sleep(forTimeInterval: answer.delay)
        let head = ["HTTP/1.1 \(answer.status)", "Connection: close", "Content-Length: \(answer.body.utf8.count)"]
        let text = (head + answer.fields).joined(separator: "\r\n") + "\r\n\r\n" + answer.body
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            // The pointer and its count are the slice's own.
            let sent = unsafe rest.withUnsafeBytes {
                unsafe send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            // The client has left.
            guard sent > 0 else { return }
            rest = rest.dropFirst(sent)
        }
    }

    /// One request, with a body of the length that it gives; nil if the client left before its end.
    private static func request(on connection: Int32) -> String? {
        var bytes = Data()
        let end = Data("\r\n\r\n".utf8)
        while true {
            if let headEnd = bytes.range(of: end) {
                let head = String(decoding: bytes[..<headEnd.lowerBound], as: UTF8.self)
                let length = head.components(separatedBy: "\r\n").lazy.map { $0.lowercased() }
                    .first { $0.hasPrefix("content-length:") }
                    .flatMap { Int($0.dropFirst("content-length:".count).trimmingCharacters(in: .whitespaces)) }
                if bytes.count >= headEnd.upperBound + (length ?? 0) { return String(decoding: bytes, as: UTF8.self) }
            }
            guard let more = receive(on: connection) else { return nil }
            bytes += more
        }
    }

    /// Nil where nothing comes any more.
    private static func receive(on connection: Int32) -> [UInt8]? {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        // Writes at most as many bytes as the array has.
        let count = unsafe chunk.withUnsafeMutableBytes { unsafe recv(connection, $0.baseAddress, $0.count, 0) }
        return count > 0 ? Array(chunk[..<count]) : nil
    }
}

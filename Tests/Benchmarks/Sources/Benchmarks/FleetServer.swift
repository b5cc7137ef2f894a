import Foundation

/// A server of its own for the run, on loopback, and what `redis-benchmark` makes of it.
final class FleetServer {
    let port: Int
    private let process = Process()
    private let benchmark: URL
    private let folder: URL

    /// Nil where none is installed.
    init?() throws {
        guard let server = FleetServer.find(["valkey-server", "redis-server"]),
            let benchmark = FleetServer.find(["valkey-benchmark", "redis-benchmark"])
        else { return nil }
        self.benchmark = benchmark
        port = try FleetServer.freePort()
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("benchmark-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        process.executableURL = server
        process.arguments = [
            "--port", "\(port)", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--maxmemory-policy",
            "noeviction", "--loglevel", "warning", "--dir", folder.path,
        ]
        process.standardOutput = FileHandle.nullDevice
        try process.run()
    }

    func stop() {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        try? FileManager.default.removeItem(at: folder)
    }

    /// Claims a second by the reference client, unpipelined: the command that a claim is, with keys that are new.
    func reference(connections: Int, claims: Int) throws -> Double {
        let run = Process()
        let output = Pipe()
        run.executableURL = benchmark
        run.arguments = [
            "-h", "127.0.0.1", "-p", "\(port)", "-c", "\(connections)", "-n", "\(claims)", "-r", "1000000000",
            "--csv", "SET", "dpop:rs:0123456789__rand_int__", "0123456789abcdef0123451800000000", "NX", "GET", "PX",
            "72000",
        ]
        run.standardOutput = output
        run.standardError = FileHandle.nullDevice
        try run.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        run.waitUntilExit()
        let cells = text.split(separator: "\n").last?.components(separatedBy: "\",\"") ?? []
        guard cells.count > 1, let rate = Double(cells[1]) else { throw Trouble("redis-benchmark said \(text)") }
        return rate
    }

    private static func find(_ names: [String]) -> URL? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        for name in names {
            for folder in folders where FileManager.default.isExecutableFile(atPath: "\(folder)/\(name)") {
                return URL(fileURLWithPath: "\(folder)/\(name)")
            }
        }
        return nil
    }

    private static func freePort() throws -> Int {
        let socket = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(socket, pointer, length) == 0 && getsockname(socket, pointer, &length) == 0
            }
        }
        guard socket >= 0, isBound else { throw Trouble("no free port") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}

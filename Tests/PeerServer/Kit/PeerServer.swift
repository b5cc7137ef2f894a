import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// A server of `Tests/PeerServer` of its own for a test, ended with it: in Python, over joserfc, sharing no code with
/// this package.
public final class PeerServer: Sendable {
    /// Whether it can run here.
    public static var isAvailable: Bool { python != nil }

    /// Scheme, host and port.
    public let origin: String

    /// The client that it knows: client_secret_basic. A public client is called `public`.
    public static let client = (id: "agent", secret: "s3cret")

    // Started in init and ended in deinit, touched nowhere between.
    private let process = Process()
    // Its end of file ends the server, should this process be gone.
    private let input = Pipe()

    /// Starts one and waits for its first line.
    ///
    /// - Parameter arguments: `--clock-offset SECONDS`, `--keep NONCES`.
    public init(_ arguments: [String] = []) throws {
        let output = Pipe()
        process.executableURL = PeerServer.python
        process.arguments = [PeerServer.folder.appendingPathComponent("server.py").path] + arguments
        process.environment = ProcessInfo.processInfo.environment.merging(["PYTHONDONTWRITEBYTECODE": "1"]) { $1 }
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        var line = Data()
        while line.last != UInt8(ascii: "\n") {
            let more = output.fileHandleForReading.availableData
            guard !more.isEmpty else { throw NotStarted() }
            line += more
        }
        origin = try JSONDecoder().decode([String: String].self, from: line)["listening"] ?? ""
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }

    /// It said nothing.
    public struct NotStarted: Error {}

    /// A request that it was sent.
    public struct Entry: Sendable, Decodable {
        public let method: String
        /// With the query, as it came.
        public let path: String
        public let host: String
        /// The schemes of its Authorization fields.
        public let authorization: [String]
        /// How many DPoP fields it had.
        public let dpop: Int
        public let claims: Claims?
        /// The names of all its fields in lower case.
        public let fields: [String]
        /// The length of its body; nil while that is on its way.
        public let bytes: Int?
        /// What it was answered; nil while it was not.
        public let status: Int?
        /// How much of a long body was written.
        public let written: Int?
        /// Why its proof was refused.
        public let why: String?
    }

    /// What a proof says.
    public struct Claims: Sendable, Decodable {
        public let htm: String
        public let htu: String
        public let jti: String
        public let iat: Int64
        public let nonce: String?
        public let ath: String?
    }

    /// The requests that it was sent until now, in their order.
    public func journal() async throws -> [Entry] {
        guard let url = URL(string: origin + "/journal") else { throw NotStarted() }
        let (lines, _) = try await URLSession.shared.data(from: url)
        return try lines.split(separator: UInt8(ascii: "\n")).map { line in
            try JSONDecoder().decode(Entry.self, from: Data(line))
        }
    }

    private static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent()

    /// A Python that has joserfc; nil if there is none.
    private static let python: URL? = {
        let path = (ProcessInfo.processInfo.environment["PATH"] ?? "") + ":/usr/bin"
        let candidates = path.split(separator: ":").map { folder in
            URL(fileURLWithPath: "\(folder)").appendingPathComponent("python3")
        }
        return candidates.first { candidate in
            guard FileManager.default.isExecutableFile(atPath: candidate.path) else { return false }
            let process = Process()
            process.executableURL = candidate
            process.arguments = ["-c", "import joserfc"]
            process.standardError = FileHandle.nullDevice
            try? process.run()
            process.waitUntilExit()
            return process.terminationStatus == 0
        }
    }()
}

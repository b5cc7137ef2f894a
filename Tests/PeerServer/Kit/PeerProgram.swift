import Foundation

/// The running Python program. It ends when this process does: its input ends then.
struct PeerProgram {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()

    /// Nil if it does not start.
    init?() {
        process.executableURL = PeerProgram.python
        process.arguments = [PeerProgram.folder.appendingPathComponent("server.py").path]
        process.environment = ProcessInfo.processInfo.environment.merging(["PYTHONDONTWRITEBYTECODE": "1"]) { $1 }
        process.standardInput = input
        process.standardOutput = output
        do { try process.run() } catch { return nil }
    }

    /// Writes a line.
    func tell(_ request: Data) { try? input.fileHandleForWriting.write(contentsOf: request + Data("\n".utf8)) }

    /// Writes a line and reads one; nil if the program has ended.
    func ask(_ request: Data) -> Data? {
        tell(request)
        var line = Data()
        while line.last != UInt8(ascii: "\n") {
            let more = output.fileHandleForReading.availableData
            guard !more.isEmpty else { return nil }
            line += more
        }
        return line
    }

    private static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent()

    /// A Python that has joserfc; nil if there is none.
    static let python: URL? = {
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

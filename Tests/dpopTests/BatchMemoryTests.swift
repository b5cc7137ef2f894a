import Foundation
import Testing

@Suite("dpop verify --batch in bounded memory")
struct BatchMemoryTests {
    /// How many lines are fed at once: their answers fit into a pipe, so the command never waits for us.
    private static let round = 300

    private static let scale = ProcessInfo.processInfo.environment["DPOP_SCALE"].flatMap(Int.init) ?? 1

    /// The most memory that the process has used so far, in KiB.
    private func peak(of process: Process) throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
        return try #require(Int(line.filter(\.isNumber)))
    }

    @Test(
        "memory does not grow with the lines, which are answered as they come",
        .enabled(if: FileManager.default.fileExists(atPath: "/proc/self/status"), "needs /proc"),
        .enabled(if: !isSanitized(by: "asan") && !isSanitized(by: "tsan"), "a sanitizer keeps what was freed"),
        .timeLimit(.minutes(10)))
    func memory() throws {
        let process = Process()
        process.executableURL = try executable()
        process.arguments = ["verify", "--batch", "-"]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        let line = "{\"id\":1,\"proof\":\"\(String(repeating: "x", count: 250))\"}\n"
        let lines = Data(String(repeating: line, count: BatchMemoryTests.round).utf8)

        func feed(rounds: Int) throws {
            for _ in 0..<rounds {
                try input.fileHandleForWriting.write(contentsOf: lines)
                var answers = 0
                while answers < BatchMemoryTests.round {
                    let chunk = output.fileHandleForReading.availableData
                    try #require(!chunk.isEmpty, "the command ended early")
                    answers += chunk.filter { $0 == UInt8(ascii: "\n") }.count
                }
            }
        }

        try feed(rounds: 10)
        let before = try peak(of: process)
        try feed(rounds: 50 * BatchMemoryTests.scale)
        let after = try peak(of: process)
        try input.fileHandleForWriting.close()
        process.waitUntilExit()
        #expect(process.terminationStatus == 1)
        // Room for what the allocator keeps; 15,000 lines or answers kept would be more.
        #expect(after - before < 1_024, "\(before) KiB, then \(after) KiB")
    }
}

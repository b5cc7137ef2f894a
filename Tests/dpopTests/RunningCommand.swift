import Foundation
import Testing

/// What a run of the built executable gave.
struct CommandResult {
    let status: Int32
    let output: String
    let error: String

    /// The one object that `--json` prints.
    func object() throws -> [String: Any] {
        let value = try JSONSerialization.jsonObject(with: Data(output.utf8))
        return try #require(value as? [String: Any], "not an object: \(output)")
    }

    var outputLines: [Substring] { output.split(separator: "\n") }
}

/// A folder for one test, removed when the test is over.
final class Workbench {
    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("dpop-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// The path of a file in the folder.
    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    /// Writes a file into the folder and gives its path.
    @discardableResult
    func file(_ name: String, _ text: String) throws -> String {
        try file(name, Data(text.utf8))
    }

    @discardableResult
    func file(_ name: String, _ bytes: Data) throws -> String {
        try bytes.write(to: folder.appendingPathComponent(name))
        return path(name)
    }

    /// The names of what is in the folder.
    func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() }

    /// Runs `dpop` with standard input from a file of the folder.
    func dpop(_ arguments: String..., input: String = "") throws -> CommandResult {
        try run(executable(), arguments, input: Data(input.utf8))
    }

    func dpop(_ arguments: [String], input: Data = Data()) throws -> CommandResult {
        try run(executable(), arguments, input: input)
    }

    /// Runs `dpop` from a shell that prepares its process first, such as `umask 0`.
    func dpop(after preparation: String, _ arguments: String...) throws -> CommandResult {
        let shell = URL(fileURLWithPath: "/bin/sh")
        return try run(
            shell, ["-c", preparation + "; exec \"$0\" \"$@\"", executable().path] + arguments, input: Data())
    }

    /// Runs another program in the folder's company, with nothing on standard input.
    func run(_ program: URL, _ arguments: String...) throws -> CommandResult {
        try run(program, arguments, input: Data())
    }

    private func run(_ program: URL, _ arguments: [String], input: Data) throws -> CommandResult {
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        let inputName = "input-\(UUID().uuidString)"
        try file(inputName, input)
        defer { try? FileManager.default.removeItem(atPath: path(inputName)) }
        let standardInput = try FileHandle(forReadingFrom: folder.appendingPathComponent(inputName))
        let (output, error) = (Pipe(), Pipe())
        process.standardInput = standardInput
        process.standardOutput = output
        process.standardError = error
        try process.run()
        let outputBytes = output.fileHandleForReading.readDataToEndOfFile()
        let errorBytes = error.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        try standardInput.close()
        // A program that a signal ended has trapped, and no status says so.
        #expect(process.terminationReason == .exit)
        return CommandResult(
            status: process.terminationStatus, output: String(decoding: outputBytes, as: UTF8.self),
            error: String(decoding: errorBytes, as: UTF8.self))
    }
}

/// The executable that was built with these tests: it lies beside their bundle.
func executable() throws -> URL {
    #if os(Linux)
        let tests = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        let folder = tests.deletingLastPathComponent()
    #else
        let bundle = try #require(Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") })
        let folder = bundle.bundleURL.deletingLastPathComponent()
    #endif
    let program = folder.appendingPathComponent("dpop")
    try #require(FileManager.default.isExecutableFile(atPath: program.path), "no dpop at \(program.path)")
    return program
}

/// Whether the text is one line of the command's own that holds these words.
func isOneLine(_ text: String, naming words: String...) -> Bool {
    text.hasPrefix("dpop: ") && text.utf8.filter { $0 == UInt8(ascii: "\n") }.count == 1 && text.hasSuffix("\n")
        && words.allSatisfy { text.contains($0) }
}

/// Whether these tests were built with a sanitizer ("asan", "tsan"), and so the command too.
func isSanitized(by sanitizer: String) -> Bool {
    // Nil asks for any symbol of the process; nothing is done with the address.
    unsafe dlsym(nil, "__\(sanitizer)_init") != nil
}

/// Asks again and again until the answer is yes: how long it took. An issue after a minute.
@discardableResult
func waitUntil(_ what: Comment, _ isSo: () throws -> Bool) throws -> Duration {
    let start = ContinuousClock.now
    while try !isSo() {
        try #require(start.duration(to: .now) < .seconds(60), what)
        Thread.sleep(forTimeInterval: 0.02)
    }
    return start.duration(to: .now)
}

import DPoPCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Judges the lines of a file, each by itself but with one replay memory. Memory grows with that alone.
struct BatchRun {
    /// The bytes that a line may have; the largest proof, token and URI together have a tenth.
    static let longestLine = 1 << 20

    private static let chunkSize = 1 << 18

    private let store = RunReplayStore()
    private let decoder = JSONDecoder()

    /// Reads a file ("-": standard input) to its end and answers each line on standard output.
    ///
    /// True if every line was accepted.
    func run(_ path: String) throws -> Bool {
        var isAllAccepted = true
        var answers: [UInt8] = []
        func reply(_ line: LineSplitter.Line) throws {
            let (text, isAccepted) = answer(to: line)
            isAllAccepted = isAllAccepted && isAccepted
            answers.append(contentsOf: text.utf8)
            answers.append(UInt8(ascii: "\n"))
            if answers.count >= BatchRun.chunkSize { try flush() }
        }
        func flush() throws {
            guard !answers.isEmpty else { return }
            try writeToStandardOutput(answers.span)
            answers.removeAll(keepingCapacity: true)
        }

        let name = displayName(path, option: "--batch")
        try withInput(path, option: "--batch") { descriptor in
            var splitter = LineSplitter(limit: BatchRun.longestLine)
            var chunk: [UInt8] = []
            while try readChunk(descriptor, into: &chunk, upTo: BatchRun.chunkSize, name: name) > 0 {
                try splitter.feed(chunk, reply)
                chunk.removeAll(keepingCapacity: true)
                // Before waiting for more, so that a program that feeds us line by line gets its answers.
                try flush()
            }
            try splitter.finish(reply)
            try flush()
        }
        return isAllAccepted
    }

    /// The answer to one line, and whether it is an acceptance.
    func answer(to line: LineSplitter.Line) -> (text: String, isAccepted: Bool) {
        do {
            guard case .whole(let bytes) = line else {
                throw BatchLine.Unreadable("longer than \(BatchRun.longestLine) bytes")
            }
            let read = try BatchLine.read(bytes, by: decoder)
            do {
                let acceptance = try read.judgement.run(in: store)
                return (JSONOutput.object([("id", read.id)] + acceptance.members).text, true)
            } catch {
                return (JSONOutput.object([("id", read.id)] + error.members).text, false)
            }
        } catch let error as BatchLine.Unreadable {
            return (unreadable(error.reason), false)
        } catch {
            return (unreadable("not a JSON object"), false)
        }
    }

    private func unreadable(_ reason: String) -> String {
        JSONOutput.object([("id", .null), ("verdict", .string("unreadable")), ("reason", .string(reason))]).text
    }
}

import Foundation
import Testing

/// Verdicts against a verifier that shares no code with ours: Tests/Independent, in Python.
@Suite struct IndependentVerifierTests {
    /// The folder of the Python programs.
    private static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Independent")

    /// A Python that has the package `cryptography`; nil if there is none.
    private static let python: URL? = {
        let path = (ProcessInfo.processInfo.environment["PATH"] ?? "") + ":/usr/bin"
        let candidates = path.split(separator: ":").map { folder in
            URL(fileURLWithPath: "\(folder)").appendingPathComponent("python3")
        }
        return candidates.first { candidate in
            guard FileManager.default.isExecutableFile(atPath: candidate.path) else { return false }
            let process = Process()
            process.executableURL = candidate
            process.arguments = ["-c", "import cryptography"]
            process.standardError = FileHandle.nullDevice
            try? process.run()
            process.waitUntilExit()
            return process.terminationStatus == 0
        }
    }()

    @Test(
        "A batch of 10,000 good and bad lines gets the verdicts and codes of an independent verifier",
        .enabled(if: python != nil, "needs python3 with the package cryptography"))
    func batchAgrees() throws {
        let python = try #require(Self.python)
        let bench = try Workbench()
        let (lines, labels) = (bench.path("lines.jsonl"), bench.path("labels.jsonl"))
        let seed = UInt32.random(in: 0...UInt32.max)
        let corpus = try bench.run(
            python, script("corpus.py"), lines, labels, "--count", "10000", "--seed", "\(seed)")
        try #require(corpus.status == 0, "\(corpus.error)")

        let verdicts = try bench.dpop("verify", "--batch", lines)
        // Some lines are bad, so the run as a whole is not good; and it says nothing else.
        #expect(verdicts.status == 1)
        #expect(verdicts.error == "")
        let results = try bench.file("results.jsonl", verdicts.output)
        let comparison = try bench.run(python, script("compare.py"), labels, results)
        print("independent verifier, seed \(seed):", comparison.outputLines.last ?? "nothing")
        #expect(comparison.status == 0, "\(comparison.output)")
    }

    @Test(
        "The independent verifier agrees with our own proof vectors",
        .enabled(if: python != nil, "needs python3 with the package cryptography"))
    func vectorsAgree() throws {
        let bench = try Workbench()
        let check = try bench.run(try #require(Self.python), script("check_vectors.py"))
        print("independent verifier, proof vectors:", check.outputLines.last ?? "nothing")
        #expect(check.status == 0, "\(check.output)\(check.error)")
    }

    @Test("compare.py finds a wrong verdict, so that agreement means something", .enabled(if: python != nil))
    func comparisonCanFail() throws {
        let bench = try Workbench()
        let label = try bench.file("labels", #"{"id": "a", "verdict": "rejected", "code": "replayed"}"# + "\n")
        let right = try bench.file("right", #"{"id":"a","verdict":"rejected","code":"replayed"}"# + "\n")
        let wrong = try bench.file("wrong", #"{"id":"a","verdict":"accepted","jkt":""}"# + "\n")
        let python = try #require(Self.python)
        #expect(try bench.run(python, script("compare.py"), label, right).status == 0)
        #expect(try bench.run(python, script("compare.py"), label, wrong).status == 1)
    }

    private func script(_ name: String) -> String { Self.folder.appendingPathComponent(name).path }
}

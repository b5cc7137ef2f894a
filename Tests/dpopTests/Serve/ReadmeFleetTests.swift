#if Hummingbird && Valkey
    import Foundation
    import Testing

    /// The README's fleet does what is said beside it: as it is printed there, but with this build of the command, on
    /// ports that are free, and with the patience that a busy machine needs.
    @Suite("the README's fleet", .enabled(if: Programs.areThere, "needs redis-server, curl and timeout"))
    struct ReadmeFleetTests {
        /// The section's shell, and what it says that each call of `use` gives.
        private func printed() throws -> (script: String, expected: [String]) {
            var root = URL(fileURLWithPath: #filePath)
            for _ in 0..<4 { root.deleteLastPathComponent() }
            let readme = try String(contentsOf: root.appendingPathComponent("README.md"), encoding: .utf8)
            let section = readme[try #require(readme.firstRange(of: "\n## More than one machine\n")).upperBound...]
            let shell = section[try #require(section.firstRange(of: "```sh\n")).upperBound...]
            let script = shell[..<(try #require(shell.firstRange(of: "```")).lowerBound)]
            return (
                String(script), script.matches(of: /(?m)^use .*: ([0-9]{3} [0-9]{3} [0-9]{3})$/).map { String($0.1) }
            )
        }

        private func adapted(_ script: String, in bench: Workbench) throws -> String {
            var script = script
            func replace(_ text: String, _ new: String) throws {
                try #require(script.contains(text), "the README has no \(text)")
                script = script.replacing(text, with: new)
            }
            let build = try #require(script.split(separator: "\n").first { $0.hasPrefix("swift build ") })
            let programs = try executable().deletingLastPathComponent().path
            try replace(String(build), "PATH=\"\(programs):$PATH\"; cd \"\(bench.folder.path)\"")
            var ports: Set<UInt16> = []
            for port in ["7379", "8081", "8082", "8083"] {
                var free = try StoreServer.freePort()
                // Nor one with another of these in it, such as 48081.
                while "\(free)".contains("808") || !ports.insert(free).inserted { free = try StoreServer.freePort() }
                try replace(port, "\(free)")
            }
            try replace("--signing-key", "--replay-deadline 10000 --signing-key")
            try replace("sleep 1\n", "until [ \"$(use)\" = '401 401 401 ' ]; do :; done\n")
            // Ends when all that it started has.
            return script + "wait\n"
        }

        @Test("three servers on one Redis: a proof is accepted once, none of a revoked key is, and all four stop")
        func asPrinted() throws {
            let (script, expected) = try printed()
            #expect(expected == ["200 401 401", "401 401 401"])
            let bench = try Workbench()
            let file = try bench.file("fleet.sh", adapted(script, in: bench))
            // So that a server which goes on fails this test and does not hang it.
            // A test's own thread may hold back SIGTERM, and what it starts would do so too.
            let result = try bench.run(
                URL(fileURLWithPath: "/usr/bin/env"), "--default-signal", "timeout", "600", "sh", file)
            #expect(result.status == 0, "\(result.error)")
            let lines = result.output.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
            #expect(lines.filter { $0.allSatisfy { $0.isNumber || $0 == " " } } == expected, "\(result.output)")
            let jkt = try #require(lines.first { $0.hasPrefix("jkt: ") }?.dropFirst(5))
            #expect(lines.last.map { $0[...] } == jkt)
        }
    }

    private enum Programs {
        /// Whether the shell finds what the README's commands are.
        static var areThere: Bool {
            let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
            return ["redis-server", "curl", "timeout"].allSatisfy { program in
                folders.contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(program)") }
            }
        }
    }
#endif

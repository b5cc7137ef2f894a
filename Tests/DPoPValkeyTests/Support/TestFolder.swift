#if Valkey
    import DPoPCore
    import Foundation

    /// Folders of a test run, and the programs that run in them: both end with the run, also where it crashes.
    enum TestFolder {
        /// A new folder with a path short enough for a Unix socket in it.
        static func make() throws -> String {
            let root = try root.get()
            let number = count.withLock { count in
                count += 1
                return count
            }
            let path = "\(root)/\(number)"
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            return path
        }

        private static let count = Locked(0)

        private static let root = Result { () throws -> String in
            let path = "/tmp/dpop-\(ProcessInfo.processInfo.processIdentifier)-\(UInt16.random(in: 0 ... .max))"
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            try watch(path)
            return path
        }

        /// Starts a shell whose input ends when this process does, and which then ends what has left a file `pid`.
        private static func watch(_ path: String) throws {
            let shell = Process()
            shell.executableURL = URL(fileURLWithPath: "/bin/sh")
            shell.arguments = [
                "-c",
                """
                trap '' INT TERM HUP; read line
                for file in "$0"/*/pid; do [ -s "$file" ] && kill -KILL "$(cat "$file")"; done
                rm -rf "$0"
                """, path,
            ]
            shell.standardInput = input
            shell.standardOutput = FileHandle.nullDevice
            shell.standardError = FileHandle.nullDevice
            try shell.run()
        }

        private static let input = Pipe()
    }

    /// A program that is installed.
    struct Program: Sendable {
        let path: String

        /// The first of these names that is found in PATH; nil if none is.
        init?(_ names: String...) {
            let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "") + ":/usr/local/bin:/usr/bin:/bin"
            let candidates = names.flatMap { name in folders.split(separator: ":").map { "\($0)/\(name)" } }
            guard let path = candidates.first(where: FileManager.default.isExecutableFile(atPath:)) else { return nil }
            self.path = path
        }

        /// Starts it without input and output.
        func start(_ arguments: [String], in folder: String) throws -> Process {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: path)
            process.arguments = arguments
            process.currentDirectoryURL = URL(fileURLWithPath: folder)
            process.standardInput = FileHandle.nullDevice
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
            return process
        }

        /// Runs it to its end. Throws if that is not a success.
        func run(_ arguments: [String], in folder: String) throws {
            let process = try start(arguments, in: folder)
            process.waitUntilExit()
            guard process.terminationStatus == 0 else {
                throw KitError("\(path) \(arguments.first ?? "") ended with \(process.terminationStatus)")
            }
        }
    }

    /// The kit could not do what a test asked of it.
    struct KitError: Error, CustomStringConvertible {
        let description: String

        init(_ description: String) { self.description = description }
    }
#endif

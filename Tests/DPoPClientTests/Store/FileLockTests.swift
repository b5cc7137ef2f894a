import DPoPCore
import Foundation
import Testing

@testable import DPoPClient

@Suite struct FileLockTests {
    @Test("changes by many tasks over two stores of one file come one after the other")
    func exclusive() async throws {
        let folder = try TestFolder()
        let key = try SigningKey.generate(.ed25519)
        // Patient, for a machine that is busy with other tests.
        let stores = (0..<2).map { _ in FileSessionStore(path: folder.file, patience: .seconds(600)) }
        let inside = Locked(0)
        try await withThrowingTaskGroup { group in
            for index in 0..<40 {
                group.addTask {
                    try await stores[index % 2].update { stored in
                        #expect(
                            inside.withLock { inside -> Int in
                                inside += 1
                                return inside
                            } == 1)
                        // Others get their chance to come in between.
                        await Task.yield()
                        inside.withLock { $0 -= 1 }
                        let count = stored?.access.flatMap { Int($0) } ?? 0
                        return try SessionRecord.bound(key, access: "\(count + 1)")
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await stores[0].load()?.access == "40")
    }

    @Test("the same in memory")
    func memory() async throws {
        let key = try SigningKey.generate(.ed25519)
        let store = MemorySessionStore()
        try await withThrowingTaskGroup { group in
            for _ in 0..<200 {
                group.addTask {
                    try await store.update { stored in
                        await Task.yield()
                        return try SessionRecord.bound(key, access: "\((stored?.access.flatMap { Int($0) } ?? 0) + 1)")
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await store.load()?.access == "200")
    }

    // The other process is a few lines of Python; without it there is nothing to show.
    @Test(
        "a lock that another process holds is waited for, up to a limit; reading goes on",
        .enabled(if: Python.isThere))
    func otherProcess() async throws {
        let folder = try TestFolder()
        let record = try SessionRecord.bound(try SigningKey.generate(.es256))
        try await FileSessionStore(path: folder.file).update { _ in record }
        let script = """
            import fcntl, sys
            file = open(sys.argv[1], "r+")
            fcntl.flock(file, fcntl.LOCK_EX)
            print("held", flush=True)
            sys.stdin.readline()
            """
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script, folder.file + ".lock"]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        try #require(output.fileHandleForReading.readData(ofLength: 5) == Data("held\n".utf8))
        await refuses(.storeBusy) {
            try await FileSessionStore(path: folder.file, patience: .milliseconds(30)).update { _ in
                Issue.record("the lock is held")
                return record
            }
        }
        #expect(isSame(try await FileSessionStore(path: folder.file).load(), record))
        let hasChanged = Locked(false)
        let waiting = Task {
            try await FileSessionStore(path: folder.file).update { stored in
                hasChanged.withLock { $0 = true }
                return stored
            }
        }
        let cancelled = Task {
            try await FileSessionStore(path: folder.file).update { _ in
                Issue.record("cancelled before the lock was free")
                return nil
            }
        }
        cancelled.cancel()
        await #expect(throws: CancellationError.self) { try await cancelled.value }
        #expect(!hasChanged.withLock { $0 })
        try input.fileHandleForWriting.write(contentsOf: Data("\n".utf8))
        try await waiting.value
        #expect(hasChanged.withLock { $0 })
        process.waitUntilExit()
    }

    @Test("a turn that does not come is given up, and one that is cancelled is passed on")
    func turns() async throws {
        let turns = Turns()
        try await turns.take()
        await refuses(.storeBusy) { try await turns.take(patience: .milliseconds(5)) }
        let cancelled = Task { try await turns.take() }
        cancelled.cancel()
        await #expect(throws: CancellationError.self) { try await cancelled.value }
        turns.pass()
        try await turns.take(patience: .seconds(60))
        turns.pass()
    }

    @Test("a lock file that was replaced while its lock was taken is not relied on")
    func replaced() async throws {
        let folder = try TestFolder()
        let record = try SessionRecord.bound(try SigningKey.generate(.es256))
        let store = FileSessionStore(path: folder.file)
        try await store.update { stored in
            // Who waits holds the lock of a file that has no name any longer when this ends.
            try FileManager.default.removeItem(atPath: folder.file + ".lock")
            return record
        }
        try await store.update { stored in
            #expect(isSame(stored, record))
            return nil
        }
        #expect(folder.names == ["session", "session.lock"])
    }
}

private enum Python {
    /// Whether there is a `python3` in the path.
    static var isThere: Bool {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return folders.contains { FileManager.default.isExecutableFile(atPath: "\($0)/python3") }
    }
}

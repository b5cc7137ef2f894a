import DPoPCore
import Foundation
import Testing

@testable import DPoPClient

@Suite struct FileCrashTests {
    @Test("a crash at any step of a write leaves the record from before or the new one")
    func everyMoment() async throws {
        let folder = try TestFolder()
        let key = try SigningKey.generate(.es256)
        let before = try SessionRecord.bound(key, access: "before")
        let after = try SessionRecord.bound(key, access: "after")
        try await FileSessionStore(path: folder.file).update { _ in before }
        // What a killed process leaves is what the folder holds at that moment.
        let copies = try TestFolder()
        let store = FileSessionStore(path: folder.file) { step throws(DPoPClientError) in
            try? FileManager.default.copyItem(atPath: folder.path, toPath: "\(copies.path)/\(step)")
        }
        try await store.update { _ in after }
        for step in WriteStep.allCases {
            let left = FileSessionStore(path: "\(copies.path)/\(step)/session")
            let isAfter = step == .renamed || step == .folderSynced
            #expect(isSame(try await left.load(), isAfter ? after : before), "\(step)")
            let names = try FileManager.default.contentsOfDirectory(atPath: "\(copies.path)/\(step)")
            #expect(names.count == (isAfter ? 2 : 3), "\(step)")
            // The next writer goes on, and clears up.
            try await left.update { $0 }
            #expect(isSame(try await left.load(), isAfter ? after : before))
            #expect(try FileManager.default.contentsOfDirectory(atPath: "\(copies.path)/\(step)").count == 2, "\(step)")
        }
    }

    @Test(
        "a failure at any step leaves the record from before or the new one, and no other file",
        arguments: WriteStep.allCases)
    func failure(_ step: WriteStep) async throws {
        let folder = try TestFolder()
        let key = try SigningKey.generate(.es256)
        let before = try SessionRecord.bound(key, access: "before")
        let after = try SessionRecord.bound(key, access: "after")
        try await FileSessionStore(path: folder.file).update { _ in before }
        let store = FileSessionStore(path: folder.file) { reached throws(DPoPClientError) in
            if reached == step { throw DPoPClientError(.storeNotWritten, "for the test") }
        }
        await refuses(.storeNotWritten) { try await store.update { _ in after } }
        let isAfter = step == .renamed || step == .folderSynced
        #expect(isSame(try await store.load(), isAfter ? after : before))
        #expect(folder.names == ["session", "session.lock"])
    }

    @Test("a disk that is full leaves the record from before")
    func full() async throws {
        let folder = try TestFolder()
        let key = try SigningKey.generate(.es256)
        let record = try SessionRecord.bound(key)
        let store = FileSessionStore(path: folder.file)
        try await store.update { _ in record }
        // As large as no file may be.
        let large = try SessionRecord.bound(key, scope: [String(repeating: "s", count: RecordFile.maximumSize)])
        await refuses(.storeNotWritten) { try await store.update { _ in large } }
        #expect(isSame(try await store.load(), record))
        #expect(folder.names == ["session", "session.lock"])
    }

    @Test("other files in the folder are left alone")
    func others() async throws {
        let folder = try TestFolder()
        let record = try SessionRecord.bound(try SigningKey.generate(.es256))
        let left = ".session.new-0123456789abcdefghijkl"
        let kept = [".session.new-0123456789abcdefghijk", ".session2.new-0123456789abcdefghijkl", "session.new"]
        for name in kept + [left] { try folder.put([], as: folder.path + "/" + name) }
        try await FileSessionStore(path: folder.file).update { _ in record }
        #expect(folder.names == (kept + ["session", "session.lock"]).sorted())
    }

    @Test("a process that is killed while it writes leaves a whole record")
    func killed() async throws {
        // The child is given nothing; it finds its folder by its parent.
        let folder = CrashFolder.of(getpid())
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let key = try SigningKey.generate(.es256)
        let store = FileSessionStore(path: folder + "/session")
        try await store.update { _ in try SessionRecord.bound(key, access: "written-0") }
        for round in 0..<6 {
            // Each time after another number of steps.
            try Data("\(3 + round * 5)".utf8).write(to: URL(fileURLWithPath: folder + "/steps"))
            await #expect(processExitsWith: .signal(SIGKILL)) {
                let folder = CrashFolder.of(getppid())
                let text = String(
                    decoding: try Data(contentsOf: URL(fileURLWithPath: folder + "/steps")), as: UTF8.self)
                let left = Locked(try #require(Int(text)))
                let store = FileSessionStore(path: folder + "/session") { _ throws(DPoPClientError) in
                    let isLast = left.withLock { left -> Bool in
                        left -= 1
                        return left == 0
                    }
                    if isLast { kill(getpid(), SIGKILL) }
                }
                for index in 1..<1_000 {
                    try await store.update { stored in
                        guard case .held(let key)? = stored?.current.key else { exit(3) }
                        return try SessionRecord.bound(key, access: "written-\(index)")
                    }
                }
            }
            let stored = try #require(try await store.load())
            #expect(stored.current.jkt == key.publicJWK.thumbprint)
            #expect(stored.access?.hasPrefix("written-") == true)
        }
        // The lock went with the process.
        try await store.update { $0 }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        #expect(names.sorted() == ["session", "session.lock", "steps"])
    }
}

enum CrashFolder {
    static func of(_ process: Int32) -> String { NSTemporaryDirectory() + "/dpop-crash-\(process)" }
}

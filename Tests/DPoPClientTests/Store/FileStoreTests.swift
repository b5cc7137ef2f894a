import DPoPCore
import Foundation
import Testing

@testable import DPoPClient

@Suite struct FileStoreTests {
    /// Every byte in a long run, else those of a prime distance.
    private static let step = ClientKit.scale > 1 ? 1 : 7

    @Test(
        "a record is read as it was written, of every kind of key, in a file of its owner's",
        arguments: SigningAlgorithm.allCases)
    func roundTrip(_ algorithm: SigningAlgorithm) async throws {
        let folder = try TestFolder()
        let key = try SigningKey.generate(algorithm, rsaBits: 2048)
        let record = try SessionRecord.bound(key, scope: ["orders:read", "\u{1F511}\"\\\n"])
        #expect(try await FileSessionStore(path: folder.file).load() == nil)
        try await FileSessionStore(path: folder.file).update { stored in
            #expect(stored == nil)
            return record
        }
        #expect(isSame(try await FileSessionStore(path: folder.file).load(), record))
        #expect(try folder.mode(of: folder.file) == 0o600)
        #expect(try folder.mode(of: folder.file + ".lock") == 0o600)
        #expect(folder.names == ["session", "session.lock"])
    }

    @Test("a record with everything, and one with a thumbprint alone")
    func shapes() async throws {
        let folder = try TestFolder()
        let keys = try (0..<3).map { _ in try SigningKey.generate(.ed25519) }
        let jkts = keys.map(\.publicJWK.thumbprint)
        let bearer = AccessCredential.bearer(BearerToken(accessToken: "bearer", expiresAt: nil))
        let full = try SessionRecord(
            current: .init(
                key: .held(keys[0]),
                tokens: .init(
                    credential: bearer, refreshToken: RefreshToken(text: "r", jkt: jkts[1]), scope: [],
                    obtainedAt: UnixTime(seconds: -1))),
            others: [
                .init(key: .held(keys[1]), tokens: SessionRecord.tokens(jkts[1], "old", 1, nil)),
                .init(key: .elsewhere(jkts[2]), tokens: SessionRecord.tokens(jkts[2], "older", nil, "r")),
                .init(key: .held(try SigningKey.generate(.es384)), tokens: nil),
            ])
        let bare = try SessionRecord(key: .elsewhere(jkts[0]))
        let named = try SessionRecord(
            key: .held(keys[0]), identity: .init(issuer: "https://as.example.com/\"é", clientID: ""))
        let store = FileSessionStore(path: folder.file)
        for record in [full, named, bare] {
            try await store.update { _ in record }
            #expect(isSame(try await FileSessionStore(path: folder.file).load(), record))
        }
        // Nothing is written where nothing is given, and nothing where the change fails.
        try await store.update { _ in nil }
        await #expect(throws: CancellationError.self) { try await store.update { _ in throw CancellationError() } }
        #expect(isSame(try await store.load(), bare))
        // What could not be read is not written.
        var twice = bare
        twice.others = [bare.current]
        let refused = twice
        await refuses(.storeNotWritten) { try await store.update { _ in refused } }
        #expect(isSame(try await store.load(), bare))
        #expect(throws: DPoPClientError.self) {
            try SessionRecord(
                current: .init(key: .elsewhere(jkts[0]), tokens: SessionRecord.tokens(jkts[1], "t", nil, nil)),
                others: [])
        }
    }

    @Test("with a passphrase the key is encrypted, and without it the file is unreadable and never empty")
    func passphrase() async throws {
        let folder = try TestFolder()
        let record = try SessionRecord.bound(try SigningKey.generate(.es256))
        try await FileSessionStore(path: folder.file, passphrase: "correct horse").update { _ in record }
        let text = String(decoding: try folder.bytes(folder.file), as: UTF8.self)
        #expect(text.contains("BEGIN ENCRYPTED PRIVATE KEY") && !text.contains("BEGIN PRIVATE KEY"))
        let store = FileSessionStore(path: folder.file, passphrase: "correct horse")
        #expect(isSame(try await store.load(), record))
        for wrong in [nil, "wrong", ""] {
            await refuses(.storeUnreadable) {
                _ = try await FileSessionStore(path: folder.file, passphrase: wrong).load()
            }
        }
        // One that is not encrypted yet is, when it is written next.
        try await FileSessionStore(path: folder.file + "2").update { _ in record }
        let other = FileSessionStore(path: folder.file + "2", passphrase: "p")
        try await other.update { $0 }
        #expect(String(decoding: try folder.bytes(folder.file + "2"), as: UTF8.self).contains("ENCRYPTED"))
        #expect(isSame(try await other.load(), record))
        await refuses(.storeNotWritten) {
            try await FileSessionStore(path: folder.file + "3", passphrase: "").update { _ in record }
        }
        #expect(!folder.names.contains("session3"))
    }

    @Test("a file that is cut anywhere, or longer, is unreadable")
    func truncated() async throws {
        let folder = try TestFolder()
        let record = try SessionRecord.bound(try SigningKey.generate(.ed25519))
        let store = FileSessionStore(path: folder.file)
        try await store.update { _ in record }
        let bytes = try folder.bytes(folder.file)
        for length in stride(from: 0, to: bytes.count, by: Self.step) {
            try folder.put(bytes[..<length], as: folder.file)
            await refuses(.storeUnreadable, "\(length) bytes") { _ = try await store.load() }
        }
        try folder.put(bytes + [0x0A], as: folder.file)
        await refuses(.storeUnreadable) { _ = try await store.load() }
        try folder.put(bytes, as: folder.file)
        #expect(isSame(try await store.load(), record))
    }

    @Test("a file with any byte changed is unreadable, or the same record")
    func changed() async throws {
        let folder = try TestFolder()
        let keys = try (0..<2).map { _ in try SigningKey.generate(.ed25519) }
        var record = try SessionRecord.bound(keys[0])
        record.others = [
            .init(key: .held(keys[1]), tokens: SessionRecord.tokens(keys[1].publicJWK.thumbprint, "o", 5, nil))
        ]
        let store = FileSessionStore(path: folder.file)
        let written = record
        try await store.update { _ in written }
        let bytes = try folder.bytes(folder.file)
        var same = 0
        for index in stride(from: 0, to: bytes.count, by: Self.step) {
            var changed = bytes
            changed[index] ^= [0x01, 0x20, 0x80][index % 3]
            try folder.put(changed, as: folder.file)
            do {
                #expect(isSame(try await store.load(), record), "byte \(index)")
                same += 1
            } catch {
                #expect((error as? DPoPClientError)?.code == .storeUnreadable, "byte \(index)")
            }
        }
        // The ends of lines of the PEM blocks at most.
        #expect(same < 12)
    }

    @Test(
        "a JSON part of another shape is unreadable",
        arguments: [
            "{}", "[]", "", "{\"current\":null,\"others\":[]}", "{\"current\":{\"jkt\":\"J\"}}",
            "{\"current\":{\"jkt\":\"J\"},\"others\":[],\"more\":1}",
            "{\"current\":{\"jkt\":\"J\",\"more\":1},\"others\":[]}",
            "{\"current\":{\"jkt\":\"J\"},\"identity\":null,\"others\":[]}",
            "{\"current\":{\"jkt\":\"J\"},\"identity\":{\"client\":\"c\"},\"others\":[]}",
            "{\"current\":{\"jkt\":\"J\"},\"identity\":{\"client\":\"c\",\"issuer\":1},\"others\":[]}",
            "{\"current\":{\"jkt\":\"J\"},\"identity\":{\"client\":\"c\",\"issuer\":\"i\",\"more\":1},\"others\":[]}",
            "{\"current\":{\"jkt\":\"AAAA\"},\"others\":[]}",
            "{\"current\":{\"jkt\":\"J\"},\"others\":[{\"jkt\":\"J\"}]}",
            "{\"current\":{\"jkt\":\"J\"},\"others\":[],\"others\":[]}",
            "{\"current\":{\"jkt\":\"J\",\"key\":{\"alg\":\"none\",\"offset\":81,\"length\":0}},\"others\":[]}",
            "{\"current\":{\"jkt\":\"J\",\"key\":{\"alg\":\"ES256\",\"offset\":81,\"length\":0}},\"others\":[]}",
            "{\"current\":{\"jkt\":\"J\",\"key\":{\"alg\":\"ES256\",\"offset\":-1,\"length\":9223372036854775807}},\"others\":[]}",
            "{\"current\":{\"jkt\":\"J\",\"tokens\":{}},\"others\":[]}",
            "{\"current\":{\"jkt\":\"J\",\"tokens\":{\"access\":\"a\",\"type\":\"DPoP\"}},\"others\":[]}",
            "{\"current\":{\"jkt\":\"J\",\"tokens\":{\"access\":\"a\",\"type\":\"MAC\",\"obtained\":1}},\"others\":[]}",
            "{\"current\":{\"jkt\":\"J\",\"tokens\":{\"access\":\"a\\r\\n\",\"type\":\"DPoP\",\"obtained\":1}},\"others\":[]}",
            "{\"current\":{\"jkt\":\"J\",\"tokens\":{\"access\":\"a\",\"type\":\"DPoP\",\"obtained\":1.5}},\"others\":[]}",
            "{\"current\":{\"jkt\":\"J\",\"tokens\":{\"access\":\"a\",\"type\":\"DPoP\",\"obtained\":1,\"scope\":[1]}},\"others\":[]}",
            "{\"current\":{\"jkt\":\"J\",\"tokens\":{\"access\":\"a\",\"type\":\"DPoP\",\"obtained\":1,\"refresh\":{\"token\":\"r\"}}},\"others\":[]}",
        ])
    func shape(_ text: String) async throws {
        let folder = try TestFolder()
        let jkt = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"
        let store = FileSessionStore(path: folder.file)
        func put(_ text: String) throws {
            let json = Array(text.replacingOccurrences(of: "\"J\"", with: "\"\(jkt)\"").utf8)
            let length = String(json.count)
            let head = "dpop-session-1 0000000081 " + String(repeating: "0", count: 10 - length.count) + length
            try folder.put(Array("\(head) \(Thumbprint(sha256Of: json).jkt)\n".utf8) + json, as: folder.file)
        }
        try put(text)
        await refuses(.storeUnreadable) { _ = try await store.load() }
        try put(
            "{\"current\":{\"jkt\":\"J\",\"tokens\":{\"access\":\"a\",\"type\":\"DPoP\",\"obtained\":1}},\"others\":[]}"
        )
        #expect(try await store.load()?.access == "a")
    }

    @Test("a file that others may use, a link, a pipe, a folder or another user's is unreadable, and is not replaced")
    func notPrivate() async throws {
        let folder = try TestFolder()
        let record = try SessionRecord.bound(try SigningKey.generate(.es256))
        let store = FileSessionStore(path: folder.file)
        try await store.update { _ in record }
        func isRefused(_ what: String) async {
            await refuses(.storeUnreadable, "\(what)") { _ = try await store.load() }
            await refuses(.storeUnreadable, "\(what)") {
                try await store.update { _ in
                    Issue.record("\(what): the change is not to be made")
                    return record
                }
            }
        }
        for mode in [0o640, 0o604, 0o620, 0o602, 0o610, 0o601, 0o644, 0o666] {
            try folder.setMode(mode, of: folder.file)
            await isRefused("mode \(mode)")
        }
        try folder.setMode(0o600, of: folder.file)
        #expect(isSame(try await store.load(), record))
        if geteuid() == 0 {
            #expect(chown(folder.file, 4_711, 0) == 0)
            await isRefused("another user's")
            #expect(chown(folder.file, 0, 0) == 0)
        } else {
            print("the test of another user's file runs as root alone")
        }
        try FileManager.default.moveItem(atPath: folder.file, toPath: folder.file + ".real")
        try FileManager.default.createSymbolicLink(atPath: folder.file, withDestinationPath: folder.file + ".real")
        await isRefused("a link")
        try FileManager.default.removeItem(atPath: folder.file)
        try FileManager.default.createSymbolicLink(atPath: folder.file, withDestinationPath: folder.file + ".none")
        await isRefused("a link to nothing")
        try FileManager.default.removeItem(atPath: folder.file)
        #expect(mkfifo(folder.file, 0o600) == 0)
        await isRefused("a pipe")
        try FileManager.default.removeItem(atPath: folder.file)
        try FileManager.default.createDirectory(atPath: folder.file, withIntermediateDirectories: false)
        await isRefused("a folder")
        try FileManager.default.removeItem(atPath: folder.file)
        try FileManager.default.moveItem(atPath: folder.file + ".real", toPath: folder.file)
        #expect(isSame(try await store.load(), record))
        try folder.setMode(0o644, of: folder.file + ".lock")
        await refuses(.storeUnreadable) { try await store.update { _ in record } }
    }

    @Test(
        "a folder that is not there, and a path of no file, are errors and no empty store",
        arguments: [
            "/missing/session", "/", "/.", "/..", "/a\0b",
        ])
    func noPlace(_ tail: String) async throws {
        let folder = try TestFolder()
        await refuses(.storeUnreadable) { _ = try await FileSessionStore(path: folder.path + tail).load() }
        await refuses(.storeUnreadable) { _ = try await FileSessionStore(path: "").load() }
        #expect(try await FileSessionStore(path: folder.path + "/..session").load() == nil)
    }

    @Test("neither records nor stores show a token")
    func descriptions() throws {
        let record = try SessionRecord.bound(try SigningKey.generate(.es256), access: "secret-a", refresh: "secret-r")
        let source = TokenSource(store: MemorySessionStore(record)) { _, _ in throw CancellationError() }
        for value: Any in [record, record.current, record.current.tokens as Any, source] {
            var text = "\(value) \(String(reflecting: value))"
            dump(value, to: &text)
            #expect(!text.contains("secret"))
        }
    }
}

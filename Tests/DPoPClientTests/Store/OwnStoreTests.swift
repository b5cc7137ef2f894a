import DPoPClient
import DPoPCore
import Foundation
import Testing

/// A store of a user's own, by the public parts alone: a record as bytes.
private actor Vault: SessionStore {
    private var bytes: Data?

    func load() async throws -> SessionRecord? { try bytes.map { try Vault.record($0) } }

    func update(_ change: @Sendable (SessionRecord?) async throws -> SessionRecord?) async throws {
        if let changed = try await change(try await load()) { bytes = try Vault.bytes(changed) }
    }

    private static func bytes(_ record: SessionRecord) throws -> Data {
        try withFile { file in
            try record.write(to: file.fileDescriptor, passphrase: "vault")
            try file.seek(toOffset: 0)
            return try file.readToEnd() ?? Data()
        }
    }

    private static func record(_ bytes: Data) throws -> SessionRecord {
        try withFile { file in
            try file.write(contentsOf: bytes)
            return try SessionRecord(from: file.fileDescriptor, passphrase: "vault")
        }
    }
}

private func withFile<Value>(_ body: (FileHandle) throws -> Value) throws -> Value {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("dpop-\(UUID().uuidString)")
    let isMade = FileManager.default.createFile(
        atPath: url.path, contents: nil, attributes: [.posixPermissions: 0o600])
    try #require(isMade)
    defer { try? FileManager.default.removeItem(at: url) }
    return try body(try FileHandle(forUpdating: url))
}

@Suite struct OwnStoreTests {
    @Test("a store of one's own keeps a key with the public parts alone, and a source comes back to it")
    func vault() async throws {
        let vault = Vault()
        func source() -> TokenSource {
            TokenSource(store: vault) { _, _ in throw CancellationError() }
        }
        let jkt = try await source().jkt()
        #expect(try await source().jkt() == jkt)
    }

    @Test("a record is written to an empty private file alone, and read from a whole one alone")
    func refusals() throws {
        let key = try SigningKey.generate(.es256)
        let record = try SessionRecord(key: .held(key))
        try withFile { file in
            try record.write(to: file.fileDescriptor)
            #expect(try SessionRecord(from: file.fileDescriptor).current.jkt == key.publicJWK.thumbprint)
            #expect(throws: DPoPClientError.self) { try record.write(to: file.fileDescriptor) }
            try file.truncate(atOffset: 100)
            #expect(throws: DPoPClientError.self) { try SessionRecord(from: file.fileDescriptor) }
        }
        try withFile { file in
            #expect(fchmod(file.fileDescriptor, 0o640) == 0)
            #expect(throws: DPoPClientError.self) { try record.write(to: file.fileDescriptor) }
            #expect(fchmod(file.fileDescriptor, 0o600) == 0)
            #expect(throws: Never.self) { try record.write(to: file.fileDescriptor) }
        }
        #expect(throws: DPoPClientError.self) { try record.write(to: -1) }
        #expect(throws: DPoPClientError.self) { try SessionRecord(from: -1) }
    }
}

import DPoPCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Keeps a session in a file, for one process after the other and for several at a time. What holds it: nobody but its owner
/// may read or write it (mode 0600), and its folder should be so too. One file is for one client at one authorization
/// server; another scope takes effect with the next new grant.
///
/// A crash at any moment leaves the record from before or the new one: the record is written beside the file, written
/// down to the disk, and then takes its name. Who changes it holds the lock of a file beside it with the same name and
/// `.lock`, which is never removed; a lock ends with its process. The file system must have `flock` for all who share
/// the file, as local ones do.
///
/// The private key is in the file as PKCS#8 PEM, and its text never in Swift's memory. With a passphrase it is encrypted;
/// the tokens are not, and a bound one is of no use without the key. A file of an unencrypted key is read with a
/// passphrase too, and encrypted when it is written next. Deriving a key from the passphrase takes some tenths of a
/// second for each write and the first reading; a key that this store has read is not read again.
public final class FileSessionStore: SessionStore {
    private let folder: String
    private let name: String
    private let passphrase: String?
    let patience: Duration
    private let turns = Turns()
    private let known = Locked<[Thumbprint: SigningKey]>([:])

    /// Called in the course of writing, for tests; what it throws ends it there.
    let onStep: @Sendable (WriteStep) throws(DPoPClientError) -> Void

    /// - Parameters:
    ///   - path: the file, in a folder that exists. It need not be there yet.
    ///   - passphrase: for its keys; nil leaves them unencrypted. An empty one is refused when it is needed.
    ///   - patience: how long a change waits for others' to end, a day at most. Default: 30 s.
    public convenience init(path: String, passphrase: String? = nil, patience: Duration = .seconds(30)) {
        self.init(path: path, passphrase: passphrase, patience: patience) { _ throws(DPoPClientError) in }
    }

    init(
        path: String, passphrase: String? = nil, patience: Duration = .seconds(30),
        onStep: @escaping @Sendable (WriteStep) throws(DPoPClientError) -> Void
    ) {
        let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        name = slash.map { String(path[path.utf8.index(after: $0)...]) } ?? path
        self.passphrase = passphrase
        // A sleep until the end of time overflows.
        self.patience = min(patience, .seconds(86_400))
        self.onStep = onStep
    }

    /// The record. Throws `storeUnreadable` for a file that is not exactly as it was written, that others can read or
    /// write, that is another user's, a link or no regular file, and where the folder is not there.
    public func load() async throws -> SessionRecord? {
        try await BlockingWork.run { () throws(DPoPClientError) in try self.read(try self.openFolder()) }
    }

    /// Throws as ``load()``; `storeBusy` after the patience; `storeNotWritten`; `keyUnavailable` if libcrypto has no random
    /// numbers.
    public func update(_ change: @Sendable (SessionRecord?) async throws -> SessionRecord?) async throws {
        let start = ContinuousClock.now
        try await turns.take(patience: patience)
        defer { turns.pass() }
        let lock = try await FileLock.take(name + ".lock", until: start + patience) {
            () throws(DPoPClientError) in try self.openFolder()
        }
        defer { withExtendedLifetime(lock) {} }
        let stored = try await load()
        if let changed = try await change(stored) {
            try await BlockingWork.run { () throws(DPoPClientError) in try self.write(changed) }
        }
    }

    // MARK: Steps

    private func openFolder() throws(DPoPClientError) -> OpenFile {
        // A byte 0 would end the name for the system; the others name no file of the folder's.
        guard !name.isEmpty, name != ".", name != "..", !(folder + name).utf8.contains(0) else {
            throw DPoPClientError(.storeUnreadable, "the path of the session's file is none of a file")
        }
        do { return try OpenFile.folder(folder) } catch {
            throw DPoPClientError(
                .storeUnreadable, "the folder of the session's file could not be opened", underlying: error)
        }
    }

    private func read(_ folder: borrowing OpenFile) throws(DPoPClientError) -> SessionRecord? {
        guard let file = try openFile(folder) else { return nil }
        let known = passphrase == nil ? [:] : known.withLock { $0 }
        let record = try RecordFile.read(file, passphrase: passphrase, known: known)
        remember(record)
        return record
    }

    /// Nil where there certainly is none.
    private func openFile(_ folder: borrowing OpenFile) throws(DPoPClientError) -> OpenFile? {
        do { return try folder.reading(name) } catch {
            if error.isAbsence { return nil }
            throw DPoPClientError(.storeUnreadable, "the session's file could not be opened", underlying: error)
        }
    }

    /// Keys that need not be decrypted again.
    private func remember(_ record: SessionRecord) {
        guard passphrase != nil else { return }
        var keys: [Thumbprint: SigningKey] = [:]
        for entry in [record.current] + record.others {
            if case .held(let key) = entry.key { keys[entry.jkt] = key }
        }
        known.withLock { $0 = keys }
    }

    private func write(_ record: SessionRecord) throws(DPoPClientError) {
        let folder = try openFolder()
        removeLeftovers(folder)
        var isThere = false
        var temporary = temporaryPrefix
        do {
            // 128 bits: nobody can have made a file or a link of that name before.
            temporary += try RandomText.make(octets: 16)
            isThere = true
            let file = try folder.making(temporary)
            try onStep(.made)
            try RecordFile.write(record, to: file, passphrase: passphrase, onStep)
            try file.sync()
            try onStep(.synced)
            try folder.rename(temporary, to: name)
            isThere = false
            try onStep(.renamed)
            try folder.sync()
            try onStep(.folderSynced)
        } catch {
            if isThere { folder.remove(temporary) }
            throw DPoPClientError.of(error, .storeNotWritten, "the session's file could not be written")
        }
        remember(record)
    }

    // MARK: Leftovers

    private var temporaryPrefix: String { ".\(name).new-" }

    /// What writers left that were killed; the lock is held, so nobody writes now.
    private func removeLeftovers(_ folder: borrowing OpenFile) {
        // That they can not be listed does no harm.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: self.folder)) ?? []
        let prefix = temporaryPrefix
        for other in names where other.utf8.starts(with: prefix.utf8) && other.utf8.count == prefix.utf8.count + 22 {
            folder.remove(other)
        }
    }
}

extension FileSessionStore: CustomStringConvertible, CustomReflectable {
    /// Names nothing of the file, and not its passphrase.
    public var description: String { "FileSessionStore" }
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

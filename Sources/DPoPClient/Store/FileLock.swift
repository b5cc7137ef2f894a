import DPoPCore

/// A file's lock, held against other processes and other stores of this one, until this goes or the process ends.
final class FileLock: Sendable {
    private let file: OpenFile

    private init(_ file: consuming OpenFile) { self.file = file }

    /// How long to wait before the first next try, and at most.
    private static let pauses = (first: Duration.milliseconds(2), longest: Duration.milliseconds(40))

    /// Waits for the lock without holding a thread.
    ///
    /// - Parameters:
    ///   - name: the file that has the lock, in the folder that is given. It is made if it is not there.
    ///   - deadline: when to give up.
    ///
    /// Throws `storeBusy` then, `storeUnreadable` for a file that others may use, CancellationError.
    static func take(
        _ name: String, until deadline: ContinuousClock.Instant,
        in folder: @escaping @Sendable () throws(DPoPClientError) -> OpenFile
    ) async throws -> FileLock {
        var pause = pauses.first
        while true {
            try Task.checkCancellation()
            let lock = try await BlockingWork.run { () throws(DPoPClientError) in
                try takeIfFree(name, in: try folder())
            }
            if let lock { return lock }
            guard ContinuousClock.now < deadline else {
                throw DPoPClientError(.storeBusy, "another process uses the session's store for too long")
            }
            try await Task.sleep(for: pause)
            pause = min(pause * 2, pauses.longest)
        }
    }

    private static func takeIfFree(
        _ name: String, in folder: borrowing OpenFile
    ) throws(DPoPClientError) -> FileLock? {
        do {
            let file = try folder.readingOrMaking(name)
            _ = try file.requirePrivate()
            guard try file.lockIfFree() else { return nil }
            // Somebody may have removed or replaced it in between; then others would lock another file.
            let held = try file.status()
            guard let named = try folder.status(of: name), named.inode == held.inode, named.device == held.device
            else { return nil }
            return FileLock(file)
        } catch {
            throw DPoPClientError.of(error, .storeUnreadable, "the lock of the session's file could not be used")
        }
    }
}

import DPoPCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

// What the file store asks of the operating system. Names are relative to a folder that is open, so that nobody can put
// another in its place between two steps.

/// An open file or folder, closed when this goes.
struct OpenFile: ~Copyable, Sendable {
    let descriptor: Int32

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }
}

/// A failed call of the system's.
struct SystemFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// Such as `open`.
    let call: String
    let number: Int32

    /// Of the call that failed last on this thread.
    init(_ call: String) {
        self.call = call
        number = errno
    }

    var isAbsence: Bool { number == ENOENT }

    var description: String {
        // strerror gives a text of the C library's, copied here at once.
        guard let text = unsafe strerror(number) else { return call }
        return unsafe "\(call): \(String(cString: text))"
    }
}

extension OpenFile {
    /// A folder by its path.
    static func folder(_ path: String) throws(SystemFailure) -> OpenFile {
        try of(unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC))
    }

    /// A file in this folder, which is not waited for if it is a pipe and not followed if it is a link.
    func reading(_ name: String) throws(SystemFailure) -> OpenFile {
        try OpenFile.of(unsafe openat(descriptor, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC))
    }

    /// A file in this folder, which is made, readable by its owner alone, if it is not there.
    func readingOrMaking(_ name: String) throws(SystemFailure) -> OpenFile {
        let flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
        return try OpenFile.of(unsafe openat(descriptor, name, flags, 0o600 as mode_t))
    }

    /// A file in this folder that was not there, readable by its owner alone whatever the umask.
    func making(_ name: String) throws(SystemFailure) -> OpenFile {
        let flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        let file = try OpenFile.of(unsafe openat(descriptor, name, flags, 0o600 as mode_t))
        guard fchmod(file.descriptor, 0o600) == 0 else { throw SystemFailure("fchmod") }
        return file
    }

    /// An open file of somebody else's, which stays open when this goes.
    static func sharing(_ descriptor: Int32) throws(SystemFailure) -> OpenFile {
        try OpenFile.of(fcntl(descriptor, F_DUPFD_CLOEXEC, 0))
    }

    private static func of(_ descriptor: Int32) throws(SystemFailure) -> OpenFile {
        guard descriptor >= 0 else { throw SystemFailure("open") }
        return OpenFile(descriptor)
    }

    /// In this folder, and in place of what has the name.
    func rename(_ name: String, to other: String) throws(SystemFailure) {
        guard unsafe renameat(descriptor, name, descriptor, other) == 0 else { throw SystemFailure("rename") }
    }

    /// From this folder, if it is there.
    func remove(_ name: String) { _ = unsafe unlinkat(descriptor, name, 0) }

    /// Writes down to the disk.
    func sync() throws(SystemFailure) {
        #if canImport(Darwin)
            // There fsync leaves it in the disk's own memory. Not every file system has this.
            if fcntl(descriptor, F_FULLFSYNC) == 0 { return }
        #endif
        guard fsync(descriptor) == 0 else { throw SystemFailure("fsync") }
    }

    struct Status {
        let isRegular: Bool
        let isOurs: Bool
        /// Whether a group or others may do anything with it.
        let isOpenToOthers: Bool
        let size: Int
        let device: UInt64
        let inode: UInt64
    }

    func status() throws(SystemFailure) -> Status {
        var status = stat()
        // The pointer is to a local of the right type.
        guard unsafe fstat(descriptor, &status) == 0 else { throw SystemFailure("fstat") }
        return Status(status)
    }

    /// Of what has a name in this folder; nil if nothing has.
    func status(of name: String) throws(SystemFailure) -> Status? {
        var status = stat()
        // The pointer is to a local of the right type.
        guard unsafe fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
            let failure = SystemFailure("fstatat")
            if failure.isAbsence { return nil }
            throw failure
        }
        return Status(status)
    }

    /// Takes the lock of this file for this opening of it, if nobody has it. It ends when this goes.
    func lockIfFree() throws(SystemFailure) -> Bool {
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            let failure = SystemFailure("flock")
            if failure.number == EINTR { continue }
            guard failure.number == EWOULDBLOCK else { throw failure }
            return false
        }
        return true
    }

    // MARK: Bytes

    /// Where the next byte is read or written.
    var position: Int { Int(lseek(descriptor, 0, SEEK_CUR)) }

    func seek(to offset: Int) throws(SystemFailure) {
        guard lseek(descriptor, off_t(offset), SEEK_SET) == off_t(offset) else { throw SystemFailure("lseek") }
    }

    /// As many bytes as there are from here, up to a number.
    func read(upTo count: Int) throws(SystemFailure) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            var received = 0
            let wanted = count - bytes.count
            let chunk = unsafe [UInt8](unsafeUninitializedCapacity: wanted) { buffer, used in
                // Writes at most `wanted` bytes, which the buffer has room for.
                received = unsafe systemRead(descriptor, buffer.baseAddress, wanted)
                used = max(received, 0)
            }
            if received < 0 {
                let failure = SystemFailure("read")
                if failure.number == EINTR { continue }
                throw failure
            }
            if received == 0 { break }
            bytes.append(contentsOf: chunk)
        }
        return bytes
    }

    /// Writes all bytes from here.
    func write(_ bytes: [UInt8]) throws(SystemFailure) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = unsafe rest.withUnsafeBytes { rest in
                // The buffer is as long as it says.
                unsafe systemWrite(descriptor, rest.baseAddress, rest.count)
            }
            if written < 0 {
                let failure = SystemFailure("write")
                if failure.number == EINTR { continue }
                throw failure
            }
            rest = rest.dropFirst(written)
        }
    }
}

extension OpenFile.Status {
    fileprivate init(_ status: stat) {
        isRegular = status.st_mode & S_IFMT == S_IFREG
        isOurs = status.st_uid == geteuid()
        isOpenToOthers = status.st_mode & 0o077 != 0
        size = Int(status.st_size)
        // Signed on some systems; only compared.
        device = UInt64(truncatingIfNeeded: status.st_dev)
        inode = UInt64(truncatingIfNeeded: status.st_ino)
    }
}

// Inside the methods of the same names the C functions are hidden.
private func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    unsafe read(descriptor, buffer, count)
}

private func systemWrite(_ descriptor: Int32, _ buffer: UnsafeRawPointer?, _ count: Int) -> Int {
    unsafe write(descriptor, buffer, count)
}

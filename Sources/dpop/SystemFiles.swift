#if canImport(Glibc)
    // To the compiler the members of stat are of the module where it met them first, which depends on what other files
    // it reads along with this one.
    import CDispatch
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

// The only file that speaks to the operating system, beside PrivateFile.swift.

let standardInput: Int32 = 0

func exitProcess(_ status: Int32) -> Never { exit(status) }

func ignoreFileSizeSignal() { _ = signal(SIGXFSZ, SIG_IGN) }

/// What the last failed call said, such as "No such file or directory".
func systemError() -> String {
    // strerror gives a text of the C library's, copied here at once.
    guard let text = unsafe strerror(errno) else { return "input or output error" }
    return unsafe String(cString: text)
}

/// Opens a file for reading and closes it afterwards; "-" is standard input, which stays open.
///
/// - Parameters:
///   - option: how messages name the file beside its name, such as `--key`.
///   - isSecret: whether the file holds a secret. A message then does not repeat a name that opens nothing: it may be
///     the secret itself, given where its file belongs.
func withInput<Value>(_ path: String, option: String, isSecret: Bool = false, _ body: (Int32) throws -> Value) throws
    -> Value
{
    if path == "-" { return try body(standardInput) }
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
        throw Failure("\(option)\(isSecret ? "" : " " + shownName(path)): \(systemError()); expected a file to read")
    }
    defer { close(descriptor) }
    return try body(descriptor)
}

/// Refuses what is not a file or a pipe: a directory, or a device that may never end.
func requireFileOrPipe(_ descriptor: Int32, largest: Int, path: String, option: String) throws {
    guard path != "-" else { return }
    var status = stat()
    // The pointer is to a local of the right type.
    guard unsafe fstat(descriptor, &status) == 0 else {
        throw Failure("\(option) \(shownName(path)): \(systemError())")
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG:
        guard status.st_size <= largest else {
            throw Failure("\(option) \(shownName(path)): larger than \(largest) bytes")
        }
    case S_IFIFO, S_IFSOCK: break
    case S_IFDIR: throw Failure("\(option) \(shownName(path)): is a directory; expected a file to read")
    default: throw Failure("\(option) \(shownName(path)): is not a regular file")
    }
}

/// Reads at most `count` bytes onto the end of `bytes`; the number that was read, 0 at the end of the file.
func readChunk(_ descriptor: Int32, into bytes: inout [UInt8], upTo count: Int, name: String) throws -> Int {
    while true {
        var received = 0
        var isInterrupted = false
        var trouble: String?
        let chunk = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, used in
            // Writes at most `count` bytes, which the buffer has room for.
            received = unsafe read(descriptor, buffer.baseAddress, count)
            if received < 0 {
                isInterrupted = errno == EINTR
                trouble = systemError()
            }
            used = max(received, 0)
        }
        if isInterrupted { continue }
        if let trouble { throw Failure("\(name): \(trouble); expected a file to read") }
        bytes.append(contentsOf: chunk)
        return received
    }
}

/// Writes all bytes.
func writeAll(_ bytes: borrowing Span<UInt8>, to descriptor: Int32) -> Result<Void, WriteTrouble> {
    unsafe bytes.withUnsafeBytes { bytes in
        var offset = 0
        while offset < bytes.count {
            // Within the buffer: offset is below its count.
            let written = unsafe write(descriptor, bytes.baseAddress?.advanced(by: offset), bytes.count - offset)
            if written < 0 {
                if errno == EINTR { continue }
                return .failure(errno == EPIPE ? .brokenPipe : .other(systemError()))
            }
            offset += written
        }
        return .success(())
    }
}

enum WriteTrouble: Error {
    case brokenPipe
    case other(String)
}

func writeToStandardOutput(_ text: String) throws {
    try writeToStandardOutput(text.utf8.span)
}

func writeToStandardOutput(_ bytes: borrowing Span<UInt8>) throws {
    switch writeAll(bytes, to: 1) {
    case .success: return
    case .failure(.brokenPipe): throw BrokenPipe()
    case .failure(.other(let trouble)): throw Failure("standard output: \(trouble)")
    }
}

func writeToStandardError(_ text: String) {
    // There is nowhere left to report a failure to.
    _ = writeAll(text.utf8.span, to: 2)
}

#if Hummingbird
    /// Opens a regular file to write at its end, and makes it, readable by its owner alone, if it is not there.
    func openToAppend(_ path: String, option: String) throws -> Int32 {
        // Not blocking, so that a pipe without a reader is refused and not waited for.
        let flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK
        let descriptor = unsafe open(path, flags, 0o600 as mode_t)
        guard descriptor >= 0 else {
            throw Failure("\(option) \(path): \(systemError()); expected a file to append to")
        }
        var status = stat()
        // The pointer is to a local of the right type.
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw Failure("\(option) \(path): is not a regular file")
        }
        return descriptor
    }

    /// Writes all bytes; what went wrong, or nil.
    func append(_ bytes: borrowing Span<UInt8>, to descriptor: Int32) -> String? {
        switch writeAll(bytes, to: descriptor) {
        case .success: nil
        case .failure(.brokenPipe): "broken pipe"
        case .failure(.other(let trouble)): trouble
        }
    }

    func closeFile(_ descriptor: Int32) { close(descriptor) }

    let addressInUse = EADDRINUSE
    let accessDenied = EACCES
#endif

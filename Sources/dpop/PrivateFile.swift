#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Makes a file that was not there before, readable by its owner alone whatever the umask, and writes it down to the
/// disk. If that fails no file is left, and where the system can make files without a name, none either if this program
/// is killed.
///
/// - Parameter what: how messages name what the file holds.
func createPrivateFile(_ path: String, _ bytes: borrowing Span<UInt8>, keeping what: String) -> Failure? {
    let exists = takenName(path, keeping: what)
    let mode: mode_t = 0o600
    var isNamed = false
    var descriptor = openNameless(besides: path, mode)
    if descriptor < 0 {
        descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
        isNamed = true
    }
    guard descriptor >= 0 else {
        return errno == EEXIST
            ? exists
            : unusableFolder(path)
    }
    var trouble: String?
    if fchmod(descriptor, mode) != 0 {
        trouble = systemError()
    } else if case .failure(let error) = writeAll(bytes, to: descriptor) {
        if case .other(let text) = error { trouble = text } else { trouble = "broken pipe" }
    } else if fsync(descriptor) != 0 {
        trouble = systemError()
    }
    if trouble == nil, !isNamed, !giveName(path, to: descriptor) {
        guard errno != EEXIST else {
            close(descriptor)
            return exists
        }
        trouble = systemError()
    }
    if close(descriptor) != 0, trouble == nil { trouble = systemError() }
    guard let trouble else { return nil }
    if isNamed { unsafe unlink(path) }
    return Failure("--out \(shownName(path)): \(trouble); no \(what) was kept")
}

/// Why ``createPrivateFile(_:_:keeping:)`` would make no file of that name, as far as that can be told before; nil if it
/// can be tried.
func refuseTakenName(_ path: String, keeping what: String) -> Failure? {
    // A link to nothing is a name that is taken, too.
    if unsafe faccessat(AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0 { return takenName(path, keeping: what) }
    guard unsafe access(folder(of: path), W_OK | X_OK) == 0 else { return unusableFolder(path) }
    return nil
}

private func takenName(_ path: String, keeping what: String) -> Failure {
    Failure("--out \(shownName(path)): exists already; expected a new name, for a \(what) is never overwritten")
}

/// Of the call that has just failed.
private func unusableFolder(_ path: String) -> Failure {
    Failure("--out \(shownName(path)): \(systemError()); expected a new name in a folder that can be written")
}

private func folder(of path: String) -> String { path.lastIndex(of: "/").map { String(path[...$0]) } ?? "." }

/// Opens a file that has no name yet, in the folder that the path names; negative where the system has none such.
private func openNameless(besides path: String, _ mode: mode_t) -> Int32 {
    #if os(Linux)
        // Without a name in /proc it could not get one later.
        guard unsafe access("/proc/self/fd", X_OK) == 0 else { return -1 }
        // O_TMPFILE, whose definition the importer does not read.
        let nameless: Int32 = 0o20000000 | O_DIRECTORY
        return unsafe open(folder(of: path), O_WRONLY | nameless | O_CLOEXEC, mode)
    #else
        return -1
    #endif
}

/// Gives a nameless file a name that is not taken; false if that failed.
private func giveName(_ path: String, to descriptor: Int32) -> Bool {
    #if os(Linux)
        return unsafe linkat(AT_FDCWD, "/proc/self/fd/\(descriptor)", AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0
    #else
        return false
    #endif
}

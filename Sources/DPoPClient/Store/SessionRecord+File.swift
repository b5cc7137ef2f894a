// For stores of one's own: over a vault, a keychain, a database. The keys' text passes through a file and libcrypto, never
// through Swift's memory; on Linux the file may be in memory alone (`memfd_create`).

extension SessionRecord {
    /// Writes the record, in the form that ``FileSessionStore`` has, to an open file, which stays open.
    ///
    /// - Parameters:
    ///   - descriptor: of a regular file that is empty, and that nobody but its owner may use.
    ///   - passphrase: encrypts the keys; nil does not. The tokens are not encrypted.
    ///
    /// Throws `storeNotWritten`; what was written until then is the caller's to remove.
    public func write(to descriptor: Int32, passphrase: String? = nil) throws(DPoPClientError) {
        do {
            let file = try OpenFile.sharing(descriptor)
            guard try file.requirePrivate() == 0 else {
                throw DPoPClientError(.storeNotWritten, "the file to write a session to is not empty")
            }
            try RecordFile.write(self, to: file, passphrase: passphrase) { _ in }
        } catch {
            throw DPoPClientError.of(error, .storeNotWritten, "the session could not be written")
        }
    }

    /// Reads what ``write(to:passphrase:)`` wrote, from an open file, which stays open.
    ///
    /// - Parameters:
    ///   - descriptor: of a regular file that nobody but its owner may use. It is read from its start.
    ///   - passphrase: of encrypted keys.
    ///
    /// Throws `storeUnreadable` for what is not exactly as it was written.
    public init(from descriptor: Int32, passphrase: String? = nil) throws(DPoPClientError) {
        do {
            self = try RecordFile.read(try OpenFile.sharing(descriptor), passphrase: passphrase, known: [:])
        } catch {
            throw DPoPClientError.of(error, .storeUnreadable, "the session could not be read")
        }
    }
}

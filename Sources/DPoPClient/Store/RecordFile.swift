import DPoPCore

/// The form of a session's file:
///
///     dpop-session-1 OFFSET LENGTH DIGEST⏎      81 bytes: ten digits each for where the JSON part is; its SHA-256
///     -----BEGIN PRIVATE KEY-----               the keys as PKCS#8 PEM, one behind the other; none for keys that are
///     …                                         held elsewhere
///     {"current":…,"others":[…]}                see RecordText; it ends with the file
///
/// Nothing lies between the parts. The digest finds a changed byte of the JSON part, and each key is compared with the
/// thumbprint that it has there; keys are read and written by libcrypto alone, at their places in the open file, so that
/// their text is never in this process's memory but there.
enum RecordFile {
    /// The most bytes that a file may have: 17 keys with tokens of the largest size take half of it.
    static let maximumSize = 2_097_152

    private static let name = Array("dpop-session-1 ".utf8)
    private static let headLength = 81

    // MARK: Writing

    /// Writes a record into a new, empty file.
    ///
    /// - Parameter step: called where something is done.
    static func write(
        _ record: SessionRecord, to file: borrowing OpenFile, passphrase: String?,
        _ step: (WriteStep) throws(DPoPClientError) -> Void
    ) throws(DPoPClientError) {
        do {
            try file.seek(to: headLength)
            var places: [RecordText.KeyPlace?] = []
            for entry in [record.current] + record.others {
                guard case .held(let key) = entry.key else {
                    places.append(nil)
                    continue
                }
                let start = file.position
                try key.writePKCS8PEM(to: file.descriptor, passphrase: passphrase)
                places.append(
                    RecordText.KeyPlace(algorithm: key.algorithm, offset: start, length: file.position - start))
            }
            try step(.keysWritten)
            let offset = file.position
            let text = try RecordText.write(record, places: places)
            // What could not be read is not written.
            guard offset + text.count <= maximumSize, RecordText.read(text) != nil else {
                throw DPoPClientError(.storeNotWritten, "the session is none that a session's file may hold")
            }
            try file.write(text)
            try file.seek(to: 0)
            let digest = Thumbprint(sha256Of: text).jkt
            try file.write(name + Array("\(digits(offset)) \(digits(text.count)) \(digest)\n".utf8))
            try step(.textWritten)
        } catch {
            throw DPoPClientError.of(error, .storeNotWritten, "the session's file could not be written")
        }
    }

    private static func digits(_ number: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, 10 - text.utf8.count)) + text
    }

    // MARK: Reading

    /// Reads a whole file.
    ///
    /// - Parameter known: keys that are in memory already, which are not read again.
    static func read(
        _ file: borrowing OpenFile, passphrase: String?, known: [Thumbprint: SigningKey]
    ) throws(DPoPClientError) -> SessionRecord {
        let (text, offset) = try readText(file)
        var end = headLength
        var read: [SessionRecord.Entry] = []
        for entry in text.entries {
            guard let place = entry.place else {
                read.append(SessionRecord.Entry(key: .elsewhere(entry.jkt), tokens: entry.tokens))
                continue
            }
            guard place.offset == end, place.length <= offset - end else { throw damaged() }
            end += place.length
            let key: SigningKey
            if let earlier = known[entry.jkt], earlier.algorithm == place.algorithm {
                key = earlier
            } else {
                key = try readKey(file, place, passphrase: passphrase)
            }
            guard key.publicJWK.thumbprint == entry.jkt else { throw damaged() }
            read.append(SessionRecord.Entry(key: .held(key), tokens: entry.tokens))
        }
        guard end == offset, let current = read.first else { throw damaged() }
        do {
            return try SessionRecord(current: current, others: Array(read.dropFirst()), identity: text.identity)
        } catch { throw damaged(error) }
    }

    private static func readText(
        _ file: borrowing OpenFile
    ) throws(DPoPClientError) -> (
        text: (entries: [RecordText.Entry], identity: SessionRecord.Identity?), offset: Int
    ) {
        do {
            let size = try file.requirePrivate()
            guard headLength...maximumSize ~= size else { throw damaged() }
            try file.seek(to: 0)
            let head = try file.read(upTo: headLength)
            guard head.count == headLength, head.starts(with: name), head[25] == 0x20, head[36] == 0x20,
                head[headLength - 1] == 0x0A, let offset = number(head[15..<25]), let length = number(head[26..<36]),
                offset >= headLength, offset + length == size
            else { throw damaged() }
            try file.seek(to: offset)
            let text = try file.read(upTo: length)
            guard text.count == length, Thumbprint(sha256Of: text).jkt.utf8.elementsEqual(head[37..<80]),
                let read = RecordText.read(text)
            else { throw damaged() }
            return (read, offset)
        } catch {
            throw DPoPClientError.of(error, .storeUnreadable, "the session's file could not be read")
        }
    }

    private static func readKey(
        _ file: borrowing OpenFile, _ place: RecordText.KeyPlace, passphrase: String?
    ) throws(DPoPClientError) -> SigningKey {
        do {
            try file.seek(to: place.offset)
            let key = try SigningKey(
                pkcs8PEMFrom: file.descriptor, passphrase: passphrase, algorithm: place.algorithm)
            // libcrypto reads descriptors byte for byte, so it stands behind what it took for the key.
            guard file.position == place.offset + place.length else { throw damaged() }
            return key
        } catch {
            throw damaged(error)
        }
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        digits.allSatisfy(ASCII.isDigit) ? digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) } : nil
    }

    private static func damaged(_ error: (any Error)? = nil) -> DPoPClientError {
        let reason = "the session's file is not as it was written"
        return error.map { DPoPClientError.of($0, .storeUnreadable, reason) }
            ?? DPoPClientError(.storeUnreadable, reason)
    }
}

/// Where the writing of a file is, for tests that end it there.
enum WriteStep: Sendable, Hashable, CaseIterable {
    case made
    case keysWritten
    case textWritten
    case synced
    case renamed
    case folderSynced
}

extension OpenFile {
    /// Refuses what is not a regular file of this user's that nobody else may use; gives its size.
    func requirePrivate() throws -> Int {
        let status = try status()
        guard status.isRegular else {
            throw DPoPClientError(.storeUnreadable, "the session's file is no regular file")
        }
        guard status.isOurs else { throw DPoPClientError(.storeUnreadable, "the session's file is another user's") }
        guard !status.isOpenToOthers else {
            throw DPoPClientError(.storeUnreadable, "others than its owner may use the session's file")
        }
        return status.size
    }
}

extension DPoPClientError {
    /// An error of this module as it is, another as the cause of one.
    static func of(_ error: any Error, _ code: Code, _ reason: String) -> DPoPClientError {
        error as? DPoPClientError ?? DPoPClientError(code, reason, underlying: error)
    }
}

import DPoPCore

/// The bytes that a token, nonce or passphrase file may have; header fields are smaller.
private let largestSecret = 65_536

/// The bytes of a proof that are read at most. More than any policy accepts, so that a longer one is refused as too
/// large without being read.
private let longestProof = 65_537

/// The bytes that a key file may have; an encrypted RSA key of 4096 bits has 3,500.
private let largestKey = 65_536

/// Reads a secret: the file's text without one newline at its end.
func readSecret(_ path: String, option: String) throws -> String {
    let name = displayName(path, option: option)
    let bytes = try withInput(path, option: option, isSecret: true) { descriptor in
        try readAll(descriptor, upTo: largestSecret + 1, name: name)
    }
    guard bytes.count <= largestSecret else { throw Failure("\(name): larger than \(largestSecret) bytes") }
    guard let text = String(validating: droppingNewline(bytes[...]), as: UTF8.self) else {
        throw Failure("\(name): not UTF-8 text")
    }
    guard !text.isEmpty else { throw Failure("\(name): empty; expected a line of text") }
    return text
}

/// Reads a proof. What is not text is not a proof either, which the verifier says best.
func readProof(_ path: String, option: String) throws -> String {
    let bytes = try withInput(path, option: option) { descriptor in
        try readAll(descriptor, upTo: longestProof, name: displayName(path, option: option))
    }
    return String(decoding: droppingNewline(bytes[...]), as: UTF8.self)
}

/// Reads a private key, which does not pass through this program's memory.
///
/// - Parameter passphraseOption: the option that gives the passphrase's file.
func readKey(
    _ path: String, option: String, passphraseFile: String?, passphraseOption: String = "--passphrase-file",
    algorithm: SigningAlgorithm? = nil
) throws -> SigningKey {
    let name = displayName(path, option: option)
    let passphrase = try passphraseFile.map { try readSecret($0, option: passphraseOption) }
    return try withInput(path, option: option) { descriptor in
        try requireFileOrPipe(descriptor, largest: largestKey, path: path, option: option)
        do throws(SigningKeyError) {
            return try SigningKey(pkcs8PEMFrom: descriptor, passphrase: passphrase, algorithm: algorithm)
        } catch .passphraseNeeded {
            throw Failure("\(name): the key is encrypted; expected \(passphraseOption)")
        } catch .malformed {
            throw Failure("\(name): expected a private key as PKCS#8 PEM (BEGIN PRIVATE KEY)")
        } catch .algorithmMismatch {
            throw Failure(
                "--alg: the key in \(shownName(path)) can not sign by \(algorithm?.rawValue ?? "that algorithm")")
        } catch {
            throw Failure("\(name): \(error)")
        }
    }
}

/// The bytes of a request's body that are sent at most, 64 MiB: it is held whole, so that it can be sent again.
private let largestBody = 67_108_864

/// Reads a request's body, whatever it is.
func readBody(_ path: String, option: String) throws -> [UInt8] {
    try readFile(path, option: option, largest: largestBody)
}

/// Reads a file's bytes as they are.
///
/// - Parameter isSecret: whether a name that opens nothing may be the secret itself, and is not repeated.
func readFile(_ path: String, option: String, largest: Int, isSecret: Bool = false) throws -> [UInt8] {
    let name = displayName(path, option: option)
    let bytes = try withInput(path, option: option, isSecret: isSecret) { descriptor in
        try readAll(descriptor, upTo: largest + 1, name: name)
    }
    guard bytes.count <= largest else { throw Failure("\(name): larger than \(largest) bytes") }
    return bytes
}

/// Two inputs can not both be standard input.
func requireOneStandardInput(_ paths: [String?]) throws {
    guard paths.filter({ $0 == "-" }).count <= 1 else {
        throw Failure("-: standard input can be read only once; expected a file for all but one option")
    }
}

/// How messages name an input.
func displayName(_ path: String, option: String) -> String {
    path == "-" ? "\(option) - (standard input)" : "\(option) \(shownName(path))"
}

/// Without one "\n" or "\r\n" at the end. Nothing else is repaired.
func droppingNewline(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    guard bytes.last == UInt8(ascii: "\n") else { return bytes }
    let line = bytes.dropLast()
    return line.last == UInt8(ascii: "\r") ? line.dropLast() : line
}

private func readAll(_ descriptor: Int32, upTo limit: Int, name: String) throws -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < limit {
        let count = min(limit - bytes.count, 1_048_576)
        guard try readChunk(descriptor, into: &bytes, upTo: count, name: name) > 0 else { break }
    }
    return bytes
}

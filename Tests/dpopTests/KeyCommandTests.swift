import Foundation
import Testing

@Suite("dpop key")
struct KeyCommandTests {
    let bench: Workbench
    init() throws { bench = try Workbench() }

    private func mode(_ path: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return try #require(attributes[.posixPermissions] as? NSNumber).intValue
    }

    @Test("new prints the jkt that show prints")
    func newThenShow() throws {
        let made = try bench.dpop("key", "new", "--out", bench.path("key"))
        #expect(made.status == 0)
        #expect(made.error.isEmpty)
        #expect(made.output.utf8.count == 44)
        let shown = try bench.dpop("key", "show", bench.path("key"), "--json")
        #expect(shown.status == 0)
        let object = try shown.object()
        #expect(object["jkt"] as? String == made.output.trimmingCharacters(in: .newlines))
        let jwk = try #require(object["jwk"] as? [String: String])
        #expect(jwk.keys.sorted() == ["crv", "kty", "x", "y"])
        let text = try bench.dpop("key", "show", bench.path("key"))
        #expect(text.output.contains(made.output))
    }

    @Test("a new key is its owner's alone, whatever the umask", arguments: ["0", "022", "0777"])
    func modeOfNewKey(_ umask: String) throws {
        let made = try bench.dpop(after: "umask \(umask)", "key", "new", "--out", bench.path("key"))
        #expect(made.status == 0)
        #expect(try mode(bench.path("key")) == 0o600)
    }

    @Test("an existing file is never overwritten")
    func noOverwrite() throws {
        try bench.file("key", "precious")
        let made = try bench.dpop("key", "new", "--out", bench.path("key"))
        #expect(made.status == 2)
        #expect(made.output.isEmpty)
        #expect(isOneLine(made.error, naming: "--out", bench.path("key"), "exists already"))
        #expect(try String(contentsOfFile: bench.path("key"), encoding: .utf8) == "precious")
    }

    @Test("a link to nowhere is not followed")
    func noFollow() throws {
        let link = bench.path("key")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: bench.path("elsewhere"))
        let made = try bench.dpop("key", "new", "--out", link)
        #expect(made.status == 2)
        #expect(isOneLine(made.error, naming: "--out"))
        #expect(try bench.names() == ["key"])
    }

    @Test(
        "nothing is left of a key that the disk refuses",
        .enabled(if: !isSanitized(by: "tsan"), "the thread sanitizer itself does not start without files"))
    func noPartialKey() throws {
        // No file may then have a single byte.
        let made = try bench.dpop(after: "ulimit -f 0", "key", "new", "--out", bench.path("key"))
        #expect(made.status == 2)
        #expect(isOneLine(made.error, naming: "--out", bench.path("key")))
        #expect(try bench.names().isEmpty)
        #expect(try bench.dpop("key", "new", "--out", bench.path("key")).status == 0)
    }

    @Test("a folder that is not there is named")
    func missingFolder() throws {
        let made = try bench.dpop("key", "new", "--out", bench.path("none/key"))
        #expect(made.status == 2)
        #expect(isOneLine(made.error, naming: "--out", "none/key", "No such file"))
    }

    @Test("an encrypted key needs its passphrase, and shows by it")
    func encryptedKey() throws {
        let passphrase = try bench.file("passphrase", "correct horse\n")
        let wrong = try bench.file("wrong", "battery staple\n")
        let key = bench.path("key")
        let made = try bench.dpop("key", "new", "--out", key, "--passphrase-file", passphrase)
        #expect(made.status == 0)
        #expect(try String(contentsOfFile: key, encoding: .utf8).hasPrefix("-----BEGIN ENCRYPTED PRIVATE KEY-----"))

        let without = try bench.dpop("key", "show", key)
        #expect(without.status == 2)
        #expect(isOneLine(without.error, naming: key, "encrypted", "--passphrase-file"))
        let mistaken = try bench.dpop("key", "show", key, "--passphrase-file", wrong)
        #expect(mistaken.status == 2)
        #expect(isOneLine(mistaken.error, naming: key, "passphrase"))
        #expect(!mistaken.error.contains("battery"))
        let right = try bench.dpop("key", "show", key, "--passphrase-file", passphrase)
        #expect(right.status == 0)
        #expect(right.output.contains(made.output))
        let fromInput = try bench.dpop("key", "show", key, "--passphrase-file", "-", input: "correct horse\r\n")
        #expect(fromInput.status == 0)
    }

    @Test(
        "a file that is not a key is named, and what was expected",
        arguments: ["", "text", "-----BEGIN PRIVATE KEY-----\n"])
    func badKeyFile(_ text: String) throws {
        let path = try bench.file("bad", text)
        let shown = try bench.dpop("key", "show", path)
        #expect(shown.status == 2)
        #expect(shown.output.isEmpty)
        #expect(isOneLine(shown.error, naming: path, "PKCS#8 PEM"))
        let proof = try bench.dpop("proof", "--key", path, "--method", "GET", "--url", "https://a.example/")
        #expect(proof.status == 2)
        #expect(isOneLine(proof.error, naming: "--key", path, "PKCS#8 PEM"))
    }

    @Test("a missing file, a folder and a device are not keys", arguments: ["/nowhere/key", "/", "/dev/zero"])
    func notAFile(_ path: String) throws {
        let shown = try bench.dpop("key", "show", path)
        #expect(shown.status == 2)
        #expect(isOneLine(shown.error, naming: path))
    }

    @Test("a key file may come from standard input")
    func standardInput() throws {
        let made = try bench.dpop("key", "new", "--out", bench.path("key"))
        let pem = try String(contentsOfFile: bench.path("key"), encoding: .utf8)
        let shown = try bench.dpop("key", "show", "-", input: pem)
        #expect(shown.status == 0)
        #expect(shown.output.contains(made.output))
        let both = try bench.dpop("key", "show", "-", "--passphrase-file", "-", input: pem)
        #expect(both.status == 2)
        #expect(isOneLine(both.error, naming: "standard input"))
    }

    @Test("the size of an RSA key is for RSA alone and in range")
    func rsaBits() throws {
        let key = bench.path("key")
        for arguments in [["--rsa-bits", "2048"], ["--alg", "PS256", "--rsa-bits", "1024"]] {
            let made = try bench.dpop(["key", "new", "--out", key] + arguments)
            #expect(made.status == 2)
            #expect(isOneLine(made.error, naming: "--rsa-bits"))
        }
        #expect(try bench.names().isEmpty)
        #expect(try bench.dpop("key", "new", "--out", key, "--alg", "PS256", "--rsa-bits", "2048").status == 0)
    }
}

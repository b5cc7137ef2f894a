import DPoPCore
import Foundation
import Testing

@Suite("bad usage")
struct UsageTests {
    let bench: Workbench
    init() throws { bench = try Workbench() }

    @Test(
        "help is no error",
        arguments: [
            ["--help"], ["key", "--help"], ["key", "new", "--help"], ["key", "show", "-h"], ["proof", "--help"],
            ["verify", "--help"], ["decode", "--help"], ["demo", "--help"], ["token", "--help"], ["request", "--help"],
        ])
    func help(_ arguments: [String]) throws {
        let result = try bench.dpop(arguments)
        #expect(result.status == 0)
        #expect(result.output.contains("USAGE: dpop"))
        #expect(result.error.isEmpty)
    }

    struct Usage: CustomTestStringConvertible, Sendable {
        let arguments: String
        let named: String
        var testDescription: String { arguments }
    }

    @Test(
        "one line names the option and status 2 says usage",
        arguments: [
            Usage(arguments: "frobnicate", named: "frobnicate"),
            Usage(arguments: "verify --frobnicate", named: "--frobnicate"),
            Usage(arguments: "key new", named: "--out"),
            Usage(arguments: "key new --out -", named: "--out"),
            Usage(arguments: "key new --alg HS256 --out never", named: "--alg"),
            Usage(arguments: "key show", named: "<file>"),
            Usage(arguments: "proof --method GET --url https://a.example/", named: "--key"),
            Usage(arguments: "verify --url https://a.example/", named: "--method"),
            Usage(arguments: "verify --method GET", named: "--url"),
            Usage(arguments: "verify --method GET --url a.example", named: "--url"),
            Usage(arguments: "verify --method GET --url https://a.example/ --max-age 86401", named: "--max-age"),
            Usage(arguments: "verify --method GET --url https://a.example/ --max-age -1", named: "0 to 86400"),
            Usage(arguments: "verify --method GET --url https://a.example/ --max-future 1.5", named: "--max-future"),
            Usage(arguments: "verify --method GET --url https://a.example/ --alg ES256,none", named: "--alg"),
            Usage(arguments: "verify --method GET --url https://a.example/ --jkt short", named: "--jkt"),
            Usage(arguments: "verify --method GET --url https://a.example/ --now 1e9", named: "--now"),
            Usage(arguments: "verify --method GET --url https://a.example/ --now -1", named: "seconds since 1970"),
            Usage(arguments: "proof --method GET", named: "see dpop proof --help"),
            Usage(arguments: "key new", named: "see dpop key new --help"),
            Usage(arguments: "frobnicate", named: "see dpop --help"),
            Usage(arguments: "verify --batch - --method GET", named: "--batch"),
            Usage(
                arguments: "verify --method GET --url https://a.example/ --access-token-file -",
                named: "standard input"),
            Usage(arguments: "verify --batch /nowhere/lines", named: "/nowhere/lines"),
            Usage(arguments: "verify --batch /", named: "--batch /"),
            Usage(arguments: "verify --method GET --url https://a.example/ --proof-file /", named: "--proof-file /"),
            Usage(
                arguments: "verify --method GET --url https://a.example/ --proof-file /nowhere/proof",
                named: "/nowhere/proof"),
            Usage(
                arguments: "verify --method GET --url https://a.example/ --access-token-file /nowhere/token",
                named: "--access-token-file"),
            Usage(arguments: "decode /nowhere/proof", named: "/nowhere/proof"),
        ])
    func usage(_ usage: Usage) throws {
        let result = try bench.dpop(usage.arguments.split(separator: " ").map(String.init))
        #expect(result.status == 2)
        #expect(result.output.isEmpty)
        #expect(isOneLine(result.error, naming: usage.named), "\(result.error)")
    }

    @Test("a secret that was given as an argument is not repeated")
    func noEcho() throws {
        let token = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJzZWNyZXQifQ.c2lnbmF0dXJl"
        let opaque = "Kz8mXK1EalYznwHLC7iUeE0Bq2Sd"
        let request = ["--method", "GET", "--url", "https://a.example/"]
        let pem = try SigningKey.generate(.es256).withPKCS8PEM { text in
            text.indices.reduce(into: "") { $0.unicodeScalars.append(Unicode.Scalar(text[$1])) }
        }
        let line = pem.split(separator: "\n")[1]
        for arguments in [
            ["proof", "--key=\(pem)"] + request, ["proof", "--key", pem] + request, ["key", "show", pem],
            ["key", "show", "--", pem], ["proof", "--key", String(line)] + request, ["key", "show", String(line)],
            ["key", "new", "--out", "never", "--alg", String(line)],
            ["verify", "--batch", "{\"id\":1,\"accessToken\":\"\(opaque)\"}"], ["verify", "--jkt", opaque] + request,
            ["verify", "--now", opaque] + request, ["verify", "--method", "GET", "--url", "https://u:\(opaque)@a/"],
            ["decode", "-\(opaque)"],
            ["decode", token], ["verify", "--access-token", token], ["demo", token], ["demo", opaque],
            ["proof", "--key", "/nowhere/key", "--method", "GET", "--url", "https://a.example/", opaque],
            [
                "verify", "--method", "GET", "--url", "https://a.example/", "--proof-file", "/dev/null",
                "--access-token-file", opaque,
            ],
        ] {
            let result = try bench.dpop(arguments)
            #expect(result.status == 2)
            #expect(isOneLine(result.error), "\(result.error)")
            #expect(!result.error.contains(token) && !result.error.contains(opaque), "\(result.error)")
            #expect(!result.error.contains(line.suffix(12)) && !result.error.contains("BEGIN"), "\(result.error)")
        }
    }

    @Test(
        "a file that may not be read, an empty and an endless one are named",
        .enabled(if: FileManager.default.fileExists(atPath: "/dev/zero"), "needs /dev/zero"))
    func badSecretFiles() throws {
        let empty = try bench.file("empty", "\n")
        let binary = try bench.file("binary", Data([0xFF, 0xFE, 0x41]))
        for path in [empty, binary, "/dev/zero", "/"] {
            let result = try bench.dpop(
                "verify", "--method", "GET", "--url", "https://a.example/", "--access-token-file", path, input: "x")
            #expect(result.status == 2)
            #expect(isOneLine(result.error, naming: "--access-token-file"), "\(result.error)")
        }
    }

    @Test(
        "output that can not be written is an error",
        .enabled(if: FileManager.default.fileExists(atPath: "/dev/full"), "needs /dev/full"))
    func fullDisk() throws {
        let result = try bench.dpop(after: "exec >/dev/full", "demo")
        #expect(result.status == 2)
        #expect(isOneLine(result.error, naming: "standard output"))
    }

    @Test(
        "OPENSSL_CONF is not even opened",
        arguments: [("\"$0\" key new --out new.pem", false), ("cat \"$OPENSSL_CONF\"", true)])
    func configuration(_ command: String, _ isOpened: Bool) throws {
        // The writer gets past its redirection only when somebody opens the other end.
        let result = try bench.dpop(
            after: """
                cd '\(bench.folder.path)' && mkfifo conf && { { : >opened; } >conf & }
                OPENSSL_CONF=conf; export OPENSSL_CONF; \(command) || exit 9; kill $! 2>/dev/null; set -- --help
                """)
        #expect(result.status == 0, "\(result.error)")
        #expect(try bench.names().contains("opened") == isOpened)
        #expect(try bench.names().contains("new.pem") == !isOpened)
    }
}

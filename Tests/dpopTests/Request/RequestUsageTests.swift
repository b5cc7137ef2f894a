import Foundation
import Testing

@Suite("bad usage of request and token")
struct RequestUsageTests {
    let bench: Workbench
    let key: String

    init() throws {
        bench = try Workbench()
        key = bench.path("agent.pem")
        let made = try bench.dpop("key", "new", "--out", key)
        try #require(made.status == 0)
    }

    @Test(
        "a request",
        arguments: [
            (["--header", "Authorization: Bearer x"], "--header"), (["--header", "dpop: x"], "--header"),
            (["--header", "none"], "--header"), (["--header", "a b: c"], "--header"),
            (["--header", "a: b\nc"], "--header"), (["--header", "Host: other.example"], "--header"),
            (["--header", "content-length: 3"], "--header"), (["--header", "Transfer-Encoding: chunked"], "--header"),
            (["--method", "A B"], "--method"), (["--body-file", "/nowhere/at/all"], "--body-file"),
            (["--max-time", "1e9"], "--max-time"), (["--max-time", "0"], "--max-time"),
            (["--url", "ftp://127.0.0.1/"], "--url"), (["--url", "foo"], "--url"),
            (["--url", "http://user:secret@127.0.0.1/"], "--url"), (["--header", "X-A: b"], "no answer"),
        ])
    func request(arguments: [String], word: String) throws {
        let token = try bench.file("token", "an-access-token")
        let url = arguments.contains("--url") ? [] : ["--url", "http://127.0.0.1:1/"]
        let answer = try bench.dpop(["request", "--key", key, "--access-token-file", token] + url + arguments)
        #expect(answer.status == 2 && answer.output.isEmpty)
        #expect(isOneLine(answer.error, naming: word), "\(answer.error)")
        #expect(!answer.error.contains("an-access-token") && !answer.error.contains("secret@"))
    }

    @Test(
        "a field's value is not repeated, wherever the quotes are missing",
        arguments: [
            ["--header", "X-Api-Key:", "hunter2"], ["--header", "X-Api-Key", "hunter2"], ["--header", "hunter2"],
            ["--header=X-Api-Key:", "hunter2"], ["--header", "X-Api-Key: hunter2\r\n"],
            ["--header", "Authorization: hunter2"], ["--header", "X-Api-Key:", "hunter2", "hunter2"],
        ])
    func fieldValue(_ arguments: [String]) throws {
        let token = try bench.file("token", "an-access-token")
        let answer = try bench.dpop(
            ["request", "--key", key, "--access-token-file", token, "--url", "http://127.0.0.1:1/"] + arguments)
        #expect(answer.status == 2 && isOneLine(answer.error) && !answer.error.contains("hunter2"), "\(answer.error)")
    }

    @Test(
        "a token",
        arguments: [
            ([], "--token-endpoint"),
            (["--issuer", "https://a.example", "--token-endpoint", "https://a.example/t"], "--issuer"),
            (["--issuer", "http://as.example.com"], "--issuer"),
            (["--issuer", "http://127.0.0.1:1", "--max-time", "0"], "--max-time"),
            (["--issuer", "http://127.0.0.1:1", "--out", "-"], "--out"),
            (["--issuer", "http://127.0.0.1:1", "--client-key", "a", "--client-secret-file", "b"], "--client-key"),
            (["--issuer", "http://127.0.0.1:1", "--secret-in-form"], "--secret-in-form"),
            (["--issuer", "http://127.0.0.1:1", "--client-key-id", "1"], "--client-key-id"),
            (
                ["--issuer", "http://127.0.0.1:1", "--client-key-passphrase-file", "a"],
                "--client-key-passphrase-file"
            ),
            (["--issuer", "http://127.0.0.1:1"], "no answer"), (["--token-endpoint", "http://[::1]:1/t"], "no answer"),
            (["--token-endpoint", "http://localhost:1/t?a=b"], "no answer"),
            (["--issuer", "foo"], "--issuer"), (["--token-endpoint", "foo"], "--token-endpoint"),
            (["--token-endpoint", "ftp://a.example/t"], "--token-endpoint"),
            (["--token-endpoint", "https://a.example/t#f"], "--token-endpoint"),
            (["--issuer", "https://a.example/#f"], "--issuer"), (["--issuer", "https://a.example?a=b"], "--issuer"),
        ])
    func token(arguments: [String], word: String) throws {
        let answer = try bench.dpop(["token", "--key", key, "--client-id", "agent"] + arguments)
        #expect(answer.status == 2 && answer.output.isEmpty)
        #expect(isOneLine(answer.error, naming: word), "\(answer.error)")
        #expect(word == "no answer" || !answer.error.contains("no answer"), "\(answer.error)")
    }

    @Test(
        "a server that is not on this machine must be on https, and the message says so",
        arguments: ["--issuer", "--token-endpoint"])
    func plainHTTP(_ option: String) throws {
        let far = try bench.dpop("token", "--key", key, "--client-id", "agent", option, "http://10.0.0.1/t")
        #expect(far.status == 2)
        #expect(isOneLine(far.error, naming: option, "https", "http only", "127.0.0.1", "localhost"), "\(far.error)")
        let near = try bench.dpop("token", "--key", key, "--client-id", "agent", option, "http://127.0.0.1:1/t")
        #expect(near.status == 2 && isOneLine(near.error, naming: "no answer"), "\(near.error)")
    }
}

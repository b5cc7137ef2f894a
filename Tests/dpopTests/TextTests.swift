import DPoPCore
import Testing

@testable import dpop

@Suite("reading and printing small texts")
struct TextTests {
    @Test(
        "times keep their digits",
        arguments: [
            ("0", 0, 0), ("1700000000", 1_700_000_000, 0), ("1700000000.5", 1_700_000_000, 500_000_000),
            ("1.000000001", 1, 1), ("1.9999999999", 1, 999_999_999), ("007", 7, 0),
            ("999999999999", 999_999_999_999, 0),
        ] as [(String, Int64, Int32)])
    func time(_ text: String, _ seconds: Int64, _ nanoseconds: Int32) {
        #expect(UnixTime(decimal: text) == UnixTime(seconds: seconds, nanoseconds: nanoseconds))
    }

    @Test(
        "what is not a plain decimal number is not a time",
        arguments: [
            "", ".", "1.", ".5", "-1", "+1", "1e3", " 1", "1 ", "1.2.3", "1.-1", "٣", "1.٣", "1000000000000", "0x1",
            "nan",
        ])
    func notATime(_ text: String) {
        #expect(UnixTime(decimal: text) == nil)
    }

    @Test(
        "one newline is dropped and no more",
        arguments: [
            ("a\n", "a"), ("a\r\n", "a"), ("a", "a"), ("a\n\n", "a\n"), ("a\r", "a\r"), ("\n", ""), ("", ""),
            (" a ", " a "),
        ])
    func newline(_ text: String, _ expected: String) {
        #expect(String(decoding: droppingNewline(Array(text.utf8)[...]), as: UTF8.self) == expected)
    }

    @Test("messages are one line and hold no token")
    func message() {
        let token = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.c2ln"
        #expect(singleLine("a\n  b\u{1B}[2J") == "a   b?[2J")
        #expect(singleLine("/tmp/some.file: bad") == "/tmp/some.file: bad")
        #expect(singleLine("FILE \(token): bad") == "FILE (a token, not shown): bad")
        #expect(singleLine("x.\(token)") == "(a token, not shown)")
        let line = "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgx/y+z="
        #expect(singleLine("--key \(line): bad") == "--key (a token, not shown): bad")
        #expect(singleLine("--key /tmp/D1F6E2F0-7E4B-4B1E-8A53-0F3A0E5C2B11/key: bad").hasSuffix("C2B11/key: bad"))
        #expect(shownName("/tmp/key.pem") == "/tmp/key.pem")
        for content in ["{\"id\":1}", "a\nb", "-----BEGIN PRIVATE KEY-----"] {
            #expect(shownName(content) == "(\(content.utf8.count) bytes, not shown)")
        }
    }

    @Test("JSON keeps the order of its members and escapes what could change a terminal")
    func json() {
        let value = JSONOutput.object([
            ("b", .string("\"\\\n\u{7F}\u{9B}\u{2028}\u{202E}é😀\u{E0001}")),
            ("a", .array([.null, .bool(true), .integer(-1)])),
            ("c", .verbatim("{\"x\":\n\"\u{85}\"}")),
        ])
        #expect(
            value.text
                == #"{"b":"\"\\\u000a\u007f\u009b\u2028\u202eé😀\udb40\udc01","a":[null,true,-1],"c":{"x": "\u0085"}}"#)
    }
}

@Suite("cutting a stream into lines")
struct LineSplitterTests {
    private func lines(_ text: String, chunk: Int, limit: Int = 8) -> [String] {
        var splitter = LineSplitter(limit: limit)
        var lines: [String] = []
        func take(_ line: LineSplitter.Line) {
            switch line {
            case .whole(let bytes): lines.append(String(decoding: bytes, as: UTF8.self))
            case .tooLong: lines.append("too long")
            }
        }
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: chunk) {
            splitter.feed(Array(bytes[start..<min(start + chunk, bytes.count)]), take)
        }
        splitter.finish(take)
        return lines
    }

    @Test("the same lines whatever the chunks", arguments: 1...20)
    func chunks(_ size: Int) {
        #expect(lines("", chunk: size) == [])
        #expect(lines("a", chunk: size) == ["a"])
        #expect(lines("a\n", chunk: size) == ["a"])
        #expect(lines("a\n\nb\n \r", chunk: size) == ["a", "", "b"])
        #expect(lines("\n", chunk: size) == [""])
        #expect(lines("12345678\n123456789\nb", chunk: size) == ["12345678", "too long", "b"])
        #expect(lines("a\n1234567890123\n\n12345678901", chunk: size) == ["a", "too long", "", "too long"])
    }
}

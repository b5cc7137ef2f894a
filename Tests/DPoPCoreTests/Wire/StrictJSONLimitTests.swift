import Foundation
import Testing

@testable import DPoPCore

@Suite("StrictJSON: names, depth and size")
struct StrictJSONLimitTests {
    @Test(
        "attack 17: a member that occurs twice, at any level, also by escapes",
        arguments: [
            #"{"a":1,"a":1}"#, #"{"alg":1,"\u0061lg":2}"#, #"{"\u0061":1,"\u0061":2}"#, #"{"a":1,"b":2,"a":null}"#,
            #"{"x":{"a":1,"a":1}}"#, #"{"x":[{"a":1},{"b":1,"b":2}]}"#, #"{"":1,"":2}"#, #"{"/":1,"\/":2}"#,
            #"{"😀":1,"\ud83d\ude00":2}"#, #"{"é":1,"\u00e9":2}"#,
        ])
    func duplicates(_ text: String) { #expect(!wireAccepts(text)) }

    @Test(
        "attacks 17 and 18: names that differ, if only to bytes",
        arguments: [
            #"{"a":1,"A":1}"#, "{\"\u{E9}\":1,\"e\u{301}\":2}", "{\"\u{212B}\":1,\"\u{C5}\":2}",
            "{\"K\":1,\"\u{212A}\":2}",
            #"{"a":{"a":{"a":1}},"b":{"a":1}}"#, #"{"x":[{"a":1},{"a":1}]}"#, #"{"a":1,"a ":2,"a\u0000":3}"#,
        ])
    func distinct(_ text: String) { #expect(wireAccepts(text)) }

    @Test(
        "attack 17: among many members, where names are sorted instead of compared in pairs",
        arguments: [
            15, 16, 17, 18, 40, 1_000,
        ])
    func manyMembers(_ count: Int) {
        let names = (0..<count).map { "\"member \($0)\":\($0)" }
        #expect(wireAccepts("{" + names.joined(separator: ",") + "}"))
        for position in [0, count / 2, count - 1] {
            for spelling in ["member ", "\\u006dember "] {
                let twice = names + ["\"\(spelling)\(position)\":null"]
                #expect(!wireAccepts("{" + twice.joined(separator: ",") + "}"))
                #expect(!wireAccepts("{\"outer\":{" + twice.joined(separator: ",") + "}}"))
            }
        }
        // What an object closed before must not count in the next.
        let inner = "{" + names.joined(separator: ",") + "}"
        #expect(wireAccepts("{\"a\":\(inner),\"b\":\(inner)}"))
    }

    private static func nested(_ depth: Int, _ open: String, _ close: String, _ core: String) -> String {
        "{\"v\":" + String(repeating: open, count: depth - 1) + core + String(repeating: close, count: depth - 1) + "}"
    }

    @Test("attack 19: depth 16 is read and 17 is not")
    func depth() {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            #expect(wireAccepts(Self.nested(16, open, close, "1")))
            #expect(!wireAccepts(Self.nested(17, open, close, "1")))
        }
        // Depth, not number: what was closed does not count.
        #expect(wireAccepts("{\"v\":[" + Array(repeating: "[[{}]]", count: 100).joined(separator: ",") + "]}"))
    }

    @Test("attack 19: 100,000 levels on the small stack of a task")
    func deepNesting() async {
        let texts = ["[", "{\"a\":"].map { "{\"v\":" + String(repeating: $0, count: 100_000) }
        let refused = await Task.detached {
            texts.map { text in wireCode { () throws(ProofRejection) in try skip(text) } }
        }.value
        #expect(refused == [.malformedProof, .malformedProof])
        #expect(!wireAccepts(String(repeating: "[", count: 100_000)))
    }

    @Test("attack 27: a mebibyte of digits, of string and of members is read, in near linear time")
    func huge() throws {
        let digits = String(repeating: "7", count: 1 << 20)
        #expect(try WireJSON(parsing: "{\"a\":\(digits)}")["a"] == .number(digits))
        #expect(try WireJSON(parsing: "{\"a\":\"\(digits)\"}")["a"]?.text == digits)
        let names = (0..<20_000 * CheckKit.scale).map { "\"\($0)\":0" }
        #expect(wireAccepts("{" + names.joined(separator: ",") + "}"))
        #expect(!wireAccepts("{" + (names + ["\"7\":1"]).joined(separator: ",") + "}"))
    }
}

private func skip(_ text: String) throws(ProofRejection) {
    var bytes = [UInt8](text.utf8)
    var json = bytes.mutableSpan
    var reader = StrictJSON(0..<json.count, maximumDepth: VerificationPolicy.maximumDepth)
    _ = try reader.readValue(&json)
    try reader.finish(&json)
}

import Foundation
import Testing

@testable import DPoPCore

/// nst/JSONTestSuite through StrictJSON, which reads one object and nothing else: each file stands as a member's value.
@Suite("JSONTestSuite", .enabled(if: OutsideVectors.present, OutsideVectors.areThere))
struct JSONTestSuiteTests {
    /// Files that must parse and that we refuse.
    static let refused = [
        "y_object_duplicated_key.json": "a member occurs twice (RFC 7515 §4, RFC 7519 §4)",
        "y_object_duplicated_key_and_value.json": "a member occurs twice (RFC 7515 §4, RFC 7519 §4)",
    ]

    /// Of the files that a parser may decide: those that are read, all 25 others being refused.
    static let read: Set = [
        // A number is kept as it was written, whatever its size; the claims bound it.
        "i_number_double_huge_neg_exp.json", "i_number_huge_exp.json", "i_number_neg_int_huge_exp.json",
        "i_number_pos_double_huge_exp.json", "i_number_real_neg_overflow.json", "i_number_real_pos_overflow.json",
        "i_number_real_underflow.json", "i_number_too_big_neg_int.json", "i_number_too_big_pos_int.json",
        "i_number_very_big_negative_int.json",
    ]

    /// What becomes of texts that parsers are known to change: those that are read, all 9 others being refused.
    /// Made anew each time: the leak check does not see what a global enumeration holds.
    static var transformed: [String: WireJSON] {
        [
            "number_-9223372036854775808.json": number("-9223372036854775808"),
            "number_-9223372036854775809.json": number("-9223372036854775809"),
            "number_1.0.json": number("1.0"),
            "number_1.000000000000000005.json": number("1.000000000000000005"),
            "number_1000000000000000.json": number("1000000000000000"),
            "number_10000000000000000999.json": number("10000000000000000999"),
            "number_1e-999.json": number("1E-999"),
            "number_1e6.json": number("1E6"),
            "number_9223372036854775807.json": number("9223372036854775807"),
            "number_9223372036854775808.json": number("9223372036854775808"),
            "object_key_nfc_nfd.json": .object([member([0xC3, 0xA9], "NFC"), member([0x65, 0xCC, 0x81], "NFD")]),
            "object_key_nfd_nfc.json": .object([member([0x65, 0xCC, 0x81], "NFD"), member([0xC3, 0xA9], "NFC")]),
            "string_with_escaped_NULL.json": .array([.string([0x41, 0, 0x42])]),
        ]
    }

    fileprivate static func number(_ text: String) -> WireJSON { .array([.number(text)]) }

    private static func member(_ name: [UInt8], _ value: String) -> WireJSON.Member {
        WireJSON.Member(name: name, value: .string([UInt8](value.utf8)))
    }

    private static func wrapped(_ bytes: Data) -> [UInt8] {
        Array("{\"v\":".utf8) + Array(bytes) + Array("}".utf8)
    }

    @Test("attack 23: 95 texts that must parse, 188 that must not")
    func parsing() throws {
        let folder = "JSONTestSuite/test_parsing"
        var counts: [Character: Int] = [:]
        var wrongly: [Character: Set<String>] = ["y": [], "n": []]
        var objects = 0
        for name in try OutsideVectors.names(in: folder) where !name.hasPrefix("i_") {
            let kind = try #require(name.first)
            let bytes = try OutsideVectors.data("\(folder)/\(name)")
            counts[kind, default: 0] += 1
            let accepted = wireAccepts(Self.wrapped(bytes))
            if accepted != (kind == "y") { wrongly[kind]?.insert(name) }
            // And as it is: only an object is read.
            let isObject = bytes.first { !" \t\r\n".utf8.contains($0) } == UInt8(ascii: "{")
            if isObject { objects += 1 }
            let expected = kind == "y" && isObject && Self.refused[name] == nil
            #expect(wireAccepts([UInt8](bytes)) == expected, "\(name)")
        }
        print(
            "vectors: JSONTestSuite test_parsing: \(counts["y"] ?? 0) y_ and \(counts["n"] ?? 0) n_ run as a member's "
                + "value, \(objects) of them also as they are, \(wrongly["y"]?.count ?? 0) deviations")
        #expect(counts == ["y": 95, "n": 188])
        #expect(wrongly["y"] == Set(Self.refused.keys))
        // None becomes valid by standing inside an object: each is refused for itself, not for what follows it.
        #expect(wrongly["n"] == [])
    }

    @Test("attack 23: 35 texts that a parser may decide, each pinned")
    func undecided() throws {
        let folder = "JSONTestSuite/test_parsing"
        var (count, ours) = (0, Set<String>())
        for name in try OutsideVectors.names(in: folder) where name.hasPrefix("i_") {
            count += 1
            if wireAccepts(Self.wrapped(try OutsideVectors.data("\(folder)/\(name)"))) { ours.insert(name) }
        }
        print("vectors: JSONTestSuite i_: \(count) run, \(ours.count) read, \(count - ours.count) refused, as pinned")
        #expect(ours == Self.read)
        #expect(count == 35)
    }

    @Test("attack 23: 22 texts that parsers transform, each pinned")
    func transformed() throws {
        let folder = "JSONTestSuite/test_transform"
        var count = 0
        for name in try OutsideVectors.names(in: folder) {
            count += 1
            let text = Self.wrapped(try OutsideVectors.data("\(folder)/\(name)"))
            #expect((try? WireJSON(parsing: text)["v"]) == Self.transformed[name], "\(name)")
        }
        print("vectors: JSONTestSuite test_transform: \(count) run, as pinned")
        #expect(count == 22)
    }
}

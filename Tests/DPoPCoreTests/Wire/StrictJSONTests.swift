import Testing

@testable import DPoPCore

@Suite("StrictJSON")
struct StrictJSONTests {
    @Test(
        "objects that are read",
        arguments: [
            "{}", " \t\r\n{ } \r\n\t ", #"{"a":1}"#, #"{ "a" : 1 , "b" : [ ] }"#, #"{"a":{"a":{"a":null}}}"#,
            #"{"a":[true,false,null,"",{},[],-0,0.5,1e5,1E+5,1e-05]}"#, #"{"":""}"#, #"{"\u0000":"\u0000"}"#,
            #"{"a":"\"\\\/\b\f\n\r\t\u00e9"}"#, "{\"\u{10FFFF}\":\"\u{E9}\u{20AC}\u{1F600}\"}",
            #"{"a":"\ud83d\ude00"}"#, #"{"a":"\uFFFF\uD800\uDC00\uDBFF\uDFFF"}"#, "{\"a\":\"\u{7F}\"}",
        ])
    func read(_ text: String) { #expect(wireAccepts(text)) }

    @Test(
        "attacks 20, 21, 22: what is no single strict object",
        arguments: [
            "", " ", "[]", "[{}]", "\"a\"", "1", "null", "true", "{", "}", "{}{}", "{},", "{}a", "{}\0", "{}//",
            "{} {}",
            "\u{FEFF}{}", "\u{FEFF}", "\u{A0}{}", "\u{0C}{}", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#, #"{,}"#,
            #"{,"a":1}"#,
            #"{"a":1,,"b":2}"#, #"{"a":1 "b":2}"#, #"{"a" 1}"#, #"{"a"::1}"#, #"{a:1}"#, #"{'a':1}"#, #"{"a":'b'}"#,
            #"{"a":NaN}"#, #"{"a":Infinity}"#, #"{"a":-Infinity}"#, #"{"a":0x10}"#, #"{"a":tru}"#, #"{"a":True}"#,
            #"{"a":nul}"#, #"{"a":truefalse}"#, #"{"a":[}"#, #"{"a":]}"#, #"{"a":[1,]}"#, #"{"a":[,1]}"#,
            #"{"a":[1 2]}"#,
            #"{"a":[1}"#, #"{"a":{]}"#, #"{"a":1]"#, #"{"a":undefined}"#, #"{1:1}"#, #"{null:1}"#, "/**/{}", "{/**/}",
            #"{"a":1/**/}"#, "{\"a\":1//\n}", #"{"a":"b}"#, #"{"a":"\"}"#, #"{"a":""b"}"#, #"{"a""#, #"{"a":"#,
            #"{"a":1"#,
        ])
    func refused(_ text: String) { #expect(!wireAccepts(text)) }

    @Test(
        "attack 22: numbers by the grammar of RFC 8259 §6",
        arguments: [
            ("0", true), ("-0", true), ("10", true), ("-1", true), ("0.0", true), ("0.10", true), ("1e1", true),
            ("1E-1", true), ("1.5e+10", true), ("123456789012345678901234567890", true), ("1e400", true),
            ("+1", false), ("01", false), ("00", false), ("-01", false), ("1.", false), (".5", false), ("-.5", false),
            ("1e", false), ("1e+", false), ("1.e1", false), ("e1", false), ("-", false), ("--1", false), ("1-", false),
            ("1.2.3", false), ("1e1e1", false), ("1e1.5", false), ("0x1", false), ("1_000", false), ("1;5", false),
            ("\u{FF11}", false), ("1a", false),
        ])
    func numbers(_ number: String, _ valid: Bool) throws {
        #expect(wireAccepts("{\"a\":\(number)}") == valid)
        #expect(wireAccepts("{\"a\":[\(number),\(number) ]}") == valid)
        if valid { #expect(try WireJSON(parsing: "{\"a\": \(number) }")["a"] == .number(number)) }
    }

    @Test("attack 26: raw control characters in strings", arguments: UInt8.min..<0x20)
    func controls(_ byte: UInt8) {
        #expect(!wireAccepts(Array("{\"a\":\"b".utf8) + [byte] + Array("\"}".utf8)))
        #expect(!wireAccepts(Array("{\"a".utf8) + [byte] + Array("\":1}".utf8)))
        // After an escape, another loop reads.
        #expect(!wireAccepts(Array("{\"a\":\"\\n".utf8) + [byte] + Array("\"}".utf8)))
        #expect(wireAccepts(Array("{\"a\":\"\\u00".utf8) + Array(byte < 16 ? "0".utf8 : "1".utf8) + Array("b\"}".utf8)))
    }

    @Test(
        "attack 24: bytes that are not UTF-8",
        arguments: [
            "80", "bf", "c0", "c080", "c1bf", "c2", "c27f", "c2c0", "e0", "e080", "e08080", "e09fbf", "e180", "e1807f",
            "eda080", "edafbf", "edb080", "edbfbf", "eda080edb080", "efbf", "f0", "f08080", "f0808080", "f08fbfbf",
            "f09080",
            "f0908041", "f4908080", "f5808080", "f888808080", "fc8480808080", "fe", "ff", "c3c3a9", "a9", "e282",
            "e28241",
        ])
    func invalidUTF8(_ hex: String) {
        let bytes = wireHex(hex)
        for around in [
            ("{\"a\":\"", "\"}"), ("{\"a\":\"x\\n", "y\"}"), ("{\"", "\":1}"), ("{\"a\":\"", ""), ("{", "}"),
        ] {
            #expect(!wireAccepts(Array(around.0.utf8) + bytes + Array(around.1.utf8)))
        }
    }

    @Test(
        "attack 24: the first and last sequence of each length are read",
        arguments: [
            "7f", "c280", "dfbf", "e0a080", "ed9fbf", "ee8080", "efbfbf", "f0908080", "f48fbfbf", "efbbbf",
        ])
    func validUTF8(_ hex: String) throws {
        let text = Array("{\"a\":\"".utf8) + wireHex(hex) + Array("\"}".utf8)
        #expect(try WireJSON(parsing: text)["a"] == .string(wireHex(hex)))
    }

    @Test(
        "attack 25: lone and reversed surrogates, unknown escapes",
        arguments: [
            #"\ud800"#, #"\udc00"#, #"\udc00\ud800"#, #"\ud800\ud800"#, #"\ud800x"#, #"\ud800\n"#, #"\ud800\u0041"#,
            #"\ud800\"#, #"\ud800\u"#, #"\ud83d\ude0"#, #"\udbff\ue000"#, #"\u"#, #"\u12"#, #"\u123g"#, #"\u 123"#,
            #"\U0041"#,
            #"\x41"#, #"\a"#, #"\'"#, #"\0"#, #"\u+123"#, #"\u-001"#, "\\\u{E9}", "\\\n",
        ])
    func escapes(_ escape: String) {
        #expect(!wireAccepts("{\"a\":\"\(escape)\"}"))
        #expect(!wireAccepts("{\"\(escape)\":1}"))
    }
}

import Testing

@testable import DPoPCore

@Suite("StrictJSON: properties")
struct StrictJSONPropertyTests {
    @Test("property: a random value, spelled at random, is read as itself")
    func roundTrip() throws {
        var random = CheckRandom(seed: 8259)
        for _ in 0..<300 * CheckKit.scale {
            let value = randomObject(depth: 1, &random)
            var text: [UInt8] = []
            spell(value, into: &text, &random)
            #expect(try WireJSON(parsing: text) == value, "\(String(decoding: text, as: UTF8.self))")
            #expect(wireAccepts(text))
            // One byte cut off the end, and it is no object any more.
            let core = text.lastIndex(of: UInt8(ascii: "}")) ?? 0
            #expect(!wireAccepts(Array(text[..<core])))
        }
    }

    @Test(
        "each byte at each place of a string, between characters next to the special ones",
        arguments: [UInt8(ascii: "a"), 0x20, 0x21, 0x23, 0x5B, 0x5D, 0x7F])
    func everyByte(_ filler: UInt8) throws {
        for byte in UInt8.min...UInt8.max {
            for place in 0..<20 {
                var string = [UInt8](repeating: filler, count: 20)
                string[place] = byte
                let text = [UInt8](#"{"a":""#.utf8) + string + [UInt8](#""}"#.utf8)
                let isPlain = 0x20...0x7F ~= byte && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
                let read = try? WireJSON(parsing: text)
                #expect(read?["a"] == (isPlain ? .string(string) : nil), "\(byte) at \(place)")
            }
        }
    }

    @Test("attack 185: random bytes and random changes never trap")
    func noTrap() {
        var random = CheckRandom(seed: 185)
        let tokens = [
            "{", "}", "[", "]", ":", ",", "\"", "\\", "\\u", "d800", "0", "-", ".", "e", "true", "nul", "\u{E9}",
        ]
        var accepted = 0
        for round in 0..<3_000 * CheckKit.scale {
            var text: [UInt8] = []
            switch round % 3 {
            case 0: text = random.bytes(Int.random(in: 0...60, using: &random))
            case 1:
                for _ in 0..<Int.random(in: 0...30, using: &random) {
                    text += (tokens.randomElement(using: &random) ?? "").utf8
                }
            default:
                spell(randomObject(depth: 1, &random), into: &text, &random)
                text[Int.random(in: text.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            if wireAccepts(text) { accepted += 1 }
            let asText = String(decoding: text, as: UTF8.self)
            _ = try? CompactJWS(asText.utf8.span)
            _ = try? DecodedProof(decoding: asText)
            _ = try? DecodedProof(decoding: "\(wireBase64(text)).\(wireBase64(text)).\(wireBase64(text))")
            _ = try? PublicJWK(json: asText)
            _ = Thumbprint(asText)
            _ = try? TargetURI(asText)
            _ = try? TargetURI("https://" + asText)
        }
        // Some changes hit only the inside of a string.
        #expect(accepted > 0)
    }
}

private func randomObject(depth: Int, _ random: inout CheckRandom) -> WireJSON {
    var names: Set<[UInt8]> = []
    for _ in 0..<Int.random(in: 0...(depth == 1 ? 24 : 4), using: &random) {
        names.insert(randomText(&random))
    }
    return .object(
        names.sorted { $0.lexicographicallyPrecedes($1) }.shuffled(using: &random).map { name in
            WireJSON.Member(name: name, value: randomValue(depth: depth + 1, &random))
        })
}

private func randomValue(depth: Int, _ random: inout CheckRandom) -> WireJSON {
    switch Int.random(in: depth < 8 ? 0...7 : 2...7, using: &random) {
    case 0: return randomObject(depth: depth, &random)
    case 1:
        return .array((0..<Int.random(in: 0...4, using: &random)).map { _ in randomValue(depth: depth + 1, &random) })
    case 2, 3: return .string(randomText(&random))
    case 4: return .literal(["true", "false", "null"].randomElement(using: &random) ?? "null")
    default:
        var number = Bool.random(using: &random) ? "-" : ""
        number += String(random.next() >> UInt64.random(in: 0..<64, using: &random))
        if Bool.random(using: &random) { number += ".\(random.next() % 1000)" }
        if Bool.random(using: &random) { number += ["e", "E+", "e-"].randomElement(using: &random) ?? "e" }
        return .number(ASCII.isDigit(number.utf8.last ?? 0) ? number : number + "7")
    }
}

/// UTF-8 of a few scalars from all planes, control characters and quotes among them.
private func randomText(_ random: inout CheckRandom) -> [UInt8] {
    var text = String.UnicodeScalarView()
    for _ in 0..<Int.random(in: 0...6, using: &random) {
        let ceiling: UInt32 = [0x20, 0x7F, 0x7F, 0x7FF, 0xFFFF, 0x10FFFF].randomElement(using: &random) ?? 0x7F
        if let scalar = Unicode.Scalar(UInt32.random(in: 0...ceiling, using: &random)) { text.append(scalar) }
    }
    return Array(String(text).utf8)
}

private func spell(_ value: WireJSON, into text: inout [UInt8], _ random: inout CheckRandom) {
    space(&text, &random)
    switch value {
    case .number(let number): text += number.utf8
    case .literal(let literal): text += literal.utf8
    case .string(let bytes): spell(bytes, into: &text, &random)
    case .array(let elements):
        text.append(UInt8(ascii: "["))
        for (index, element) in elements.enumerated() {
            if index > 0 { text.append(UInt8(ascii: ",")) }
            spell(element, into: &text, &random)
        }
        space(&text, &random)
        text.append(UInt8(ascii: "]"))
    case .object(let members):
        text.append(UInt8(ascii: "{"))
        for (index, member) in members.enumerated() {
            if index > 0 { text.append(UInt8(ascii: ",")) }
            space(&text, &random)
            spell(member.name, into: &text, &random)
            space(&text, &random)
            text.append(UInt8(ascii: ":"))
            spell(member.value, into: &text, &random)
        }
        space(&text, &random)
        text.append(UInt8(ascii: "}"))
    }
    space(&text, &random)
}

private func space(_ text: inout [UInt8], _ random: inout CheckRandom) {
    while Int.random(in: 0..<4, using: &random) == 0 { text.append([0x20, 0x09, 0x0A, 0x0D][Int(random.next() % 4)]) }
}

/// Each scalar as it is, by its short escape or by \u, where it may be.
private func spell(_ bytes: [UInt8], into text: inout [UInt8], _ random: inout CheckRandom) {
    let short: [Unicode.Scalar: String] = [
        "\"": "\\\"", "\\": "\\\\", "/": "\\/", "\u{08}": "\\b", "\u{0C}": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t",
    ]
    text.append(UInt8(ascii: "\""))
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
        let mustEscape = scalar.value < 0x20 || scalar == "\"" || scalar == "\\"
        if !mustEscape && Int.random(in: 0..<3, using: &random) > 0 {
            text += String(scalar).utf8
        } else if let escape = short[scalar], Bool.random(using: &random) {
            text += escape.utf8
        } else {
            for unit in String(scalar).utf16 {
                let digits = String(unit, radix: 16, uppercase: Bool.random(using: &random))
                text += ("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).utf8
            }
        }
    }
    text.append(UInt8(ascii: "\""))
}

/// A JSON value of a claim, or of a document made of such.
public indirect enum ClaimValue: Sendable, Hashable {
    case string(String)
    /// A number without fraction and exponent.
    case integer(Int64)
    /// Any other number, as the nearest double; written in the fewest digits that read as the same. Infinities and
    /// NaN are not JSON and are refused.
    case double(Double)
    case bool(Bool)
    case null
    case array([ClaimValue])
    case object([String: ClaimValue])

    /// Appends the value as JSON; members in the order of their names' bytes.
    ///
    /// - Parameter depth: how deep the value stands, the payload itself being 1.
    func write(to json: inout [UInt8], depth: Int) throws(ProofBuildingError) {
        switch self {
        case .string(let text): JSONWriter.append(text, to: &json)
        case .integer(let number): JSONWriter.append(number, to: &json)
        case .double(let number):
            guard number.isFinite else { throw .notANumber }
            json.append(contentsOf: number.description.utf8)
        case .bool(let flag): json.append(contentsOf: (flag ? "true" : "false").utf8)
        case .null: json.append(contentsOf: "null".utf8)
        case .array(let elements):
            guard depth < VerificationPolicy.maximumDepth else { throw .nestedTooDeeply }
            json.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { json.append(UInt8(ascii: ",")) }
                try element.write(to: &json, depth: depth + 1)
            }
            json.append(UInt8(ascii: "]"))
        case .object(let members):
            guard depth < VerificationPolicy.maximumDepth else { throw .nestedTooDeeply }
            json.append(UInt8(ascii: "{"))
            for (index, member) in members.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) })
                .enumerated()
            {
                if index > 0 { json.append(UInt8(ascii: ",")) }
                JSONWriter.append(member.key, to: &json)
                json.append(UInt8(ascii: ":"))
                try member.value.write(to: &json, depth: depth + 1)
            }
            json.append(UInt8(ascii: "}"))
        }
    }
}

extension ClaimValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral {
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int64) { self = .integer(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
}

/// Writes JSON strings.
enum JSONWriter {
    /// Appends the text as a JSON string, escaping what RFC 8259 §7 asks for and nothing else.
    static func append(_ text: String, to json: inout [UInt8]) {
        json.append(UInt8(ascii: "\""))
        let bytes = text.utf8.span
        if !needsEscapes(bytes) {
            json.append(contentsOf: text.utf8)
            return json.append(UInt8(ascii: "\""))
        }
        for index in bytes.indices {
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                json.append(UInt8(ascii: "\\"))
                json.append(byte)
            case 0..<0x20:
                json.append(contentsOf: "\\u00".utf8)
                json.append(byte < 0x10 ? UInt8(ascii: "0") : UInt8(ascii: "1"))
                json.append(contentsOf: String(byte & 0xF, radix: 16).utf8)
            default: json.append(byte)
            }
        }
        json.append(UInt8(ascii: "\""))
    }

    private static func needsEscapes(_ bytes: borrowing Span<UInt8>) -> Bool {
        for index in bytes.indices {
            let byte = bytes[index]
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return true }
        }
        return false
    }

    /// Appends a number in decimal.
    static func append(_ number: Int64, to json: inout [UInt8]) {
        if number < 0 { json.append(UInt8(ascii: "-")) }
        let start = json.count
        var rest = number.magnitude
        repeat {
            json.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        } while rest > 0
        json[start...].reverse()
    }
}

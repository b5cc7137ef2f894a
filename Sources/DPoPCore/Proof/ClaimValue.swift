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

/// A JSON value to be printed, with its members in the order in which they are given.
enum JSONOutput {
    case string(String)
    case integer(String)
    case bool(Bool)
    case null
    case array([JSONOutput])
    case object([(String, JSONOutput)])
    /// JSON that was read strictly before; printed as it is but for characters that do something to a terminal.
    case verbatim(String)

    static func integer(_ number: some BinaryInteger) -> JSONOutput { .integer(String(number)) }

    /// On one line.
    var text: String {
        var text = ""
        write(to: &text)
        return text
    }

    func write(to text: inout String) {
        switch self {
        case .string(let value): JSONOutput.writeString(value, to: &text)
        case .integer(let digits): text += digits
        case .bool(let flag): text += flag ? "true" : "false"
        case .null: text += "null"
        case .array(let elements):
            text += "["
            for (index, element) in elements.enumerated() {
                if index > 0 { text += "," }
                element.write(to: &text)
            }
            text += "]"
        case .object(let members):
            text += "{"
            for (index, (name, value)) in members.enumerated() {
                if index > 0 { text += "," }
                JSONOutput.writeString(name, to: &text)
                text += ":"
                value.write(to: &text)
            }
            text += "}"
        case .verbatim(let json):
            for scalar in json.unicodeScalars {
                switch scalar {
                // Between tokens only: within strings they are escaped.
                case "\n", "\r", "\t": text += " "
                case _ where isPrintable(scalar): text.unicodeScalars.append(scalar)
                default: JSONOutput.writeEscape(scalar, to: &text)
                }
            }
        }
    }

    private static func writeString(_ value: String, to text: inout String) {
        text += "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case " "..."~": text.unicodeScalars.append(scalar)
            case _ where isPrintable(scalar): text.unicodeScalars.append(scalar)
            default: writeEscape(scalar, to: &text)
            }
        }
        text += "\""
    }

    private static func writeEscape(_ scalar: Unicode.Scalar, to text: inout String) {
        for unit in String(scalar).utf16 {
            let digits = String(unit, radix: 16)
            text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
    }
}

/// The one choice that every command has.
func printAnswer(json isJSON: Bool, _ object: @autoclosure () -> JSONOutput, text: @autoclosure () -> String) throws {
    try writeToStandardOutput((isJSON ? object().text : text()) + "\n")
}

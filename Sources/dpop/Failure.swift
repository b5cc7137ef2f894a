/// The command could not do its work: bad usage, or a file that is not what it should be. Exit status 2.
struct Failure: Error {
    /// Names the file or option and says what was expected. Never holds a secret.
    let message: String

    init(_ message: String) { self.message = message }
}

/// The answer, already printed, is a refusal. Exit status 1.
struct Refused: Error {}

/// There is no answer, which is already printed. Exit status 2: the command could not do its work.
struct NoAnswer: Error {}

/// Nobody reads the output any more; there is nothing to say and nobody to say it to.
struct BrokenPipe: Error {}

/// The text as one line that can do nothing to a terminal, without anything in it that looks like a token or proof.
///
/// Messages repeat arguments, and a token is easily given where the name of its file belongs.
func singleLine(_ text: String) -> String {
    var line = ""
    for scalar in text.unicodeScalars {
        if isPrintable(scalar) {
            line.unicodeScalars.append(scalar)
        } else if scalar != "\n" {
            line += "?"
        } else if line.unicodeScalars.last != " " {
            line += " "
        }
    }
    return hidingTokens(in: line)
}

/// Whether the scalar shows as itself: not a control, not one that reorders or hides what is around it.
func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: false
    default: true
    }
}

/// Replaces each long run of base64 characters and dots that holds the beginning of a JOSE object by a word, and so
/// each run with 32 letters and digits or more on end, such as a line of a PEM file.
func hidingTokens(in text: String) -> String {
    var output = ""
    var rest = text[...]
    while let start = rest.utf8.firstIndex(where: isTokenByte) {
        output += rest[..<start]
        let run = Substring(rest.utf8[start...].prefix(while: isTokenByte))
        let isToken = run.utf8.count >= 20 && run.contains("eyJ")
        let isKey = run.utf8.split(whereSeparator: { !isBase64Byte($0) }).contains { $0.count >= 32 }
        output += isToken || isKey ? "(a token, not shown)" : run
        rest = rest[run.endIndex...]
    }
    return output + rest
}

private func isBase64Byte(_ byte: UInt8) -> Bool {
    isTokenByte(byte) && !".-_/".utf8.contains(byte)
}

private func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
        UInt8(ascii: "+"), UInt8(ascii: "="), UInt8(ascii: "/"):
        true
    default: false
    }
}

/// What the argument parser says of these arguments, less the text of each that is longer than a word: it may be a
/// secret that was given where its file, or nothing, belongs.
func usageMessage(_ message: String, arguments: [String]) -> String {
    let values = arguments.flatMap { argument in
        // --name=value, besides the whole.
        [argument] + (argument.firstIndex(of: "=").map { [String(argument[argument.index(after: $0)...])] } ?? [])
    }
    var message = message
    for value in values.sorted(by: { $0.utf8.count > $1.utf8.count }) where value.utf8.count > longestWord {
        // The name of an option is shown, for it is most likely a slip.
        if value.hasPrefix("--"), value.utf8.count < 40, value.utf8.allSatisfy({ $0 == 0x2D || 0x61...0x7A ~= $0 }) {
            continue
        }
        message = message.replacing(value, with: notShown(value))
    }
    // A short one may be a field's value, whose quotes are missing.
    for value in fieldWords(arguments) { message = message.replacing("'\(value)'", with: notShown(value)) }
    return message
}

/// What follows each `--header` up to the next option.
private func fieldWords(_ arguments: [String]) -> [String] {
    var isField = false
    return arguments.filter { argument in
        guard argument.hasPrefix("--") else { return isField }
        isField = argument == "--header" || argument.hasPrefix("--header=")
        return false
    }
}

/// How messages name a file: by its name, unless that looks like what stands in a file.
func shownName(_ path: String) -> String {
    let isContent = path.utf8.count > 1_024 || path.contains { $0.isNewline || $0 == "{" } || path.contains("-----")
    return isContent ? notShown(path) : path
}

/// Subcommands and short slips are no longer.
private let longestWord = 16

private func notShown(_ text: String) -> String { "(\(text.utf8.count) bytes, not shown)" }

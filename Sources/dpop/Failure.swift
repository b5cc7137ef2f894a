/// The command could not do its work: bad usage, or a file that is not what it should be. Exit status 2.
struct Failure: Error {
    /// Names the file or option and says what was expected. Never holds a secret.
    let message: String

    init(_ message: String) { self.message = message }
}

/// The answer, already printed, is a refusal. Exit status 1.
struct Refused: Error {}

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

/// Replaces each long run of base64url characters and dots that holds the beginning of a JOSE object by a word.
func hidingTokens(in text: String) -> String {
    var output = ""
    var rest = text[...]
    while let start = rest.utf8.firstIndex(where: isTokenByte) {
        output += rest[..<start]
        let run = Substring(rest.utf8[start...].prefix(while: isTokenByte))
        output += run.utf8.count >= 20 && run.contains("eyJ") ? "(a token, not shown)" : run
        rest = rest[run.endIndex...]
    }
    return output + rest
}

private func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
        true
    default: false
    }
}

/// What the argument parser says, less what a stray argument holds: that may be a secret out of its place.
func usageMessage(_ message: String) -> String {
    let marks = ["Unexpected argument", "unexpected arguments"]
    guard marks.contains(where: { message.contains($0) }) else { return message }
    let parts = message.split(separator: "'", omittingEmptySubsequences: false)
    return parts.enumerated().map { index, part in
        // Odd parts stand between quotes. A subcommand or a short word is shown, for it is most likely a slip.
        index % 2 == 1 && part.utf8.count > 16 ? "(\(part.utf8.count) bytes, not shown)" : String(part)
    }.joined(separator: "'")
}

import Foundation

/// The code that the README shows, to be compared with code that is tested.
public enum Readme {
    /// The Swift blocks of a section, as lines without indentation.
    public static func blocks(_ section: String) -> [[String]] {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let file = root.appendingPathComponent("README.md")
        guard let text = try? String(contentsOf: file, encoding: .utf8),
            let from = text.components(separatedBy: "\n## \(section)\n").dropFirst().first
        else { return [] }
        let own = from.components(separatedBy: "\n## ").first ?? ""
        return own.components(separatedBy: "```swift\n").dropFirst().map { part in
            lines(part.components(separatedBy: "```").first ?? "")
        }
    }

    /// What stands between the marks of a test's source, as such lines.
    public static func marked(_ section: String, in source: String) -> [String] {
        let from = source.components(separatedBy: "// README: \(section)\n").dropFirst().first ?? ""
        return lines(from.components(separatedBy: "// README: end").first ?? "")
    }

    private static func lines(_ text: String) -> [String] {
        text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }
}

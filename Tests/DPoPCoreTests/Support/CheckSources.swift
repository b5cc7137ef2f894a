import Foundation

/// The repository's own text, for tests of rules that no call can show.
enum CheckSources {
    static let root = CheckKit.tests.deletingLastPathComponent()

    static func text(_ path: String) throws -> String {
        String(decoding: try Data(contentsOf: root.appending(path: path)), as: UTF8.self)
    }

    /// All files of a folder with one of these endings, by their paths.
    static func files(in folder: String, endingIn endings: [String]) throws -> [(path: String, text: String)] {
        let start = root.appending(path: folder)
        let paths = FileManager.default.enumerator(atPath: start.path)?.compactMap { $0 as? String } ?? []
        return try paths.filter { path in endings.contains { path.hasSuffix($0) } && !path.contains(".build") }
            .sorted().map { ($0, try text(folder + "/" + $0)) }
    }
}

import Foundation
import Testing

/// Data that others published, read from the folder that DPOP_VECTORS names. It is not part of this package.
enum OutsideVectors {
    static let folder = ProcessInfo.processInfo.environment["DPOP_VECTORS"].map { URL(fileURLWithPath: $0) }

    /// A test that needs the data is skipped, and reported so, where it is absent.
    static let areThere = Comment("DPOP_VECTORS names no folder of outside vectors")
    static var present: Bool {
        guard let folder else { return false }
        return FileManager.default.fileExists(atPath: folder.appending(path: "INDEX.md").path)
    }

    static func data(_ path: String) throws -> Data {
        // Not Data(contentsOf:), which on Linux loses its buffer for an empty file, and one vector is one.
        let file = try FileHandle(forReadingFrom: #require(folder).appending(path: path))
        defer { try? file.close() }
        return try file.readToEnd() ?? Data()
    }

    static func text(_ path: String) throws -> String {
        String(decoding: try data(path), as: UTF8.self)
    }

    /// The names of the files in a folder, sorted.
    static func names(in path: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: #require(folder).appending(path: path).path).sorted()
    }

    /// A file that holds a JSON object.
    static func object(_ path: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: data(path)) as? [String: Any])
    }

    /// The objects of a JSON array; one object counts as an array of it.
    static func objects(_ value: Any?) throws -> [[String: Any]] {
        if let one = value as? [String: Any] { return [one] }
        return try #require(value as? [[String: Any]])
    }

    /// An object of such a file as JSON text again.
    static func json(_ object: Any?) throws -> String {
        let object = try #require(object)
        return String(decoding: try JSONSerialization.data(withJSONObject: object), as: UTF8.self)
    }
}

/// Counts what a file's vectors said and what we said, and where the two differ.
struct OutsideTally {
    let file: String
    private var valid = 0
    private var invalid = 0
    private var differing: Set<String> = []
    private var notApplicable: [String: Int] = [:]

    init(_ file: String) { self.file = file }

    mutating func record(_ id: String, labelledValid: Bool, accepted: Bool) {
        if labelledValid { valid += 1 } else { invalid += 1 }
        if labelledValid != accepted { differing.insert(id) }
    }

    mutating func skip(_ reason: String) { notApplicable[reason, default: 0] += 1 }

    /// Prints the counts, and fails unless exactly the listed vectors differ and exactly `count` were seen.
    func finish(count: Int, sourceLocation: SourceLocation = #_sourceLocation) {
        let skipped = notApplicable.values.reduce(0, +)
        var line = "vectors: \(file): \(valid + invalid) run, \(valid) valid, \(invalid) invalid, "
        line += "\(differing.count) deviations"
        for (reason, count) in notApplicable.sorted(by: { $0.key < $1.key }) {
            line += ", \(count) not applicable (\(reason))"
        }
        print(line)
        #expect(valid + invalid + skipped == count, "vectors of \(file)", sourceLocation: sourceLocation)
        let listed = Set(OutsideDeviation.all.filter { $0.file == file }.map(\.id))
        #expect(differing.subtracting(listed).sorted() == [], "differ unlisted", sourceLocation: sourceLocation)
        #expect(listed.subtracting(differing).sorted() == [], "differ no longer", sourceLocation: sourceLocation)
    }
}

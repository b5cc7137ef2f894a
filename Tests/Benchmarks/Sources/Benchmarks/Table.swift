import Foundation

/// What a ratio has to be.
enum Limit {
    case atMost(Double)
    case atLeast(Double)

    func allows(_ value: Double) -> Bool {
        switch self {
        case .atMost(let limit): value <= limit
        case .atLeast(let limit): value >= limit
        }
    }

    var text: String {
        switch self {
        case .atMost(let limit): "<= \(format(limit))"
        case .atLeast(let limit): ">= \(format(limit))"
        }
    }
}

/// The rows, as text or as one JSON object.
struct Table {
    private struct Row: Encodable {
        let name: String
        let unit: String
        let ours: Double
        let reference: Double?
        let ratio: Double?
        let limit: String?
        /// "ok", "MISSED" or, where there is no limit, "info".
        let verdict: String
    }

    private var rows: [Row] = []
    private var notes: [String] = []

    var missed: Bool { rows.contains { $0.verdict == "MISSED" } }

    mutating func note(_ text: String) { notes.append(text) }

    /// Times; the limit is on ours / reference.
    mutating func add(_ name: String, _ pair: Pair, _ limit: Limit?) {
        add(name, "us", pair.ours / 1_000, pair.reference / 1_000, pair.ratio, limit)
    }

    /// Times; the limit is on reference / ours.
    mutating func add(_ name: String, timesFasterThanReference pair: Pair, _ limit: Limit?) {
        add(name, "us", pair.ours / 1_000, pair.reference / 1_000, 1 / pair.ratio, limit)
    }

    /// A figure by itself; the limit is on it.
    mutating func add(_ name: String, _ unit: String, _ value: Double, _ limit: Limit?) {
        rows.append(
            Row(
                name: name, unit: unit, ours: value, reference: nil, ratio: nil, limit: limit?.text,
                verdict: verdict(value, limit)))
    }

    mutating func add(
        _ name: String, _ unit: String, _ ours: Double, _ reference: Double, _ ratio: Double, _ limit: Limit?
    ) {
        rows.append(
            Row(
                name: name, unit: unit, ours: ours, reference: reference, ratio: ratio, limit: limit?.text,
                verdict: verdict(ratio, limit)))
    }

    private func verdict(_ value: Double, _ limit: Limit?) -> String {
        limit.map { $0.allows(value) ? "ok" : "MISSED" } ?? "info"
    }

    var text: String {
        let names = rows.map(\.name.count).max() ?? 0
        func line(_ name: String, _ cells: [String]) -> String {
            pad(name, names, left: true) + zip(cells, [11, 11, 8, 9, 8, 10]).map { pad($0, $1) }.joined()
        }
        var lines = notes
        lines.append(line("", ["ours", "reference", "unit", "ratio", "limit", "verdict"]))
        for row in rows {
            lines.append(
                line(
                    row.name,
                    [
                        format(row.ours), row.reference.map(format) ?? "-", row.unit, row.ratio.map(format) ?? "-",
                        row.limit ?? "-", row.verdict,
                    ]))
        }
        return lines.joined(separator: "\n")
    }

    func json() throws -> String {
        struct Report: Encodable {
            let notes: [String]
            let rows: [Row]
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(Report(notes: notes, rows: rows)), as: UTF8.self)
    }

    private func pad(_ text: String, _ width: Int, left: Bool = false) -> String {
        let space = String(repeating: " ", count: max(left ? 0 : 1, width - text.count))
        return left ? text + space : space + text
    }
}

private func format(_ value: Double) -> String { String(format: "%.2f", value) }

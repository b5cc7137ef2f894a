import Foundation

/// The rows and the curves, as text or as one JSON object.
struct Table {
    private(set) var rows: [Row] = []
    private(set) var curves: [Curve] = []
    private(set) var notes: [String] = []

    mutating func note(_ text: String) { notes.append(text) }
    mutating func add(_ row: Row) { rows.append(row) }
    mutating func add(_ curve: Curve) { curves.append(curve) }

    /// Times; the limit is on ours / reference.
    mutating func add(_ name: String, _ pair: Pair, _ limit: Limit?, chart: Chart.Part? = nil) {
        rows.append(
            Row(
                name: name, unit: "us", ours: pair.ours / 1_000, reference: pair.reference / 1_000,
                figure: .ratio(pair.ratio), limit: limit, chart: chart))
    }

    /// Nanoseconds, of which ours has something on top of the reference; the limit is on that part of the bare operation.
    mutating func add(_ name: String, beyond pair: Pair, bare: Double, _ limit: Limit?) {
        rows.append(
            Row(
                name: name, unit: "us", ours: pair.ours / 1_000, reference: pair.reference / 1_000,
                figure: .beyond(pair.difference / bare), limit: limit))
    }

    /// A figure by itself; the limit is on it.
    mutating func add(_ name: String, _ unit: String, _ value: Double, _ limit: Limit?) {
        rows.append(Row(name: name, unit: unit, ours: value, limit: limit))
    }

    mutating func add(
        _ name: String, _ unit: String, _ ours: Double, _ reference: Double, _ ratio: Double, _ limit: Limit?,
        machine: Double? = nil, steady: Bool = true
    ) {
        rows.append(
            Row(
                name: name, unit: unit, ours: ours, reference: reference, figure: .ratio(ratio), limit: limit,
                machine: machine, steady: steady))
    }

    var text: String {
        let names = rows.map(\.name.count).max() ?? 0
        func line(_ name: String, _ cells: [String]) -> String {
            pad(name, names, left: true) + zip(cells, [11, 11, 8, 9, 8, 10]).map { pad($0, $1) }.joined()
        }
        var lines = notes
        if !rows.isEmpty { lines.append(line("", ["ours", "reference", "unit", "ratio", "limit", "verdict"])) }
        for row in rows {
            lines.append(
                line(
                    row.name,
                    [
                        format(row.ours), row.reference.map { format($0) } ?? "-", row.unit, row.figureText ?? "-",
                        row.limit?.text ?? "-", row.verdict,
                    ]))
        }
        return (lines + curves.map { "\n" + $0.text }).joined(separator: "\n")
    }

    func json() throws -> String {
        struct Report: Encodable {
            struct Line: Encodable {
                let name: String
                let unit: String
                let ours: Double
                let reference: Double?
                let ratio: Double?
                let difference: Double?
                let limit: String?
                let verdict: String
            }
            let notes: [String]
            let rows: [Line]
            let curves: [Curve]
        }
        let lines = rows.map { row in
            var (ratio, difference): (Double?, Double?)
            switch row.figure {
            case .ratio(let value), .beyond(let value): ratio = value
            case .difference(let value): difference = value
            case .alone: break
            }
            return Report.Line(
                name: row.name, unit: row.unit, ours: row.ours, reference: row.reference, ratio: ratio,
                difference: difference, limit: row.limit?.text, verdict: row.verdict)
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let report = Report(notes: notes, rows: lines, curves: curves)
        return String(decoding: try encoder.encode(report), as: UTF8.self)
    }
}

func pad(_ text: String, _ width: Int, left: Bool = false) -> String {
    let space = String(repeating: " ", count: max(left ? 0 : 1, width - text.count))
    return left ? text + space : space + text
}

func format(_ value: Double, digits: Int = 2) -> String { String(format: "%.\(digits)f", value) }

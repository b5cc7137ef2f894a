extension Table {
    /// The same rows and curves, for a page of the documentation.
    var markdown: String {
        var lines = notes.flatMap { [$0, ""] }
        if !rows.isEmpty {
            lines += ["| | ours | reference | unit | ratio | limit |", "|---|---:|---:|---|---:|---:|"]
            for row in rows {
                let limit = row.limit.map { sign($0) + (row.missed ? " missed" : "") }
                lines.append(
                    line([
                        row.name, format(row.ours), row.reference.map { format($0) } ?? "", row.unit,
                        row.figureText ?? "",
                        limit ?? "",
                    ]))
            }
        }
        for curve in curves {
            if lines.last?.isEmpty == false { lines.append("") }
            lines += [curve.title + ":", "", line(curve.columns), "|" + curve.columns.map { _ in "---:|" }.joined()]
            lines += curve.points.map { line(curve.cells($0)) }
        }
        return lines.joined(separator: "\n")
    }

    private func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }

    private func sign(_ limit: Limit) -> String {
        switch limit {
        case .atMost(let value): "≤ \(format(value))"
        case .atLeast(let value): "≥ \(format(value))"
        }
    }
}

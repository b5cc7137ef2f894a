/// The ratios to bare libcrypto as bars, with a tick where the limit is. Text of an SVG, for light and dark pages.
struct Chart {
    let rows: [Row]
    let caption: String

    private let width = 760.0
    private let labels = 300.0
    private let top = 44.0
    private let step = 28.0
    private let bar = 16.0

    private var bottom: Double { top + step * Double(rows.count) }
    /// Where the scale ends; never less than a bit beyond bare.
    private var end: Double { max(1.25, (rows.map(\.judged) + rows.compactMap { $0.limit?.value }).max() ?? 0) * 1.04 }

    private func x(_ ratio: Double) -> Double { labels + (width - labels - 60) * ratio / end }

    var svg: String {
        var lines = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(digits(width)) \(digits(bottom + 56))\" role=\"img\">",
            "<title>Time against bare libcrypto</title>",
            "<desc>\(rows.map { "\(escaped($0.name)): \(format($0.judged))" }.joined(separator: "; "))</desc>",
            "<style>", style, "</style>",
            text(labels, 22, "One operation against the bare libcrypto call beside it, less is better"),
        ]
        for ratio in stride(from: 0, to: end, by: 0.25) {
            let place = digits(x(ratio))
            let kind = ratio == 1 ? "bare" : "grid"
            lines.append(
                "<line class=\"\(kind)\" x1=\"\(place)\" x2=\"\(place)\" y1=\"\(digits(top - 8))\" y2=\"\(digits(bottom))\"/>"
            )
            lines.append(text(x(ratio), bottom + 16, ratio == 1 ? "bare" : format(ratio), "note middle"))
        }
        for (index, row) in rows.enumerated() { lines += drawing(row, at: top + step * Double(index)) }
        lines.append(text(0, bottom + 44, "Ticks are limits. \(escaped(caption))", "note"))
        lines.append("</svg>")
        return lines.joined(separator: "\n") + "\n"
    }

    private func drawing(_ row: Row, at y: Double) -> [String] {
        let right = x(row.judged)
        let kind = row.limit == nil ? "peer" : row.missed ? "missed" : "ours"
        var lines = [
            text(labels - 10, y + 12, escaped(row.name), "end"),
            "<rect class=\"\(kind)\" x=\"\(digits(labels))\" y=\"\(digits(y))\" width=\"\(digits(right - labels))\""
                + " height=\"\(digits(bar))\"/>",
        ]
        var number = right
        if let limit = row.limit {
            let tick = digits(x(limit.value))
            lines.append(
                "<line class=\"limit\" x1=\"\(tick)\" x2=\"\(tick)\" y1=\"\(digits(y - 4))\" y2=\"\(digits(y + bar + 4))\"/>"
            )
            // The number stands clear of the tick.
            if abs(x(limit.value) - right) < 40 { number = max(number, x(limit.value)) }
        }
        lines.append(text(number + 6, y + 12, format(row.judged)))
        return lines
    }

    /// Colours that keep their contrast on white and on black.
    private let style = """
        text { font: 13px system-ui, sans-serif; fill: #1f2328; }
        .note { font-size: 11px; fill: #59636e; } .end { text-anchor: end; } .middle { text-anchor: middle; }
        .ours { fill: #2f6fd0; } .peer { fill: #8c959f; } .missed { fill: #cf5b2e; }
        .grid { stroke: #d1d9e0; } .bare { stroke: #59636e; } .limit { stroke: #1f2328; stroke-width: 2; }
        @media (prefers-color-scheme: dark) {
          text { fill: #e6edf3; } .note { fill: #9198a1; } .ours { fill: #5b9bf5; } .peer { fill: #7d8590; }
          .missed { fill: #f0883e; } .grid { stroke: #30363d; } .bare { stroke: #9198a1; } .limit { stroke: #e6edf3; }
        }
        """

    private func text(_ x: Double, _ y: Double, _ words: String, _ kind: String = "") -> String {
        let kind = kind.isEmpty ? "" : " class=\"\(kind)\""
        return "<text\(kind) x=\"\(digits(x))\" y=\"\(digits(y))\">\(words)</text>"
    }

    private func digits(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }

    private func escaped(_ words: String) -> String {
        String(words.flatMap { $0 == "<" ? "&lt;" : $0 == ">" ? "&gt;" : $0 == "&" ? "&amp;" : String($0) })
    }
}

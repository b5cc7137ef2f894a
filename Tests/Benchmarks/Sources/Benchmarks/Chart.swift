/// The ratios to bare libcrypto as bars, with a tick where the limit is: the text of an SVG for light and dark pages.
struct Chart {
    enum Part: String, CaseIterable {
        case verify = "Verify"
        case sign = "Sign"
    }

    private enum Line {
        case heading(String)
        case bar(Row)
    }

    private let lines: [Line]
    private let caption: String
    /// Where the scale ends; never less than a bit beyond bare.
    private let end: Double

    private let width = 760.0
    private let labels = 310.0
    private let top = 26.0
    private let step = 28.0
    private let bar = 16.0

    /// Each part's rows, the fastest first.
    init(_ rows: [Row], caption: String) {
        lines = Part.allCases.flatMap { part in
            let bars = rows.filter { $0.chart == part }.sorted { $0.judged < $1.judged }
            return [Line.heading("\(part.rawValue), times bare libcrypto")] + bars.map(Line.bar)
        }
        let charted = rows.filter { $0.chart != nil }
        end = max(1.25, (charted.map(\.judged) + charted.compactMap { $0.limit?.value }).max() ?? 0) * 1.04
        self.caption = caption
    }

    var svg: String {
        let bottom = top + step * Double(lines.count)
        let bars = lines.compactMap { if case .bar(let row) = $0 { row } else { nil } }
        var elements = [
            "<title>What verifying and building a proof take, in calls of bare libcrypto</title>",
            "<desc>\(bars.map { "\(escaped($0.name)): \(format($0.judged))" }.joined(separator: "; "))</desc>",
            "<style>", style, "</style>",
        ]
        for ratio in stride(from: 0, to: end, by: 0.25) {
            let bare = ratio == 1
            elements.append(line(x(ratio), top - 12, bottom, bare ? "bare" : "grid"))
            elements.append(text(x(ratio), bottom + 16, format(ratio), "note middle"))
            if bare { elements.append(text(x(ratio), top - 16, "bare", "note middle")) }
        }
        for (index, line) in lines.enumerated() {
            let y = top + step * Double(index)
            switch line {
            case .heading(let words): elements.append(text(0, y + 13, words, "heading"))
            case .bar(let row): elements += drawing(row, at: y)
            }
        }
        let missed = bars.contains(where: \.missed) ? " Orange: a limit was missed." : ""
        let legend = "Less is better. Blue: this package. Grey: others. Ticks are limits.\(missed)"
        elements.append(text(0, bottom + 42, legend, "note"))
        elements.append(text(0, bottom + 58, "\(escaped(caption)).", "note"))
        let size = "\(digits(width)) \(digits(bottom + 68))"
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(size)\" role=\"img\">\n"
            + elements.joined(separator: "\n") + "\n</svg>\n"
    }

    private func drawing(_ row: Row, at y: Double) -> [String] {
        let right = x(row.judged)
        let kind = row.limit == nil ? "peer" : row.missed ? "missed" : "ours"
        var elements = [
            text(labels - 10, y + 13, escaped(row.name), "end"),
            "<rect class=\"\(kind)\" x=\"\(digits(labels))\" y=\"\(digits(y))\" width=\"\(digits(right - labels))\""
                + " height=\"\(digits(bar))\"/>",
        ]
        if let limit = row.limit { elements.append(line(x(limit.value), y - 4, y + bar + 4, "limit")) }
        // In a column, clear of bars and lines.
        elements.append(text(width - 4, y + 13, row.figureText ?? format(row.judged), "end"))
        return elements
    }

    /// Colours that keep their contrast on white and on black.
    private let style = """
        text { font: 13px system-ui, sans-serif; fill: #1f2328; }
        text.heading { font-weight: 600; } text.end { text-anchor: end; } text.middle { text-anchor: middle; }
        text.note { font-size: 11px; fill: #59636e; }
        .ours { fill: #2f6fd0; } .peer { fill: #8c959f; } .missed { fill: #cf5b2e; }
        .grid { stroke: #d1d9e0; } .bare { stroke: #59636e; } .limit { stroke: #1f2328; stroke-width: 2; }
        @media (prefers-color-scheme: dark) {
          text { fill: #e6edf3; } text.note { fill: #9198a1; } .ours { fill: #5b9bf5; } .peer { fill: #7d8590; }
          .missed { fill: #f0883e; } .grid { stroke: #30363d; } .bare { stroke: #9198a1; } .limit { stroke: #e6edf3; }
        }
        """

    private func x(_ ratio: Double) -> Double { labels + (width - labels - 50) * ratio / end }

    private func line(_ x: Double, _ from: Double, _ to: Double, _ kind: String) -> String {
        let (x, from, to) = (digits(x), digits(from), digits(to))
        return "<line class=\"\(kind)\" x1=\"\(x)\" x2=\"\(x)\" y1=\"\(from)\" y2=\"\(to)\"/>"
    }

    private func text(_ x: Double, _ y: Double, _ words: String, _ kind: String? = nil) -> String {
        let kind = kind.map { " class=\"\($0)\"" } ?? ""
        return "<text\(kind) x=\"\(digits(x))\" y=\"\(digits(y))\">\(words)</text>"
    }

    /// To a tenth of a pixel.
    private func digits(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }

    private func escaped(_ words: String) -> String {
        String(words.flatMap { $0 == "<" ? "&lt;" : $0 == ">" ? "&gt;" : $0 == "&" ? "&amp;" : String($0) })
    }
}

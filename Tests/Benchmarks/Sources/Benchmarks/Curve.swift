/// How figures move with a size: one point a line.
struct Curve: Encodable {
    let title: String
    /// The size first.
    let columns: [String]
    private(set) var points: [[Double]] = []

    init(_ title: String, _ columns: [String]) {
        self.title = title
        self.columns = columns
    }

    mutating func add(_ size: Int, _ figures: Double...) { points.append([Double(size)] + figures) }

    /// The size without a fraction, and its thousands apart.
    func cells(_ point: [Double]) -> [String] {
        point.enumerated().map { $0.offset == 0 ? grouped(Int($0.element)) : format($0.element) }
    }

    var text: String {
        let lines = [columns] + points.map(cells)
        let widths = columns.indices.map { column in (lines.map { $0[column].count }.max() ?? 0) + 2 }
        return title + "\n" + lines.map { zip($0, widths).map { pad($0, $1) }.joined() }.joined(separator: "\n")
    }
}

/// 1000000 as 1,000,000.
func grouped(_ number: Int) -> String {
    let digits = Array(String(number))
    var text = ""
    for (index, digit) in digits.enumerated() {
        if index > 0, (digits.count - index).isMultiple(of: 3) { text.append(",") }
        text.append(digit)
    }
    return text
}

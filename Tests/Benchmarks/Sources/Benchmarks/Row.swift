/// What a figure has to be.
enum Limit {
    case atMost(Double)
    case atLeast(Double)

    /// - Parameter margin: by which part of the limit a value may miss it.
    func allows(_ value: Double, margin: Double = 0) -> Bool {
        switch self {
        case .atMost(let limit): value <= limit * (1 + margin)
        case .atLeast(let limit): value >= limit * (1 - margin)
        }
    }

    func scaled(by factor: Double) -> Limit {
        switch self {
        case .atMost(let limit): .atMost(limit * factor)
        case .atLeast(let limit): .atLeast(limit * factor)
        }
    }

    var value: Double {
        switch self {
        case .atMost(let limit), .atLeast(let limit): limit
        }
    }

    var text: String {
        switch self {
        case .atMost(let limit): "<= \(format(limit))"
        case .atLeast(let limit): ">= \(format(limit))"
        }
    }
}

/// One figure of the table.
struct Row {
    /// What the limit is on.
    enum Figure {
        /// Of ours and the reference, or the other way round where more is better.
        case ratio(Double)
        /// Ours less the reference, as a part of the bare operation.
        case beyond(Double)
        /// Ours less the reference, in the row's unit.
        case difference(Double)
        /// Ours.
        case alone
    }

    let name: String
    let unit: String
    let ours: Double
    var reference: Double?
    var figure = Figure.alone
    var limit: Limit?
    /// For two threads against one: what the machine gave at the same time to work that shares nothing.
    var machine: Double?
    /// Whether the ratio holds on a machine that does other things too.
    var steady = true
    /// Where it has a bar in the chart: a ratio to bare libcrypto.
    var chart: Chart.Part?

    var judged: Double {
        switch figure {
        case .ratio(let value), .beyond(let value), .difference(let value): value
        case .alone: ours
        }
    }

    var missed: Bool { limit.map { !$0.allows(judged) } ?? false }

    /// Whether a ratio misses its limit by more than a quarter, or what comes on top of something by more than a quarter
    /// of the bare operation. Absolute figures tell of the machine more than of the library, and two threads are only
    /// held to what the machine gives.
    var regressed: Bool {
        guard let limit, steady else { return false }
        switch figure {
        case .ratio(let ratio): return !limit.scaled(by: min(1, (machine ?? 2) / 2)).allows(ratio, margin: 0.25)
        case .beyond(let part): return !limit.allows(part - 0.25)
        case .difference, .alone: return false
        }
    }

    /// "ok", "MISSED" or, where there is no limit, "info".
    var verdict: String { limit == nil ? "info" : missed ? "MISSED" : "ok" }

    /// Of the figure, as the tables show it: to one more digit where two would not tell whether the limit was missed.
    var figureText: String? {
        switch figure {
        case .ratio(let value), .beyond(let value):
            limit.map { format(value) == format($0.value) } ?? false ? format(value, digits: 3) : format(value)
        case .difference(let value): (value < 0 ? "" : "+") + format(value)
        case .alone: nil
        }
    }
}

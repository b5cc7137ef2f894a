import CBare

/// The two sides of a row, timed in turns so that what the machine does meanwhile hits both.
struct Pair {
    /// Nanoseconds of one operation, the medians over all rounds.
    var ours: Double
    var reference: Double
    /// The median over rounds of ours / reference.
    var ratio: Double
    /// The median over rounds of ours less the reference, in nanoseconds.
    var difference: Double
}

/// Collects rounds: in each, a small batch of either side, the order swapped every time.
struct Rounds {
    private var ours: [Double] = []
    private var references: [Double] = []
    private var ratios: [Double] = []
    private var differences: [Double] = []
    private var oursFirst = true

    mutating func round(of count: Int, ours mine: () throws -> Void, reference other: () throws -> Void) rethrows {
        let first = oursFirst
        oursFirst.toggle()
        let a = try first ? time(count, mine) : time(count, other)
        let b = try first ? time(count, other) : time(count, mine)
        add(ours: first ? a : b, reference: first ? b : a)
    }

    /// By the time that passed, since what is asynchronous here is done by several threads.
    mutating func round(
        of count: Int, ours mine: () async throws -> Void, reference other: () async throws -> Void
    ) async rethrows {
        let first = oursFirst
        oursFirst.toggle()
        let a = try await first ? time(count, by: .passed, mine) : time(count, by: .passed, other)
        let b = try await first ? time(count, by: .passed, other) : time(count, by: .passed, mine)
        add(ours: first ? a : b, reference: first ? b : a)
    }

    mutating func add(ours mine: Double, reference other: Double) {
        ours.append(mine)
        references.append(other)
        ratios.append(mine / other)
        differences.append(mine - other)
    }

    var result: Pair {
        Pair(
            ours: median(ours), reference: median(references), ratio: median(ratios), difference: median(differences))
    }
}

/// Several sides timed in turns, in an order that is drawn anew for every round.
struct Turns {
    private var times: [[Double]]

    init(sides: Int) { times = Array(repeating: [], count: sides) }

    /// - Parameter body: what one side, given by its number, does `count` times.
    mutating func round(of count: Int, _ body: (Int) async throws -> Void) async rethrows {
        for side in times.indices.shuffled() {
            times[side].append(try await time(count) { try await body(side) })
        }
    }

    func pair(_ ours: Int, to reference: Int) -> Pair {
        var rounds = Rounds()
        for (mine, other) in zip(times[ours], times[reference]) { rounds.add(ours: mine, reference: other) }
        return rounds.result
    }
}

/// What time is.
enum Time {
    /// Of the cores that this process used, for work that never waits: the machine may do other things too.
    case used
    /// On the wall, for work on several threads or with other processes.
    case passed

    fileprivate var nanoseconds: UInt64 { self == .used ? bare_work_nanoseconds() : bare_nanoseconds() }
}

/// Nanoseconds of one of `count` operations that `body` does.
func time(_ count: Int, by time: Time = .used, _ body: () throws -> Void) rethrows -> Double {
    let start = time.nanoseconds
    try body()
    return Double(time.nanoseconds - start) / Double(count)
}

func time(_ count: Int, by time: Time = .used, _ body: () async throws -> Void) async rethrows -> Double {
    let start = time.nanoseconds
    try await body()
    return Double(time.nanoseconds - start) / Double(count)
}

func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    guard !sorted.isEmpty else { return .nan }
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

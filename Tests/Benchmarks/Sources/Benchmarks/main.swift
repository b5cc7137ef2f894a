// The place where speed is argued: the library against bare libcrypto, swift-crypto and jwt-kit, all in one process and
// one run:
//
//     swift run -c release --package-path Tests/Benchmarks Benchmarks [--quick] [--check] …   (see Options.swift)
//
// The two sides of a row take turns in small batches, every figure is a median, and what one thread does alone is timed
// by what the process used of a core: so the ratios hold on a machine that does other things too; the times by
// themselves do not. Of the files, `…Rows` measure, `Table`, `Markdown` and `Chart`
// show, and CBare holds the bare calls.

import Foundation

func complain(_ text: String) { FileHandle.standardError.write(Data("\(text)\n".utf8)) }

guard let options = Options(Array(CommandLine.arguments.dropFirst())) else {
    complain(Options.usage)
    exit(2)
}

/// Everything that was asked for.
@MainActor
func measure() async throws -> Table {
    let quick = options.quick
    var table = Table()
    table.note(Machine.caption)
    switch options.part {
    case .scale:
        table = try await ScaleRows(quick: quick).curves(table)
    case .fleet:
        table = try await ValkeyRows(quick: quick).rows(table)
    case .all:
        // Memory first, while the process is small.
        table = try await ReplayRows(quick: quick).rows(table)
        table = try await ReplayPauseRows(quick: quick).rows(table)
        try ProofRows(quick: quick).rows(&table)
        // Keys that earned their tables, for three kinds of rows.
        let busy = try await BusyKeys(count: quick ? 16 : 64)
        try BusyRows(quick: quick).rows(&table, busy)
        table = try await PeerRows(quick: quick).rows(table, busy)
        try ThreadRows(quick: quick).rows(&table, busy)
        try AlgorithmRows(quick: quick).rows(&table)
        try PathRows(quick: quick).rows(&table)
        try NonceRows(quick: quick).rows(&table)
        table = try await GuardRows(quick: quick).rows(table)
        table = try await SessionRows(quick: quick).rows(table)
        table = try await ValkeyRows(quick: quick).rows(table)
    }
    return table
}

var failed = false
do {
    let table = try await measure()
    switch options.format {
    case .text: print(table.text)
    case .json: print(try table.json())
    case .markdown: print(table.markdown)
    }
    if let file = options.svg {
        try Data(Chart(table.rows, caption: Machine.caption).svg.utf8).write(to: URL(fileURLWithPath: file))
    }
    failed = options.check && table.rows.contains(where: \.missed)
    var worse = options.regress ? table.rows.filter(\.regressed) : []
    if !worse.isEmpty {
        // Once more, since something else that runs is nobody's fault. What is worse both times is.
        complain("worse than their limits by more than a quarter: \(worse.map(\.name)); measured once more")
        let again = try await measure().rows.filter(\.regressed)
        worse = again.filter { row in worse.contains { $0.name == row.name } }
        for row in worse { complain("\(row.name): \(format(row.judged)), the limit is \(row.limit?.text ?? "")") }
        failed = failed || !worse.isEmpty
    }
} catch {
    complain("Benchmarks: \(error)")
    exit(70)
}
exit(failed ? 1 : 0)

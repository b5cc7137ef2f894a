// The place where speed is argued: the library against bare libcrypto, swift-crypto and jwt-kit, all in one process and
// one run:
//
//     swift run -c release --package-path Tests/Benchmarks Benchmarks [--quick] [--check] …   (see Options.swift)
//
// The two sides of a row take turns in small batches and every figure is a median, so the ratios hold on a machine that
// does other things too; the times by themselves do not. Of the files, `…Rows` measure, `Table`, `Markdown` and `Chart`
// show, and CBare holds the bare calls.

import Foundation

func complain(_ text: String) { FileHandle.standardError.write(Data("\(text)\n".utf8)) }

guard let options = Options(Array(CommandLine.arguments.dropFirst())) else {
    complain(Options.usage)
    exit(2)
}

let quick = options.quick
var failed = false
do {
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
        // Keys that earned their tables, which takes its time, for three kinds of rows.
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
    switch options.format {
    case .text: print(table.text)
    case .json: print(try table.json())
    case .markdown: print(table.markdown)
    }
    if let file = options.svg {
        let chart = Chart(rows: table.rows.filter(\.charted), caption: Machine.caption)
        try Data(chart.svg.utf8).write(to: URL(fileURLWithPath: file))
    }
    for row in table.rows where options.regress && row.regressed {
        complain("Benchmarks: \(row.name) is \(format(row.judged)), its limit \(row.limit?.text ?? "")")
        failed = true
    }
    failed = failed || options.check && table.rows.contains(where: \.missed)
} catch {
    complain("Benchmarks: \(error)")
    exit(70)
}
exit(failed ? 1 : 0)

// The library against bare libcrypto and against jwt-kit, all in one process and one run:
//
//     swift run -c release --package-path Tests/Benchmarks Benchmarks [--json] [--quick] [--check] [--fleet]
//
// The two sides of a row take turns in small batches and every figure is a median, so the ratios hold on a machine that
// does other things too; the times by themselves do not. `--quick` takes seconds and is only good for seeing that it
// runs; `--check` ends with status 1 if a limit was missed; `--fleet` leaves out what needs no server.

import Foundation

let arguments = Set(CommandLine.arguments.dropFirst())
let known: Set<String> = ["--json", "--quick", "--check", "--fleet"]

guard arguments.isSubset(of: known) else {
    FileHandle.standardError.write(Data("usage: Benchmarks [--json] [--quick] [--check] [--fleet]\n".utf8))
    exit(2)
}

let quick = arguments.contains("--quick")
var missed = false
do {
    var table = Table()
    if !arguments.contains("--fleet") {
        // Memory first, while the process is small.
        table = try await ReplayRows(quick: quick).rows(table)
        try ProofRows(quick: quick).rows(&table)
        table = try await JWTKitRows(quick: quick).rows(table)
        try NonceRows(quick: quick).rows(&table)
        table = try await GuardRows(quick: quick).rows(table)
        table = try await SessionRows(quick: quick).rows(table)
    }
    table = try await ValkeyRows(quick: quick).rows(table)
    missed = table.missed
    print(arguments.contains("--json") ? try table.json() : table.text)
} catch {
    FileHandle.standardError.write(Data("Benchmarks: \(error)\n".utf8))
    exit(70)
}
exit(arguments.contains("--check") && missed ? 1 : 0)

/// What the command line asks for.
struct Options {
    static let usage = """
        usage: Benchmarks [--quick] [--fleet | --scale] [--json | --markdown] [--svg FILE] [--check] [--regress]
          --quick     fewer rounds: under a minute, good for --regress and not for --check
          --fleet     only what needs a server
          --scale     only the curves: keys, remembered proofs, threads
          --json      one JSON object
          --markdown  a Markdown table
          --svg FILE  writes a chart of the ratios to bare libcrypto besides
          --check     status 1 if a limit was missed
          --regress   status 1 if a ratio misses its limit by more than a quarter, twice
        """

    enum Format { case text, json, markdown }
    enum Part { case all, fleet, scale }

    private(set) var quick = false
    private(set) var part = Part.all
    private(set) var format = Format.text
    private(set) var svg: String?
    private(set) var check = false
    private(set) var regress = false

    /// Nil for what the usage does not name.
    init?(_ arguments: [String]) {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            switch argument {
            case "--quick": quick = true
            case "--fleet" where part == .all: part = .fleet
            case "--scale" where part == .all: part = .scale
            case "--json" where format == .text: format = .json
            case "--markdown" where format == .text: format = .markdown
            case "--svg" where svg == nil:
                guard let file = rest.popFirst() else { return nil }
                svg = file
            case "--check": check = true
            case "--regress": regress = true
            default: return nil
            }
        }
    }
}

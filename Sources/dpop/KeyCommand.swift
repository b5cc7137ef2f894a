import ArgumentParser

struct KeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "Make a key, or show its public half.",
        subcommands: [KeyNewCommand.self, KeyShowCommand.self])
}

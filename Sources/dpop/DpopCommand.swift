import ArgumentParser
import DPoPCore

/// `dpop`: keys, proofs and verdicts on the command line.
struct DpopCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dpop",
        abstract: "Build and verify DPoP proofs (RFC 9449).",
        discussion: """
            Exit status: 0 good, 1 refused, 2 usage or no answer. Secrets come from files or standard input ("-"), \
            never from an argument. --json prints one JSON object.
            """,
        subcommands: subcommands
    )

    private static var subcommands: [any ParsableCommand.Type] {
        var commands: [any ParsableCommand.Type] = [
            KeyCommand.self, ProofCommand.self, VerifyCommand.self, DecodeCommand.self, DemoCommand.self,
            TokenCommand.self,
            RequestCommand.self,
        ]
        #if Hummingbird
            commands.append(ServeCommand.self)
        #endif
        #if Valkey
            commands += [RevokeCommand.self, RevokedCommand.self]
        #endif
        return commands
    }
}

/// A command that waits for something.
protocol AwaitedCommand: ParsableCommand {
    /// What is called in place of `run()`.
    func runAwaited() async throws
}

extension AwaitedCommand {
    func run() throws { throw Failure("this command can not be run synchronously") }
}

@main
enum Program {
    static func main() async {
        do {
            var command = try read()
            if let awaited = command as? any AwaitedCommand {
                try await awaited.runAwaited()
            } else {
                try command.run()
            }
        } catch {
            exitProcess(report(error))
        }
    }

    /// The command that the arguments name, in a process that is ready for it.
    private static func read() throws -> any ParsableCommand {
        // Before anything uses libcrypto, so that OPENSSL_CONF loads nothing into this process.
        let isQuiet = CryptoLibrary.disableConfigurationLoading()
        // A file size limit then fails a write, so that what was written can be removed.
        ignoreFileSizeSignal()
        guard isQuiet else { throw Failure("libcrypto: could not be started") }
        return try DpopCommand.parseAsRoot()
    }

    /// Prints what there is to say about an error, and gives the exit status for it.
    private static func report(_ error: any Error) -> Int32 {
        switch error {
        case is Refused:
            return 1
        case is BrokenPipe:
            return 1
        case is NoAnswer:
            return 2
        case let failure as Failure:
            writeToStandardError("dpop: \(singleLine(failure.message))\n")
            return 2
        default:
            guard DpopCommand.exitCode(for: error) != .success else {
                // Help, or a completion script.
                return (try? writeToStandardOutput(DpopCommand.fullMessage(for: error) + "\n")) == nil ? 1 : 0
            }
            let arguments = Array(CommandLine.arguments.dropFirst())
            let message = usageMessage(DpopCommand.message(for: error), arguments: arguments)
            let line = singleLine(message.hasSuffix(".") ? String(message.dropLast()) : message)
            writeToStandardError("dpop: \(line); see \(help(for: error))\n")
            return 2
        }
    }

    /// The call whose help shows the options of the command that was meant: the argument parser's last line names it.
    private static func help(for error: any Error) -> String {
        let quoted = DpopCommand.fullMessage(for: error).split(separator: "See '").last?.prefix { $0 != "'" }
        guard let quoted, quoted.hasPrefix("dpop"), quoted.hasSuffix("--help") else { return "dpop --help" }
        return String(quoted)
    }
}

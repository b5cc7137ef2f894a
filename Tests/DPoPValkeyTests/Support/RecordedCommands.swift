#if Valkey
    extension RealServer {
        /// The commands that the server is sent by anybody while `body` runs, each as its words joined by spaces, in
        /// their order. Bytes that are no printable ASCII stand as the server escapes them; what it hides (AUTH), as
        /// `(redacted)` or not at all.
        func recordedCommands(during body: () async throws -> Void) async throws -> [String] {
            let monitor = try client()
            _ = try monitor.command(["MONITOR"])
            let failure: (any Error)?
            do {
                try await body()
                failure = nil
            } catch {
                failure = error
            }
            let mark = "end of record \(UInt64.random(in: 0 ... .max))"
            try command("ECHO", mark)
            var commands: [String] = []
            while true {
                let line = try monitor.reply()
                guard let from = line.firstRange(of: "] \"") else { continue }
                let command = String(line[from.upperBound...].dropLast().replacing("\" \"", with: " "))
                if command == "ECHO \(mark)" { break }
                commands.append(command)
            }
            if let failure { throw failure }
            return commands.filter {
                $0 != "AUTH kit kit" && $0 != "AUTH (redacted) (redacted)" && $0 != "AUTH (redacted)"
            }
        }
    }
#endif

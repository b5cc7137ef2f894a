#if Hummingbird
    import DPoPCore
    import Foundation
    import Testing

    /// A `dpop serve` of its own for a test, ended with it.
    final class RunningServer {
        static let confidential = (id: "agent", secret: "s3cret: a+b%41&c")
        static let publicID = "app"

        let bench: Workbench
        /// What its first line says.
        let listening: String
        /// What its clients see: the same, or `--origin`.
        let origin: String

        private let process = Process()
        private let output = Pipe()

        /// Starts one with a confidential and a public client, and waits for its first line.
        convenience init(_ arguments: String..., origin: String? = nil) throws {
            try self.init(arguments, origin: origin)
        }

        init(_ arguments: [String], origin: String? = nil) throws {
            bench = try Workbench()
            let secret = try bench.file("secret", RunningServer.confidential.secret + "\n")
            process.executableURL = try executable()
            process.arguments =
                [
                    "serve", "--port", "0", "--client", "\(RunningServer.confidential.id):\(secret)", "--public-client",
                    RunningServer.publicID,
                ] + arguments + (origin.map { ["--origin", $0] } ?? [])
            try bench.file("error", "")
            process.standardInput = FileHandle.nullDevice
            process.standardOutput = output
            process.standardError = try FileHandle(forWritingTo: bench.folder.appendingPathComponent("error"))
            try process.run()
            var line = Data()
            while line.last != UInt8(ascii: "\n") {
                let more = output.fileHandleForReading.availableData
                try #require(!more.isEmpty, "no first line")
                line += more
            }
            let object = try #require(try JSONSerialization.jsonObject(with: line) as? [String: String])
            listening = try #require(object["listening"])
            self.origin = origin ?? listening
            try #require(object.count == 1 && listening.hasPrefix("http://127.0.0.1:"))
        }

        deinit {
            if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        }

        /// What it said on standard error.
        func complaints() throws -> String { try String(contentsOfFile: bench.path("error"), encoding: .utf8) }

        /// Sends it a signal and waits for its end: the exit status, and what it printed after its first line.
        func stop(by signal: Int32 = SIGTERM) throws -> (
            status: Int32, reason: Process.TerminationReason, output: String
        ) {
            kill(process.processIdentifier, signal)
            let rest = output.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            return (process.terminationStatus, process.terminationReason, String(decoding: rest, as: UTF8.self))
        }

        var port: UInt16 { UInt16(listening.split(separator: ":").last ?? "") ?? 0 }

        /// Sends a request over a connection of its own, or over one that is given.
        func send(
            _ method: String, _ path: String, fields: [String: String] = [:], body: String = "",
            over connection: LoopbackConnection? = nil
        ) throws -> Reply {
            let connection = try connection ?? LoopbackConnection(port: port)
            let host = origin.split(separator: "/", maxSplits: 1).last?.dropFirst() ?? ""
            var text = "\(method) \(path) HTTP/1.1\r\nHost: \(host)\r\nContent-Length: \(body.utf8.count)\r\n"
            for (name, value) in fields { text += "\(name): \(value)\r\n" }
            try connection.write(text + "\r\n" + body)
            return try connection.read(isHead: method == "HEAD")
        }

        /// Posts a form.
        func post(_ path: String, _ form: [(String, String)], fields: [String: String] = [:]) throws -> Reply {
            var fields = fields
            fields["Content-Type"] = "application/x-www-form-urlencoded"
            return try send("POST", path, fields: fields, body: encode(form))
        }
    }

    /// A form's text.
    func encode(_ form: [(String, String)]) -> String {
        form.map { "\(encode($0.0))=\(encode($0.1))" }.joined(separator: "&")
    }

    func encode(_ text: String) -> String {
        let plain = CharacterSet(charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")
        return text.addingPercentEncoding(withAllowedCharacters: plain) ?? ""
    }
#endif

#if Valkey
    import DPoPCore
    import Foundation
    import Testing

    /// A `valkey-server` or `redis-server` of a test's own, on a port of 127.0.0.1 and in a folder of its own. It ends
    /// with this object.
    final class RealServer: Sendable {
        static var isInstalled: Bool { program != nil }

        private static let program = Program("valkey-server", "redis-server")

        struct Options: Sendable {
            /// Nil: a free one.
            var port: Int?
            /// TLS on the port, and no plain text. Clients need no certificate.
            var tls: Certificates.Identity?
            /// Of the user `default`.
            var password: String?
            /// Other users, such as `alice on >secret ~* &* +@all`; a name first.
            var users: [String] = []
            /// In bytes; nil: no limit.
            var maximumMemory: Int?
            var policy = "noeviction"
            /// Whether what is written outlives a restart.
            var isPersistent = false
            /// The port of its primary, which has the same password.
            var replicaOf: Int?
            var isCluster = false
            /// More of the command line.
            var arguments: [String] = []
        }

        let port: Int
        /// The port of the cluster's bus; 0 outside a cluster.
        let busPort: Int
        let options: Options
        let folder: String

        /// Where it listens too, in plain text.
        var unixSocket: String { folder + "/s" }

        private let process = Locked<Process?>(nil)

        /// Starts one and returns when it answers.
        init(_ options: Options = Options()) async throws {
            self.options = options
            folder = try TestFolder.make()
            var port = try options.port ?? FreePort.next()
            busPort = options.isCluster ? try FreePort.next() : 0
            var tries = 0
            while true {
                do {
                    let started = try await RealServer.start(options, port: port, busPort: busPort, in: folder)
                    process.withLock { $0 = started }
                    self.port = port
                    return
                } catch {
                    tries += 1
                    guard tries < 5 else { throw error }
                    port = try options.port ?? FreePort.next()
                }
            }
        }

        deinit { kill() }

        /// Its process; 0 while it does not run.
        var pid: Int32 { process.withLock { $0?.processIdentifier ?? 0 } }

        /// Ends it at once (SIGKILL), and returns when it has ended.
        func kill() {
            guard
                let running = process.withLock({ process in
                    defer { process = nil }
                    return process
                })
            else { return }
            RealServer.end(running, in: folder)
        }

        /// The same; nothing is to be saved.
        func stop() { kill() }

        /// Ends it if it runs, and starts it at the same port: empty, but where it is persistent.
        func restart() async throws {
            kill()
            if !options.isPersistent {
                for name in ["dump.rdb", "appendonlydir"] {
                    try? FileManager.default.removeItem(atPath: "\(folder)/\(name)")
                }
            }
            var tries = 0
            while true {
                do {
                    let started = try await RealServer.start(options, port: port, busPort: busPort, in: folder)
                    process.withLock { $0 = started }
                    return
                } catch {
                    tries += 1
                    guard tries < 5 else { throw error }
                }
            }
        }

        /// It does nothing until it is resumed (SIGSTOP); its connections stay open.
        func pause() { signal(SIGSTOP) }

        func resume() { signal(SIGCONT) }

        private func signal(_ number: Int32) {
            process.withLock { process in
                guard let process, process.isRunning else { return }
                Foundation.kill(process.processIdentifier, number)
            }
        }

        /// A connection of the kit's, whose user may do everything.
        func client(patience: Int = 20) throws -> BlockingClient {
            let client = try BlockingClient(path: unixSocket, patience: patience)
            _ = try client.command(["AUTH", "kit", "kit"])
            return client
        }

        /// Sends a command and waits for its reply, at most 20 seconds. An array is one text, its members joined by
        /// newlines; null is `(nil)`.
        @discardableResult
        func command(_ words: String...) throws -> String { try command(words) }

        @discardableResult
        func command(_ words: [String]) throws -> String { try client().command(words) }

        /// A field of INFO; empty if there is none.
        func info(_ field: String) throws -> String {
            let lines = try command("INFO", "everything").split(whereSeparator: \.isNewline)
            let line = lines.first { $0.hasPrefix(field + ":") }
            return String(line?.dropFirst(field.count + 1) ?? "")
        }

        /// Whether its SET takes NX and GET together.
        var isSince7: Bool {
            get throws { Int(try info("redis_version").prefix { $0 != "." }) ?? 0 >= 7 }
        }

        private static func start(
            _ options: Options, port: Int, busPort: Int, in folder: String
        ) async throws -> Process {
            guard let program else { throw KitError("no valkey-server or redis-server is installed") }
            try? FileManager.default.removeItem(atPath: folder + "/s")
            let arguments = options.commandLine(port: port, busPort: busPort, in: folder)
            let process = try program.start(arguments, in: folder)
            let end = ContinuousClock.now + .seconds(300)
            while process.isRunning, ContinuousClock.now < end {
                do {
                    let client = try BlockingClient(path: folder + "/s", patience: 5)
                    _ = try client.command(["AUTH", "kit", "kit"])
                    if try client.command(["PING"]) == "PONG" { return process }
                } catch {
                    try await Task.sleep(for: .milliseconds(10))
                }
            }
            RealServer.end(process, in: folder)
            throw KitError("the server did not start on port \(port)")
        }

        private static func end(_ process: Process, in folder: String) {
            if process.isRunning { Foundation.kill(process.processIdentifier, SIGKILL) }
            let end = ContinuousClock.now + .seconds(300)
            while process.isRunning, ContinuousClock.now < end { usleep(1_000) }
            try? FileManager.default.removeItem(atPath: folder + "/pid")
        }
    }

    extension Trait where Self == ConditionTrait {
        /// The test is skipped where no server is installed.
        static var needsRealServer: Self {
            .enabled(if: RealServer.isInstalled, "no valkey-server or redis-server is installed")
        }
    }
#endif

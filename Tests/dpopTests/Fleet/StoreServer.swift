#if Valkey
    import Foundation
    import Testing

    /// A Valkey or Redis of its own for a test, on a port of 127.0.0.1, ended with it.
    final class StoreServer {
        /// It did not start.
        struct Trouble: Error {}

        /// The program, where one is installed.
        static let program: URL? = {
            let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
            let paths = (folders + ["/usr/bin", "/usr/local/bin"]).flatMap { folder in
                ["redis-server", "valkey-server"].map { folder + "/" + $0 }
            }
            return paths.first { FileManager.default.isExecutableFile(atPath: $0) }.map { URL(fileURLWithPath: $0) }
        }()

        static var isInstalled: Bool { program != nil }
        static let reason: Comment = "needs redis-server or valkey-server"

        let port: UInt16
        private let process = Process()
        private let output = Pipe()

        var url: String { "redis://127.0.0.1:\(port)" }

        /// Starts one that keeps nothing on disk, and waits until it listens.
        ///
        /// - Parameters:
        ///   - arguments: more of the program's.
        ///   - usesTLS: whether that is all that the port speaks.
        init(port: UInt16, usesTLS: Bool = false, _ arguments: [String] = []) throws {
            self.port = port
            guard let program = StoreServer.program else { throw Trouble() }
            process.executableURL = program
            let ports = usesTLS ? ["--port", "0", "--tls-port", "\(port)"] : ["--port", "\(port)"]
            process.arguments =
                ports + ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--daemonize", "no"] + arguments
            process.standardInput = FileHandle.nullDevice
            process.standardOutput = output
            process.standardError = output
            try process.run()
            var log = Data()
            while log.range(of: Data("Ready to accept connections".utf8)) == nil {
                let more = output.fileHandleForReading.availableData
                guard !more.isEmpty else { throw Trouble() }
                log += more
            }
        }

        deinit {
            if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        }

        /// One on a free port.
        static func start(usesTLS: Bool = false, _ arguments: [String] = []) throws -> StoreServer {
            for _ in 0..<10 {
                // Another process may be the first to take the port.
                if let server = try? StoreServer(port: freePort(), usesTLS: usesTLS, arguments) { return server }
            }
            throw Trouble()
        }

        /// A port that nobody listens on now.
        static func freePort() throws -> UInt16 {
            #if canImport(Glibc)
                let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            #else
                let descriptor = socket(AF_INET, SOCK_STREAM, 0)
            #endif
            defer { close(descriptor) }
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            // The pointer is to a local of that size, rebound to the type that stands for every address.
            let status = unsafe withUnsafeMutablePointer(to: &address) { address in
                unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                    let isBound = unsafe bind(descriptor, address, length) == 0
                    return isBound ? unsafe getsockname(descriptor, address, &length) : -1
                }
            }
            guard status == 0 else { throw Trouble() }
            return UInt16(bigEndian: address.sin_port)
        }
    }

    /// A certificate authority of a test's own, and a server's certificate for 127.0.0.1.
    struct StoreCertificates {
        private static let openssl = URL(fileURLWithPath: "/usr/bin/openssl")
        static var canBeMade: Bool { FileManager.default.isExecutableFile(atPath: openssl.path) }

        let authority: String
        let certificate: String
        let key: String

        init(in bench: Workbench, name: String = "tls") throws {
            let configuration = try bench.file(
                "\(name).conf",
                """
                [req]
                distinguished_name = name
                x509_extensions = authority
                [name]
                [authority]
                basicConstraints = critical, CA:TRUE
                keyUsage = critical, keyCertSign
                subjectKeyIdentifier = hash
                [server]
                subjectAltName = IP:127.0.0.1, DNS:localhost
                """)
            authority = bench.path("\(name)-ca.pem")
            certificate = bench.path("\(name)-server.pem")
            key = bench.path("\(name)-server.key")
            let (authorityKey, request) = (bench.path("\(name)-ca.key"), bench.path("\(name).csr"))
            let newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-config", configuration]
            for arguments in [
                ["req", "-x509", "-days", "2", "-subj", "/CN=authority", "-keyout", authorityKey, "-out", authority]
                    + newKey,
                ["req", "-subj", "/CN=store", "-keyout", key, "-out", request] + newKey,
                [
                    "x509", "-req", "-days", "2", "-in", request, "-CA", authority, "-CAkey", authorityKey,
                    "-set_serial",
                    "1", "-extfile", configuration, "-extensions", "server", "-out", certificate,
                ],
            ] {
                let process = Process()
                process.executableURL = StoreCertificates.openssl
                process.arguments = arguments
                process.standardError = FileHandle.nullDevice
                try process.run()
                process.waitUntilExit()
                try #require(process.terminationStatus == 0, "openssl \(arguments[0])")
            }
        }

        /// How the server program is told.
        var arguments: [String] {
            [
                "--tls-cert-file", certificate, "--tls-key-file", key, "--tls-ca-cert-file", authority,
                "--tls-auth-clients", "no",
            ]
        }
    }
#endif

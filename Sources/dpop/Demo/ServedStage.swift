#if Hummingbird
    import DPoPCore
    import DPoPServer
    import NIOCore
    import NIOPosix

    /// Over real HTTP: a server like that of `dpop serve`, in this process and for the length of the demonstration.
    struct ServedStage: DemoStage {
        let place: String
        let tokenEndpoint: TargetURI
        let calendar: TargetURI
        let contacts: TargetURI
        let codeWithoutProof = DecisionCode.boundTokenAsBearer.rawValue

        private let port: Int
        private let decisions: Decisions

        private static let client = (id: "agent", secret: "shown to nobody")

        /// Runs the server while `body` runs.
        static func withServer<Value: Sendable>(
            _ body: @escaping @Sendable (ServedStage) async throws -> Value
        ) async throws -> Value {
            let decisions = Decisions()
            var clients = Clients()
            try clients.add(client.id, secret: client.secret, option: "demo")
            let (ports, announced) = AsyncStream<Int>.makeStream()
            let process = ServerProcess(
                ServeSettings(
                    port: 0, origin: nil, nonce: .off, schemes: .dpop, clients: clients, observer: decisions),
                onListening: {
                    announced.yield($0)
                    announced.finish()
                })
            return try await withThrowingTaskGroup(of: Value?.self) { group in
                group.addTask {
                    defer { announced.finish() }
                    try await process.run()
                    return nil
                }
                group.addTask {
                    for await port in ports { return try await body(ServedStage(port: port, decisions)) }
                    return nil
                }
                defer { group.cancelAll() }
                while let value = try await group.next() {
                    if let value { return value }
                }
                throw Failure("the server did not start")
            }
        }

        private init(port: Int, _ decisions: Decisions) throws {
            let origin = "http://127.0.0.1:\(port)"
            self.port = port
            self.decisions = decisions
            place = "Each request is sent over HTTP to a server like that of dpop serve."
            tokenEndpoint = try TargetURI(origin + ServePath.token)
            calendar = try TargetURI(origin + ServePath.resource + "/calendar")
            contacts = try TargetURI(origin + ServePath.resource + "/contacts")
        }

        func issueToken(_ proof: String) async throws -> String {
            let form =
                "grant_type=client_credentials&client_id=\(Self.client.id)"
                + "&client_secret=\(Self.client.secret.replacing(" ", with: "+"))"
            let (status, body) = try await exchange(
                "POST", tokenEndpoint, ["DPoP: \(proof)", "Content-Type: application/x-www-form-urlencoded"], form)
            guard status == 200, let token = try ClaimValue(json: body)["access_token"]?.text else {
                throw Failure("the server issued no token")
            }
            return token
        }

        func use(
            _ token: String, issuedTo jkt: Thumbprint, _ method: String, _ targetURI: TargetURI, proof: String?
        ) async throws -> String? {
            let fields =
                proof.map { ["Authorization: DPoP \(token)", "DPoP: \($0)"] }
                ?? ["Authorization: Bearer \(token)"]
            let (status, _) = try await exchange(method, targetURI, fields, "")
            let code = decisions.last
            guard (status == 200) == (code == nil) else { throw Failure("an answer that is not the decision") }
            return code?.rawValue
        }

        /// Sends a request over a connection of its own; status and body of the answer.
        private func exchange(
            _ method: String, _ targetURI: TargetURI, _ fields: [String], _ body: String
        ) async throws -> (status: Int, body: [UInt8]) {
            let path = targetURI.spelling.dropFirst("http://127.0.0.1:\(port)".count)
            let head = [
                "\(method) \(path) HTTP/1.1", "Host: 127.0.0.1:\(port)", "Connection: close",
                "Content-Length: \(body.utf8.count)",
            ]
            let text = (head + fields).joined(separator: "\r\n") + "\r\n\r\n" + body
            let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .connect(host: "127.0.0.1", port: port) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                    }
                }
            let answer = try await channel.executeThenClose { inbound, outbound in
                try await outbound.write(ByteBuffer(string: text))
                var answer: [UInt8] = []
                for try await piece in inbound { answer += Array(buffer: piece) }
                return String(decoding: answer, as: UTF8.self)
            }
            let status = answer.split(separator: " ", maxSplits: 2).dropFirst().first.flatMap { Int($0) }
            guard let status, let end = answer.firstRange(of: "\r\n\r\n") else {
                throw Failure("an answer that is not HTTP")
            }
            return (status, Array(answer[end.upperBound...].utf8))
        }

        /// Keeps the last decision.
        private final class Decisions: DecisionObserver {
            private let code = Locked<DecisionCode?>(nil)
            var last: DecisionCode? { code.withLock { $0 } }
            func record(_ event: DecisionEvent) { code.withLock { $0 = event.code } }
        }
    }
#endif

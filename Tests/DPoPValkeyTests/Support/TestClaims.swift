#if Valkey
    import DPoPCore
    import Testing

    /// Keys to claim, and times.
    enum TestClaims {
        /// A key that no other test has.
        static func key() throws -> ReplayKey {
            try ReplayKey(thumbprint: thumbprint(), targetURI: TargetURI("https://api.example/orders"), jti: random())
        }

        static func keys(_ count: Int) throws -> [ReplayKey] { try (0..<count).map { _ in try key() } }

        static func thumbprint() throws -> Thumbprint {
            try #require(Thumbprint(bytes: (0..<32).map { _ in UInt8.random(in: 0...255) }))
        }

        /// Sixteen digits of base 16.
        static func random() -> String {
            let digits = String(UInt64.random(in: 0 ... .max), radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }

        /// A name for the keys of one test on a shared server.
        static func prefix() -> String { "test-\(random())" }

        /// A deadline so many seconds from now.
        static func deadline(in seconds: Int64 = 300) -> UnixTime { .now().advanced(bySeconds: seconds) }
    }

    extension UnixTime {
        /// Seconds since 1970 with their fraction; for reports alone.
        var inSeconds: Double { Double(seconds) + Double(nanoseconds) / 1e9 }
    }

    /// Asks again and again until the answer is yes. Throws, with these words, if it is not within the time.
    func eventually(
        _ what: String, within time: Duration = .seconds(600), _ condition: () async throws -> Bool
    ) async throws {
        let end = ContinuousClock.now + time
        while try await !condition() {
            guard ContinuousClock.now < end else { throw KitError("not within \(time): \(what)") }
            try await Task.sleep(for: .milliseconds(5))
        }
    }
#endif

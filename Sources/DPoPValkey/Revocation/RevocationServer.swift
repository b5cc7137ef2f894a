#if Valkey
    protocol RevocationServer: Sendable {
        func send(_ commands: [Command]) async throws(ServerUnavailable) -> [RESPValue]
        func listen(
            to channel: [UInt8], onSubscribed: @escaping @Sendable () -> Void,
            _ each: @escaping @Sendable ([UInt8]) -> Void
        ) async
    }
    struct ServerUnavailable: Error {}
#endif
